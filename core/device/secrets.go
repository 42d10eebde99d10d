package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// credentials is the vault entry of one server: who this device is there, and
// the device secret that goes into every PIN proof.
type credentials struct {
	DeviceID     string    `json:"device_id"`
	ClientSecret wire.Sent `json:"client_secret"`
	PINSecret    []byte    `json:"pin_secret"` // 256 random bits
}

// serverEntry and profileEntry name the vault entries. An origin holds
// characters that vaults do not take, so its hash stands for it.
func serverEntry(origin wire.Origin) string {
	sum := sha256.Sum256([]byte(origin.String()))
	return "server/" + hex.EncodeToString(sum[:16])
}

func profileEntry(id string) string {
	sum := sha256.Sum256([]byte(id))
	return "profile/" + hex.EncodeToString(sum[:16])
}

func (d *Device) credentials(ctx context.Context, origin wire.Origin) (credentials, error) {
	stored, err := d.opt.Vault.Get(ctx, serverEntry(origin))
	if errors.Is(err, vault.ErrNotFound) {
		return credentials{}, wire.Errorf(wire.CodeDeviceDeregistered, "the keys of this device for %s are gone from the %s; register again", origin, d.KeyStorage())
	}
	if err != nil {
		return credentials{}, err
	}
	defer stored.Clear()
	var c credentials
	if err := json.Unmarshal(stored.Bytes(), &c); err != nil {
		return credentials{}, wire.Errorf(wire.CodeIO, "the keys of this device for %s are damaged; register again", origin)
	}
	return c, nil
}

func (d *Device) saveCredentials(ctx context.Context, origin wire.Origin, c credentials) error {
	data, err := json.Marshal(c)
	if err != nil {
		return wire.Errorf(wire.CodeInternal, "encode credentials: %w", err)
	}
	return d.opt.Vault.Put(ctx, serverEntry(origin), wire.NewSecret(data))
}

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
			p.EnrolledAt, p.ServerKey, p.OwnKey = Profile{}.EnrolledAt, nil, ""
		}
		return nil
	})
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
