package device

import (
	"context"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// ownToken is an access token that the device gets by its own credentials alone:
// for itself, or in the name of a profile's user. There is no refresh token, as
// the credentials get the next one too.
type ownToken struct {
	device    *Device
	server    wire.Origin
	profileID string // "" for the device itself
	scope     string

	mu      sync.Mutex // held while the token is fetched, so that it is once
	access  wire.Secret
	renewAt time.Time
}

// ownKey tells the tokens of a server apart: it has one of each kind at most.
type ownKey struct {
	server wire.Origin
	kind   TokenKind
}

// LoginImplicitly gets a token with which resources can be read in the name of a
// profile's user, who is asked nothing: that the profile is registered on this
// device is enough. It opens what the server gives to such tokens and nothing
// else; nobody is logged in by it. Without scopes the token has all that were
// granted at the registration, else they have to be among those (8002). One
// profile of a server is implicitly authenticated at a time, the last.
func (d *Device) LoginImplicitly(ctx context.Context, profileID string, scopes []string) error {
	p, err := d.Profile(profileID)
	if err != nil {
		return err
	}
	return d.getOwn(ctx, TokenImplicit, p.Server, profileID, scopes)
}

// ImplicitProfile is the profile of a server that was authenticated implicitly,
// until the program ends or the profile is removed.
func (d *Device) ImplicitProfile(server wire.Origin) (profileID string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.own[ownKey{server, TokenImplicit}]
	if t == nil {
		return "", false
	}
	return t.profileID, true
}

// AuthenticateDevice gets a token of the device itself, without a user, for
// anonymous resources. A device that the server does not know yet is registered
// there first. Without scopes the token has all that the server gives to devices;
// one that the server does not know, or not for devices, is 8002.
func (d *Device) AuthenticateDevice(ctx context.Context, server wire.Origin, scopes []string) error {
	if d.DeviceID(server) == "" {
		m, err := d.Metadata(ctx, server)
		if err != nil {
			return err
		}
		end, err := d.begin("registration") // which registers the device as well
		if err != nil {
			return err
		}
		err = d.registerDevice(ctx, m, server, wire.Secret{})
		end()
		if err != nil {
			return err
		}
	}
	return d.getOwn(ctx, TokenAnonymous, server, "", scopes)
}

// getOwn fetches a token and keeps it in place of the one before.
func (d *Device) getOwn(ctx context.Context, kind TokenKind, server wire.Origin, profileID string, scopes []string) error {
	scope, err := wire.JoinScopes(scopes)
	if err != nil {
		return err
	}
	t := &ownToken{device: d, server: server, profileID: profileID, scope: scope}
	first, err := t.token(ctx)
	if err != nil {
		return err
	}
	first.Clear()
	d.mu.Lock()
	defer d.mu.Unlock()
	if profileID != "" && d.index.profile(profileID) == nil {
		return wire.Errorf(wire.CodeProfileNotRegistered, "the profile was removed meanwhile")
	}
	d.own[ownKey{server, kind}] = t
	return nil
}

// token returns a token that is good for a while, a new one if need be.
func (t *ownToken) token(ctx context.Context) (wire.Secret, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.access.IsZero() && t.device.Now().Before(t.renewAt) {
		return t.copy(), nil
	}
	auth, err := t.device.credentials(ctx, t.server)
	if err != nil {
		return wire.Secret{}, err
	}
	form := url.Values{"grant_type": {wire.GrantDevice}}
	if t.profileID != "" {
		form = url.Values{"grant_type": {wire.GrantImplicit}, "profile_id": {t.profileID}}
	}
	if t.scope != "" {
		form.Set("scope", t.scope)
	}
	var tokens wire.TokenResponse
	err = t.device.call(ctx, t.server, request{path: wire.PathToken, auth: auth.basicAuth, form: form}, &tokens)
	if err != nil {
		if t.profileID != "" {
			err = t.device.ifDeregistered(ctx, t.profileID, err)
		}
		return wire.Secret{}, err
	}
	t.access.Clear()
	t.access = tokens.AccessToken.Secret
	life := time.Duration(min(max(tokens.ExpiresIn, 0), 600)) * time.Second
	t.renewAt = t.device.Now().Add(life - min(renewBefore, life/2))
	return t.copy(), nil
}

func (t *ownToken) copy() wire.Secret { return wire.NewSecret(slices.Clone(t.access.Bytes())) }

// rejected has the next call of token get a new one.
func (t *ownToken) rejected(token wire.Secret) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.access.Equal(token) {
		t.renewAt = t.device.Now()
	}
}

// dropOwn forgets the tokens that drop names.
func (d *Device) dropOwn(drop func(ownKey, *ownToken) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, t := range d.own {
		if drop(key, t) {
			delete(d.own, key)
		}
	}
}
