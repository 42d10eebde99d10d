package device

import (
	"context"
	"net/http"

	"github.com/understudy-auth/understudy/core/device/authcode"
	"github.com/understudy-auth/understudy/core/wire"
)

// Metadata asks a server what it is: RFC 8414 with Understudy's fields. What
// it names must lie at the very origin that was asked, so that a browser is
// never sent elsewhere on a server's word.
func (d *Device) Metadata(ctx context.Context, server wire.Origin) (wire.Metadata, error) {
	var m wire.Metadata
	if err := d.call(ctx, server, request{path: wire.PathMetadata}, &m); err != nil {
		return wire.Metadata{}, err
	}
	switch {
	case m.Version != wire.Version:
		return wire.Metadata{}, wire.Errorf(wire.CodeConfiguration, "%s is no Token Server for this version of Understudy; ask the one who gave you the address", server)
	case m.Issuer != server.String():
		return wire.Metadata{}, wire.Errorf(wire.CodeConfiguration, "%s calls itself by another address; use the address that its people give out", server)
	case m.AuthorizationEndpoint != server.URL(wire.PathAuthorize) || m.TokenEndpoint != server.URL(wire.PathToken):
		return wire.Metadata{}, wire.Errorf(wire.CodeConfiguration, "%s names a login page in a place where none may be", server)
	case m.PIN.Length < 4 || m.PIN.Length > 32 || m.PIN.MaxFailures < 1:
		return wire.Metadata{}, wire.Errorf(wire.CodeConfiguration, "%s has PIN rules that cannot be met", server)
	}
	m.Name = wire.CleanText(m.Name, 80)
	m.IdentityProviders = wire.CleanProviders(m.IdentityProviders)
	return m, m.KDF.Check(server.IsLoopback())
}

// registerDevice registers this device at a server that does not know it yet:
// RFC 7591. It is done once for each server.
func (d *Device) registerDevice(ctx context.Context, m wire.Metadata, origin wire.Origin, initial wire.Secret) error {
	if d.DeviceID(origin) != "" {
		if _, err := d.credentials(ctx, origin); wire.CodeOf(err) != wire.CodeDeviceDeregistered {
			return err
		}
		if err := d.forgetServer(ctx, origin); err != nil {
			return err
		}
	}
	var auth func(*http.Request)
	if !initial.IsZero() {
		auth = bearer(initial)
	}
	var got wire.DeviceCredentials
	err := d.call(ctx, origin, request{path: wire.PathRegister, auth: auth, json: wire.DeviceRegistration{
		Version:         wire.Version,
		ClientName:      "Understudy",
		RedirectURIs:    []string{authcode.RegisteredRedirect},
		GrantTypes:      []string{"authorization_code", "refresh_token", wire.GrantPIN, wire.GrantRegistrationCode, wire.GrantCustom, wire.GrantAuthenticator, wire.GrantDevice, wire.GrantImplicit},
		TokenAuthMethod: "client_secret_basic",
		SoftwareID:      "understudy",
		SoftwareVersion: d.opt.AppVersion,
		DeviceKind:      d.opt.Kind,
	}}, &got)
	if err != nil {
		return err
	}
	if got.ClientID == "" || len(got.ClientID) > 128 || got.ClientSecret.Len() < 16 || got.ClientSecret.Len() > 256 {
		return wire.Errorf(wire.CodeDeviceRegistration, "%s gave no usable credentials", origin)
	}
	err = d.saveCredentials(ctx, origin, credentials{DeviceID: got.ClientID, ClientSecret: got.ClientSecret, PINSecret: randomBytes(32)})
	if err != nil {
		return err
	}
	return d.change(ctx, func(ix *index) error {
		ix.Servers = append(ix.Servers, server{Origin: origin, Name: m.Name, DeviceID: got.ClientID})
		return nil
	})
}
