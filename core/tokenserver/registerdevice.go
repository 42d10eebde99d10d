package tokenserver

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

// registerDevice registers a device (RFC 7591) and gives it credentials.
func (s *Server) registerDevice(w http.ResponseWriter, r *http.Request) {
	err := s.checkVersions(r)
	if token := s.config.Device.RegistrationToken; err == nil && !token.IsZero() {
		given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !token.Equal(wire.SecretString(given)) {
			err = errNoInitialToken
		}
	}
	var body wire.DeviceRegistration
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	if err == nil {
		err = checkRegistration(body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	now := s.now()
	secret := wire.SecretString(rand.Text() + rand.Text())
	d := Device{
		ID: rand.Text(), SecretHash: HashSecret(secret), Kind: body.DeviceKind,
		ClientName: wire.CleanText(body.ClientName, 80), SoftwareID: wire.CleanText(body.SoftwareID, 80),
		SoftwareVersion: wire.CleanText(body.SoftwareVersion, 40), OS: wire.CleanText(r.Header.Get(wire.HeaderOS), 40),
		Created: now, Seen: now,
	}
	err = s.store.AddDevice(r.Context(), d)
	if errors.Is(err, ErrFull) {
		s.log.Warn("no more devices fit into the store")
		err = errManyDevices
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, registered{
		DeviceCredentials: wire.DeviceCredentials{ClientID: d.ID, ClientSecret: wire.Sent{Secret: secret}, IssuedAt: now.Unix()},
		ClientName:        d.ClientName, RedirectURIs: body.RedirectURIs, TokenAuthMethod: body.TokenAuthMethod,
		GrantTypes: grantTypes, ResponseTypes: responseTypes,
	})
}

// registered is what RFC 7591, 3.2.1, wants an answer to hold: the credentials,
// that they do not expire, and what was registered.
type registered struct {
	wire.DeviceCredentials
	SecretExpiresAt int64    `json:"client_secret_expires_at"` // 0: never
	ClientName      string   `json:"client_name,omitempty"`
	RedirectURIs    []string `json:"redirect_uris"`
	GrantTypes      []string `json:"grant_types"`
	ResponseTypes   []string `json:"response_types"`
	TokenAuthMethod string   `json:"token_endpoint_auth_method"`
}

var (
	errNoInitialToken = &refusal{wire.ErrorResponse{
		Error: "invalid_token", Code: wire.CodeDeviceRegistration,
		Description: "This server registers devices with an initial access token only. Ask its people for one.",
	}, http.StatusUnauthorized}
	errManyDevices = &refusal{wire.ErrorResponse{
		Error: "temporarily_unavailable", Code: wire.CodeDeviceRegistration,
		Description: "This server has as many devices as it may. Ask its people.",
	}, http.StatusServiceUnavailable}
)

func checkRegistration(b wire.DeviceRegistration) error {
	switch b.DeviceKind {
	case wire.KindDesktop, wire.KindVirtual, wire.KindBridge:
	default:
		return refuse(wire.CodeDeviceRegistration, "invalid_client_metadata", "The device kind is not known.")
	}
	if len(b.RedirectURIs) != 1 || b.RedirectURIs[0] != idp.RegisteredRedirect {
		return refuse(wire.CodeDeviceRegistration, "invalid_redirect_uri", "Devices register "+idp.RegisteredRedirect+".")
	}
	if b.TokenAuthMethod != "client_secret_basic" {
		return refuse(wire.CodeDeviceRegistration, "invalid_client_metadata", "Devices authenticate with client_secret_basic.")
	}
	return nil
}

// checkVersions refuses outdated apps and systems, as they call themselves.
func (s *Server) checkVersions(r *http.Request) error {
	if !s.config.Device.TakesVersion(r.Header.Get(wire.HeaderAppVersion)) {
		return refuse(wire.CodeOutdatedApp, "outdated_app", "Version "+s.config.Device.MinimumAppVersion+" or newer is needed.")
	}
	if !s.config.Device.TakesOS(r.Header.Get(wire.HeaderOS)) {
		return refuse(wire.CodeOutdatedOS, "outdated_os", "This version of the operating system is not supported any more.")
	}
	return nil
}
