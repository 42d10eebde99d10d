package device

import (
	"context"
	"errors"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Key returns the private key of an enrolled profile and the pinned public key
// of its server; 10104 where the profile is not enrolled.
func (d *Device) Key(ctx context.Context, profileID string) (*wire.Key, *wire.PublicKey, error) {
	p, err := d.Profile(profileID)
	if err != nil {
		return nil, nil, err
	}
	if !p.Enrolled() {
		return nil, nil, wire.Errorf(wire.CodeNotEnrolled, "enroll the profile first")
	}
	s, loggedIn := d.session(profileID)
	if loggedIn == nil {
		if own, peer := s.keys(p.OwnKey); own != nil {
			return own, peer, nil
		}
	}
	stored, err := d.opt.Vault.Get(ctx, profileEntry(profileID))
	if errors.Is(err, vault.ErrNotFound) {
		return nil, nil, wire.Errorf(wire.CodeNotEnrolled, "the key of this profile is gone from the %s; enroll again", d.KeyStorage())
	}
	if err != nil {
		return nil, nil, err
	}
	defer stored.Clear()
	own, err := wire.ParseKey(stored)
	if err != nil {
		return nil, nil, err
	}
	if own.Public().Fingerprint() != p.OwnKey {
		return nil, nil, wire.Errorf(wire.CodeNotEnrolled, "the key in the %s is not the enrolled one; enroll again", d.KeyStorage())
	}
	peer, err := wire.ParsePublicKey(p.ServerKey)
	if err != nil {
		return nil, nil, err
	}
	if loggedIn == nil {
		s.keepKeys(own, peer)
	}
	return own, peer, nil
}

// SaveEnrollment stores the private key in the vault and pins the server's
// public key. Where the index cannot be saved, the old key comes back.
func (d *Device) SaveEnrollment(ctx context.Context, profileID string, own *wire.Key, peer *wire.PublicKey) error {
	before, err := d.opt.Vault.Get(ctx, profileEntry(profileID))
	if err != nil && !errors.Is(err, vault.ErrNotFound) {
		return err
	}
	data, err := own.Marshal()
	if err != nil {
		return err
	}
	defer data.Clear()
	if err := d.opt.Vault.Put(ctx, profileEntry(profileID), data); err != nil {
		return err
	}
	err = d.change(ctx, func(ix *index) error {
		p := ix.profile(profileID)
		if p == nil {
			return wire.Errorf(wire.CodeProfileNotRegistered, "")
		}
		p.EnrolledAt, p.ServerKey, p.OwnKey = d.Now().UTC(), peer.Marshal(), own.Public().Fingerprint()
		return nil
	})
	if err != nil && !before.IsZero() {
		return errors.Join(err, d.opt.Vault.Put(context.WithoutCancel(ctx), profileEntry(profileID), before))
	}
	if err != nil {
		return errors.Join(err, d.opt.Vault.Delete(context.WithoutCancel(ctx), profileEntry(profileID)))
	}
	return nil
}

// ForgetEnrollment removes key and pin of a profile whose enrollment the
// server has ended.
func (d *Device) ForgetEnrollment(ctx context.Context, profileID string) error {
	if err := d.opt.Vault.Delete(ctx, profileEntry(profileID)); err != nil && !errors.Is(err, vault.ErrNotFound) {
		return err
	}
	return d.change(ctx, func(ix *index) error {
		if p := ix.profile(profileID); p != nil {
			p.EnrolledAt, p.ServerKey, p.OwnKey, p.PushEnrolled = Profile{}.EnrolledAt, nil, "", false
		}
		return nil
	})
}

// SavePushEnrollment notes that the server has a push token of a profile; 8003
// where there is none.
func (d *Device) SavePushEnrollment(ctx context.Context, profileID string) error {
	return d.change(ctx, func(ix *index) error {
		p := ix.profile(profileID)
		if p == nil {
			return wire.Errorf(wire.CodeProfileNotRegistered, "")
		}
		p.PushEnrolled = true
		return nil
	})
}

// PendingEnrollment is an enrollment whose proof may have reached the server
// without its confirmation coming back.
type PendingEnrollment struct {
	ServerKey []byte `json:"server_key"`
	Nonce     string `json:"nonce"`
}

// SavePendingEnrollment keeps the new key before the server is told to put it
// into force: if the confirmation is lost, the key is not.
func (d *Device) SavePendingEnrollment(ctx context.Context, profileID string, own *wire.Key, pending PendingEnrollment) error {
	data, err := own.Marshal()
	if err != nil {
		return err
	}
	defer data.Clear()
	if err := d.opt.Vault.Put(ctx, pendingEntry(profileID), data); err != nil {
		return err
	}
	return d.change(ctx, func(ix *index) error {
		if p := ix.profile(profileID); p != nil {
			p.Pending = &pending
		}
		return nil
	})
}

// PendingKey returns the key of an enrollment that is not confirmed; nil where
// there is none.
func (d *Device) PendingKey(ctx context.Context, profileID string) (*wire.Key, error) {
	stored, err := d.opt.Vault.Get(ctx, pendingEntry(profileID))
	if errors.Is(err, vault.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer stored.Clear()
	return wire.ParseKey(stored)
}

// DropPendingEnrollment forgets an enrollment that the server does not know.
func (d *Device) DropPendingEnrollment(ctx context.Context, profileID string) error {
	if err := d.opt.Vault.Delete(ctx, pendingEntry(profileID)); err != nil && !errors.Is(err, vault.ErrNotFound) {
		return err
	}
	return d.change(ctx, func(ix *index) error {
		if p := ix.profile(profileID); p != nil {
			p.Pending = nil
		}
		return nil
	})
}

func pendingEntry(profileID string) string { return profileEntry(profileID) + "-next" }
