package device

import (
	"cmp"
	"context"
	"slices"

	"github.com/understudy-auth/understudy/core/wire"
)

// The types of authenticators, which are their ids and names as well.
const (
	AuthenticatorPIN         = "PIN"
	AuthenticatorFingerprint = wire.AuthenticatorFingerprint
)

// Authenticator is a way in which a profile can log in on this device.
type Authenticator struct {
	Type, ID, Name string
	// Preferred is set for the one that a login takes which names none.
	Preferred bool
	// Registered is set for one that can be used; the PIN always can.
	Registered bool
}

// Authenticators lists the authenticators of a profile, registered or not: the
// PIN, and the fingerprint where the device has a sensor. 8003 where there is no
// such profile.
func (d *Device) Authenticators(_ context.Context, profileID string) ([]Authenticator, error) {
	p, err := d.Profile(profileID)
	if err != nil {
		return nil, err
	}
	return d.authenticators(p), nil
}

func (d *Device) authenticators(p Profile) []Authenticator {
	list := []Authenticator{{Type: AuthenticatorPIN, Registered: true}}
	if d.opt.Sensor != nil {
		list = append(list, Authenticator{Type: AuthenticatorFingerprint, Registered: len(p.FingerprintKey) > 0})
	}
	preferred := 0
	for i := range list {
		list[i].ID, list[i].Name = list[i].Type, list[i].Type
		if list[i].Registered && list[i].Type == p.PreferredAuthenticator {
			preferred = i
		}
	}
	list[preferred].Preferred = true
	return list
}

// registered finds a registered authenticator by its type, and by its id where
// one is given, or 8006.
func (d *Device) registered(p Profile, kind, id string) (Authenticator, error) {
	list := d.authenticators(p)
	i := slices.IndexFunc(list, func(a Authenticator) bool {
		return a.Registered && a.Type == kind && cmp.Or(id, a.ID) == a.ID
	})
	if i < 0 {
		return Authenticator{}, wire.Errorf(wire.CodeNoSuchAuthenticator, "")
	}
	return list[i], nil
}

// PreferredAuthenticator is the one that LoginWith takes if none is named: the
// PIN, until SetPreferredAuthenticator chose another one that is still there.
// 8003 where there is no such profile. Nobody needs to be logged in.
func (d *Device) PreferredAuthenticator(_ context.Context, profileID string) (Authenticator, error) {
	p, err := d.Profile(profileID)
	if err != nil {
		return Authenticator{}, err
	}
	list := d.authenticators(p)
	return list[slices.IndexFunc(list, func(a Authenticator) bool { return a.Preferred })], nil
}

// SetPreferredAuthenticator chooses the authenticator that LoginWith takes if
// none is named; id may be left out. The profile has to be logged in (8003,
// 8005), and the authenticator registered (8006).
func (d *Device) SetPreferredAuthenticator(ctx context.Context, profileID, kind, id string) error {
	if !d.LoggedIn(profileID) {
		return d.notLoggedIn(profileID)
	}
	return d.change(ctx, func(ix *index) error {
		p := ix.profile(profileID)
		if p == nil {
			return wire.Errorf(wire.CodeProfileNotRegistered, "")
		}
		a, err := d.registered(*p, kind, id)
		if err != nil {
			return err
		}
		p.PreferredAuthenticator = a.Type
		return nil
	})
}

// Login says how LoginWith logs a profile in.
type Login struct {
	// Authenticator is a type; "" stands for the preferred one.
	Authenticator string
	// PIN gives the PIN, also where the fingerprint falls back to it.
	PIN AskPIN
	// Fingerprint is asked before the sensor reads. Where it is nil, a preferred
	// fingerprint counts as the PIN.
	Fingerprint AskFingerprint
}

// LoginWith logs a profile in with one of its registered authenticators; 8006
// where it is none of them. A fingerprint falls back to the PIN where whoever is
// asked wants it, and where fingerprint or sensor can no longer be used: it is
// deregistered then. See Login for what may happen with the PIN.
func (d *Device) LoginWith(ctx context.Context, profileID string, l Login) error {
	p, err := d.Profile(profileID)
	if err != nil {
		return err
	}
	kind := l.Authenticator
	if kind == "" {
		kind = AuthenticatorPIN
		if a, err := d.registered(p, p.PreferredAuthenticator, ""); err == nil && l.Fingerprint != nil {
			kind = a.Type
		}
	}
	if _, err := d.registered(p, kind, ""); err != nil {
		return err
	}
	if l.PIN == nil || kind == AuthenticatorFingerprint && l.Fingerprint == nil {
		return wire.Errorf(wire.CodeIllegalArgument, "nobody can be asked for the %s", kind)
	}
	if kind == AuthenticatorFingerprint {
		if done, err := d.loginByFingerprint(ctx, p, l.Fingerprint); done || err != nil {
			return err
		}
	}
	return d.Login(ctx, profileID, l.PIN)
}
