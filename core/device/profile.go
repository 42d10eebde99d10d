package device

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Profile is one registered user on this device. It holds no secrets.
type Profile struct {
	ID         string      `json:"profile_id"` // short, such as W8DUJ2
	Server     wire.Origin `json:"server"`
	ServerName string      `json:"server_name"`
	UserID     string      `json:"user_id"`
	UserName   string      `json:"user_name"`
	// Label is what the person calls the profile on this computer; "" leaves it at
	// the server's name for the user.
	Label        string    `json:"label,omitempty"`
	RegisteredAt time.Time `json:"registered_at"`
	// EnrolledAt is zero for a profile that is not enrolled for mobile
	// authentication.
	EnrolledAt time.Time `json:"enrolled_at,omitzero"`
	// PushEnrolled is set once the server has a push token of the profile.
	PushEnrolled bool `json:"push_enrolled,omitempty"`
	// ServerKey is the Token Server's pinned public key, OwnKey the fingerprint
	// of this device's.
	ServerKey []byte `json:"server_key,omitempty"`
	OwnKey    string `json:"own_key,omitempty"`
	// Pending is set while the server's confirmation of an enrollment is awaited.
	Pending *PendingEnrollment `json:"pending_enrollment,omitempty"`

	// FingerprintKey is the public half of the fingerprint's key, empty where no
	// fingerprint is registered. PreferredAuthenticator is a type, "" the PIN.
	FingerprintKey         []byte `json:"fingerprint_key,omitempty"`
	PreferredAuthenticator string `json:"preferred_authenticator,omitempty"`

	// PIN holds how the PIN's key is made. NextPIN is set while the PIN is being
	// changed: after a crash the server's salt tells which of the two counts.
	PIN     pinParameters  `json:"pin"`
	NextPIN *pinParameters `json:"next_pin,omitempty"`
}

// pinParameters turn a PIN into its key; none of them is secret. Length is in
// digits, as the server's policy was when the PIN was made.
type pinParameters struct {
	Salt   []byte       `json:"salt"`
	Cost   wire.KDFCost `json:"cost"`
	Length int          `json:"length"`
}

// PINLength is how many digits the profile's PIN has, for those who draw a place
// for each.
func (p Profile) PINLength() int { return p.PIN.Length }

// Name is what people call the profile.
func (p Profile) Name() string {
	return cmp.Or(p.Label, p.UserName, p.UserID)
}

// Rename sets what the person calls a profile on this computer, at most 80
// characters; "" goes back to the server's name. 8003 where there is none.
func (d *Device) Rename(ctx context.Context, id, label string) error {
	return d.change(ctx, func(ix *index) error {
		p := ix.profile(id)
		if p == nil {
			return wire.Errorf(wire.CodeProfileNotRegistered, "")
		}
		p.Label = wire.CleanText(label, 80)
		return nil
	})
}

// Enrolled reports whether the profile can answer requests.
func (p Profile) Enrolled() bool { return !p.EnrolledAt.IsZero() }

// Profiles lists the profiles in the order of their registration.
func (d *Device) Profiles() []Profile {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.index.Profiles)
}

// Profile returns one profile, or 8003.
func (d *Device) Profile(id string) (Profile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p := d.index.profile(id); p != nil {
		return *p, nil
	}
	return Profile{}, wire.Errorf(wire.CodeProfileNotRegistered, "")
}

// IsUserRegistered reports whether there is such a profile.
func (d *Device) IsUserRegistered(id string) bool {
	_, err := d.Profile(id)
	return err == nil
}

// DeviceID is the id under which this device is registered at a server, empty
// where it is not.
func (d *Device) DeviceID(server wire.Origin) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.index.server(server); s != nil {
		return s.DeviceID
	}
	return ""
}

// Deregister removes a profile: its data here, and its tokens, PIN and
// enrollment at the server. Where the server cannot be reached the local data
// is removed all the same, and the error says that the server does not know yet.
func (d *Device) Deregister(ctx context.Context, id string) error {
	p, err := d.Profile(id)
	if err != nil {
		return err
	}
	remote := d.deregisterRemote(ctx, p.Server, id)
	if err := d.forgetProfile(ctx, id); err != nil {
		return err
	}
	switch wire.CodeOf(remote) {
	case 0, wire.CodeUserDeregistered, wire.CodeDeviceDeregistered, wire.CodeProfileNotRegistered:
		return nil // gone at the server as well
	}
	return remote
}

func (d *Device) deregisterRemote(ctx context.Context, server wire.Origin, id string) error {
	auth, err := d.deviceAuth(ctx, server)
	if err != nil {
		return err
	}
	return d.call(ctx, server, request{path: wire.PathDeregister, auth: auth, json: wire.Deregister{Version: wire.Version, ProfileID: id}}, nil)
}

// forgetProfile removes what this device holds of a profile.
func (d *Device) forgetProfile(ctx context.Context, id string) error {
	d.endSession(id)
	d.dropOwn(func(_ ownKey, t *ownToken) bool { return t.profileID == id })
	for _, entry := range []string{profileEntry(id), pendingEntry(id), fingerprintEntry(id)} {
		if err := d.opt.Vault.Delete(ctx, entry); err != nil && !errors.Is(err, vault.ErrNotFound) {
			return err
		}
	}
	return d.change(ctx, func(ix *index) error {
		ix.Profiles = slices.DeleteFunc(ix.Profiles, func(p Profile) bool { return p.ID == id })
		return nil
	})
}

// forgetServer removes all that belongs to a server that forgot this device.
func (d *Device) forgetServer(ctx context.Context, origin wire.Origin) error {
	for _, p := range d.Profiles() {
		if p.Server == origin {
			if err := d.forgetProfile(ctx, p.ID); err != nil {
				return err
			}
		}
	}
	d.dropOwn(func(key ownKey, _ *ownToken) bool { return key.server == origin })
	if err := d.opt.Vault.Delete(ctx, serverEntry(origin)); err != nil && !errors.Is(err, vault.ErrNotFound) {
		return err
	}
	return d.change(ctx, func(ix *index) error {
		ix.Servers = slices.DeleteFunc(ix.Servers, func(s server) bool { return s.Origin == origin })
		return nil
	})
}

// Reset removes everything this device holds; servers that can be reached are
// told. The first error is returned after all of it was tried.
func (d *Device) Reset(ctx context.Context) error {
	var first error
	for _, p := range d.Profiles() {
		if err := d.Deregister(ctx, p.ID); err != nil && first == nil {
			first = err
		}
	}
	d.mu.Lock()
	servers := slices.Clone(d.index.Servers)
	d.mu.Unlock()
	for _, s := range servers {
		if err := d.forgetServer(ctx, s.Origin); err != nil && first == nil {
			first = err
		}
	}
	return first
}
