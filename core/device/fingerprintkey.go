package device

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net/url"
	"time"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

func fingerprintEntry(profileID string) string { return profileEntry(profileID) + "-fingerprint" }

// fingerprintKey is the private key of a profile's fingerprint. Without one that
// is the registered one, the fingerprint is deregistered: ErrFallbackToPIN.
func (d *Device) fingerprintKey(ctx context.Context, p Profile) (ed25519.PrivateKey, error) {
	seed, err := d.opt.Vault.Get(ctx, fingerprintEntry(p.ID))
	if err != nil && !errors.Is(err, vault.ErrNotFound) {
		return nil, err
	}
	defer seed.Clear()
	if err == nil && seed.Len() == ed25519.SeedSize {
		key := ed25519.NewKeyFromSeed(seed.Bytes())
		if bytes.Equal(key.Public().(ed25519.PublicKey), p.FingerprintKey) {
			return key, nil
		}
		clear(key)
	}
	d.opt.Log.Warn("the key of a fingerprint is gone", "profile", p.ID, "from", d.KeyStorage())
	return nil, errors.Join(ErrFallbackToPIN, d.dropFingerprint(ctx, p))
}

// ProveFingerprint asks, reads a finger and signs a challenge of the server,
// for whatever else than a login takes the fingerprint of a profile, and for
// nothing but what the binding names (wire.AuthenticatorMessage). 8006 where the
// profile has no fingerprint; ErrFallbackToPIN where the PIN has to serve for it.
// Where the answer is FingerprintDeny, the error has code 9006.
func (d *Device) ProveFingerprint(ctx context.Context, profileID string, ask AskFingerprint, challenge string, binding ...string) ([]byte, error) {
	p, err := d.Profile(profileID)
	if err != nil {
		return nil, err
	}
	if _, err := d.registered(p, AuthenticatorFingerprint, ""); err != nil {
		return nil, err
	}
	key, err := d.fingerprintKey(ctx, p)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	if err := d.readFinger(ctx, p, ask); err != nil {
		return nil, err
	}
	return ed25519.Sign(key, wire.AuthenticatorMessage(AuthenticatorFingerprint, challenge, d.DeviceID(p.Server), p.ID, p.Server, binding...)), nil
}

// loginByFingerprint reports whether the profile is logged in: where the PIN
// has to serve instead, it is not, and there is no error.
func (d *Device) loginByFingerprint(ctx context.Context, p Profile, ask AskFingerprint) (done bool, err error) {
	end, err := d.begin("login/" + p.ID)
	if err != nil {
		return false, err
	}
	defer end()
	err = d.fingerprintLogin(ctx, p, ask)
	switch {
	case errors.Is(err, ErrFallbackToPIN):
		return false, nil
	case wire.CodeOf(err) == wire.CodeNoSuchAuthenticator: // the server has forgotten it
		return false, d.dropFingerprint(ctx, p)
	case err != nil:
		return false, d.ifDeregistered(ctx, p.ID, err)
	}
	return true, nil
}

// fingerprintLogin has the finger read first: people take their time, and a
// challenge gets old.
func (d *Device) fingerprintLogin(ctx context.Context, p Profile, ask AskFingerprint) error {
	auth, err := d.credentials(ctx, p.Server)
	if err != nil {
		return err
	}
	key, err := d.fingerprintKey(ctx, p)
	if err != nil {
		return err
	}
	defer clear(key)
	if err := d.readFinger(ctx, p, ask); err != nil {
		return err
	}
	var c wire.AuthenticatorChallenge
	err = d.call(ctx, p.Server, request{path: wire.PathAuthenticatorChallenge, auth: auth.basicAuth, json: fingerprintOf(p.ID)}, &c)
	if err != nil {
		return err
	}
	if c.Version != wire.Version || len(c.Challenge) < 16 {
		return wire.Errorf(wire.CodeConfiguration, "%s sent an unusable challenge", p.Server)
	}
	proof := ed25519.Sign(key, wire.AuthenticatorMessage(AuthenticatorFingerprint, c.Challenge, auth.DeviceID, p.ID, p.Server))
	var tokens wire.TokenResponse
	err = d.call(ctx, p.Server, request{path: wire.PathToken, auth: auth.basicAuth, form: url.Values{
		"grant_type": {wire.GrantAuthenticator},
		"type":       {AuthenticatorFingerprint},
		"profile_id": {p.ID},
		"challenge":  {c.Challenge},
		"proof":      {base64.RawURLEncoding.EncodeToString(proof)},
	}}, &tokens)
	if err != nil {
		return err
	}
	d.startSession(newSession(d, p.ID, p.Server, tokens))
	return nil
}

// RegisterAuthenticator registers an authenticator of the logged-in profile
// (8003, 8005): it makes a key pair, asks for the PIN, again after a wrong one,
// and tells the server the public half. It does not become the preferred one.
// 8006 where the device has no such authenticator, or it is registered already.
// What fails or is canceled leaves nothing behind.
func (d *Device) RegisterAuthenticator(ctx context.Context, profileID, kind string, ask AskPIN) error {
	if !d.LoggedIn(profileID) {
		return d.notLoggedIn(profileID)
	}
	end, err := d.begin("login/" + profileID)
	if err != nil {
		return err
	}
	defer end()
	p, err := d.Profile(profileID)
	if err != nil {
		return err
	}
	if kind != AuthenticatorFingerprint || d.opt.Sensor == nil || len(p.FingerprintKey) > 0 {
		return wire.Errorf(wire.CodeNoSuchAuthenticator, "")
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return wire.Errorf(wire.CodeInternal, "make a key: %w", err)
	}
	defer clear(private)
	body := wire.RegisterAuthenticator{Version: wire.Version, Type: AuthenticatorFingerprint, PublicKey: public}
	sent := false // the server may have the key
	err = d.withPIN(ctx, p, ask, func(auth credentials, p Profile, c wire.PINChallenge, pin wire.Secret) (err error) {
		body.Challenge = c.Challenge
		if body.Proof, err = d.proof(auth, p, c, pin, body.Binding()...); err != nil {
			return err
		}
		if err := d.opt.Vault.Put(ctx, fingerprintEntry(p.ID), wire.NewSecret(private.Seed())); err != nil {
			return err
		}
		sent = true
		return d.authenticated(ctx, p.ID, request{path: wire.PathAuthenticator, json: body}, nil)
	})
	if err == nil {
		err = d.change(ctx, func(ix *index) error {
			q := ix.profile(p.ID)
			if q == nil {
				return wire.Errorf(wire.CodeProfileNotRegistered, "")
			}
			q.FingerprintKey = public
			return nil
		})
	}
	if err != nil && sent && wire.CodeOf(err) != wire.CodeUserDeregistered { // where all of it is gone
		return errors.Join(err, d.dropFingerprint(ctx, p))
	}
	return err
}

// DeregisterAuthenticator removes an authenticator of the logged-in profile
// (8003, 8005) here and at the server; the PIN is preferred again then. 8006 where
// it is not registered, and for the PIN, which goes with the profile only. Where
// the server cannot be reached it is removed here all the same, and the error says
// that the server does not know yet.
func (d *Device) DeregisterAuthenticator(ctx context.Context, profileID, kind string) error {
	if !d.LoggedIn(profileID) {
		return d.notLoggedIn(profileID)
	}
	p, err := d.Profile(profileID)
	if err != nil {
		return err
	}
	if _, err := d.registered(p, kind, ""); err != nil || kind != AuthenticatorFingerprint {
		return wire.Errorf(wire.CodeNoSuchAuthenticator, "")
	}
	remote := d.removeFingerprint(ctx, p)
	if err := d.forgetFingerprint(ctx, p.ID); err != nil {
		return err
	}
	return d.ifDeregistered(ctx, p.ID, remote)
}

// dropFingerprint removes a fingerprint that cannot be used, here and, as well as
// it can be told, at the server. Without the key here the one there is no use.
func (d *Device) dropFingerprint(ctx context.Context, p Profile) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := d.removeFingerprint(ctx, p); err != nil {
		d.opt.Log.Warn("the server keeps the key of a fingerprint that is gone", "profile", p.ID, "error", err)
	}
	return d.forgetFingerprint(ctx, p.ID)
}

// removeFingerprint tells the server; that it knows of none is no error.
func (d *Device) removeFingerprint(ctx context.Context, p Profile) error {
	auth, err := d.deviceAuth(ctx, p.Server)
	if err != nil {
		return err
	}
	err = d.call(ctx, p.Server, request{path: wire.PathAuthenticatorRemove, auth: auth, json: fingerprintOf(p.ID)}, nil)
	if wire.CodeOf(err) == wire.CodeNoSuchAuthenticator {
		return nil
	}
	return err
}

func (d *Device) forgetFingerprint(ctx context.Context, profileID string) error {
	if err := d.opt.Vault.Delete(ctx, fingerprintEntry(profileID)); err != nil && !errors.Is(err, vault.ErrNotFound) {
		return err
	}
	return d.change(ctx, func(ix *index) error {
		if p := ix.profile(profileID); p != nil {
			p.FingerprintKey, p.PreferredAuthenticator = nil, ""
		}
		return nil
	})
}

func fingerprintOf(profileID string) wire.AuthenticatorRequest {
	return wire.AuthenticatorRequest{Version: wire.Version, ProfileID: profileID, Type: AuthenticatorFingerprint}
}
