package tokenserver

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

const maxDeviceBody = 64 << 10

// mountDevice adds what authenticators call.
func (s *Server) mountDevice(mux *http.ServeMux) {
	mux.HandleFunc("GET "+wire.PathMetadata, s.metadata)
	mux.HandleFunc("POST "+wire.PathRegister, s.registerDevice)
	mux.HandleFunc("POST "+wire.PathToken, s.token)
	mux.HandleFunc("POST "+wire.PathRevoke, s.revoke)
	mux.HandleFunc("POST "+wire.PathCustomInit, s.customInit)
	mux.HandleFunc("POST "+wire.PathPINChallenge, s.pinChallenge)
	mux.HandleFunc("POST "+wire.PathPIN, s.setPIN)
	mux.HandleFunc("POST "+wire.PathAuthenticator, s.registerAuthenticator)
	mux.HandleFunc("POST "+wire.PathAuthenticatorRemove, s.removeAuthenticator)
	mux.HandleFunc("POST "+wire.PathAuthenticatorChallenge, s.authenticatorChallenge)
	mux.HandleFunc("POST "+wire.PathDeregister, s.deregister)
	mux.HandleFunc("POST "+wire.PathEnroll, s.enroll)
	mux.HandleFunc("POST "+wire.PathEnrollProof, s.enrollProof)
	mux.HandleFunc("POST "+wire.PathRedeem, s.redeem)
	mux.HandleFunc("POST "+wire.PathAnswer, s.answer)
	mux.HandleFunc("POST "+wire.PathPending, s.pending)
	mux.HandleFunc("POST "+wire.PathExtend, s.extend)
	mux.HandleFunc("POST "+wire.PathPushEnroll, s.pushEnroll)
	mux.HandleFunc("POST "+wire.PathAppToWeb, s.appToWeb)
	s.people.Mount(mux)
}

var (
	responseTypes = []string{"code"}
	grantTypes    = []string{"authorization_code", "refresh_token", wire.GrantPIN, wire.GrantRegistrationCode, wire.GrantCustom, wire.GrantAuthenticator, wire.GrantDevice, wire.GrantImplicit}
)

// metadata describes the server (RFC 8414).
func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	at := s.config.PublicURL
	writeJSON(w, http.StatusOK, wire.Metadata{
		Version:                wire.Version,
		Issuer:                 at.String(),
		Name:                   s.config.Name,
		AuthorizationEndpoint:  at.URL(wire.PathAuthorize),
		TokenEndpoint:          at.URL(wire.PathToken),
		RegistrationEndpoint:   at.URL(wire.PathRegister),
		RevocationEndpoint:     at.URL(wire.PathRevoke),
		ResponseTypes:          responseTypes,
		GrantTypes:             grantTypes,
		ChallengeMethods:       []string{"S256"},
		TokenAuthMethods:       []string{"client_secret_basic"},
		AuthorizationIssuer:    true,
		PIN:                    s.config.PIN.Policy(),
		KDF:                    s.config.KDFCost(),
		RegistrationNeedsToken: !s.config.Device.RegistrationToken.IsZero(),
		IdentityProviders:      s.people.CustomProviders(),
	})
}

// deviceOf authenticates a device by its own credentials. An unknown device
// and a wrong secret look alike and cost the same.
func (s *Server) deviceOf(r *http.Request) (Device, error) {
	if err := s.checkVersions(r); err != nil {
		return Device{}, err
	}
	id, secret, ok := r.BasicAuth()
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	if !ok || err1 != nil || err2 != nil || id == "" || secret == "" {
		return Device{}, refuse(wire.CodeDeviceDeregistered, "invalid_client", "The device has to authenticate.")
	}
	d, err := s.store.Device(r.Context(), id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Device{}, err
	}
	given := HashText(secret)
	if subtle.ConstantTimeCompare(given[:], d.SecretHash[:]) != 1 || err != nil {
		return Device{}, refuse(wire.CodeDeviceDeregistered, "invalid_client", "This device is not registered here.")
	}
	return d, nil
}

// sessionOf authenticates a logged-in profile by its access token.
func (s *Server) sessionOf(r *http.Request) (Session, error) {
	if err := s.checkVersions(r); err != nil {
		return Session{}, err
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" || len(r.Header.Values("Authorization")) != 1 {
		return Session{}, refuse(wire.CodeUserNotAuthenticated, "invalid_token", "An access token is needed.")
	}
	got, err := s.store.Session(r.Context(), HashText(token), s.now())
	if errors.Is(err, ErrNotFound) {
		return Session{}, refuse(wire.CodeUserNotAuthenticated, "invalid_token", "The access token is unknown or has expired.")
	}
	if err != nil {
		return Session{}, err
	}
	if err := s.checkUser(got.Profile.UserID); err != nil {
		return Session{}, err
	}
	if got.Token.Audience != s.audience() || !hasScope(got.Token.Scope, wire.ScopeMobileAuth) {
		return Session{}, refuse(wire.CodeUserNotAuthenticated, "invalid_token", "The access token is not for this.")
	}
	return got, nil
}

func (s *Server) audience() string { return s.config.PublicURL.String() }

func hasScope(granted, scope string) bool { return slices.Contains(strings.Fields(granted), scope) }

// deviceJSON reads a strict JSON body and checks its version.
func deviceJSON(w http.ResponseWriter, r *http.Request, body any, version *int) error {
	data, err := netsafe.ReadBody(w, r, maxDeviceBody, "application/json")
	if err != nil {
		return err
	}
	if err := wire.StrictUnmarshal(data, body); err != nil {
		return refuse(wire.CodeIllegalArgument, "invalid_request", "The body is not the expected JSON.")
	}
	if *version != wire.Version {
		return refuse(wire.CodeConfiguration, "unsupported_version", "This server speaks version 1 only.")
	}
	return nil
}

// sealedBody reads a sealed body.
func sealedBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return netsafe.ReadBody(w, r, maxDeviceBody, wire.ContentSealed)
}

// place is what a sealed body of this session has to be bound to.
func (s *Server) place(p Profile, kind wire.Kind, direction wire.Direction, transactionID string) wire.Context {
	return wire.Context{
		Version: wire.Version, Kind: kind, Direction: direction, Server: s.config.PublicURL.String(),
		DeviceID: p.DeviceID, ProfileID: p.ID, TransactionID: transactionID,
	}
}

// revoke ends a token of the device (RFC 7009): what is not there is revoked.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	d, err := s.deviceOf(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	form, err := netsafe.ReadForm(w, r, maxDeviceBody)
	if err == nil && form.Get("token") == "" {
		err = refuse(wire.CodeIllegalArgument, "invalid_request", "The parameter token is missing.")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	err = s.store.RevokeToken(r.Context(), HashText(form.Get("token")), d.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// deregister removes a profile of the device.
func (s *Server) deregister(w http.ResponseWriter, r *http.Request) {
	d, err := s.deviceOf(r)
	var body wire.Deregister
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	if err == nil {
		err = s.store.RemoveProfile(r.Context(), d.ID, body.ProfileID, s.now())
	}
	if errors.Is(err, ErrNotFound) {
		err = errDeregistered
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// checkUser refuses a user whom the configuration no longer has.
func (s *Server) checkUser(id string) error {
	if _, ok := s.config.User(id); !ok {
		return errDeregistered
	}
	return nil
}
