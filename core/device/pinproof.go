package device

import (
	"context"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// PINChallenge is the server's challenge for one try of a PIN, with the count of
// wrong ones so far.
type PINChallenge struct {
	wire.PINChallenge
	fetched time.Time
}

// Stale reports whether the challenge may be too old for the server.
func (c PINChallenge) Stale(now time.Time) bool { return now.Sub(c.fetched) >= challengeLife }

// PINChallenge fetches a challenge for whatever else than a login takes the PIN
// of a profile.
func (d *Device) PINChallenge(ctx context.Context, profileID string) (PINChallenge, error) {
	p, err := d.Profile(profileID)
	if err != nil {
		return PINChallenge{}, err
	}
	auth, err := d.credentials(ctx, p.Server)
	if err != nil {
		return PINChallenge{}, err
	}
	fetched := d.Now()
	c, err := d.challenge(ctx, auth, p)
	return PINChallenge{c, fetched}, err
}

// ProvePIN proves a PIN for a challenge and for nothing but what the binding
// names. Whether it is right, the server tells.
func (d *Device) ProvePIN(ctx context.Context, profileID string, c PINChallenge, pin wire.Secret, binding ...string) ([]byte, error) {
	p, err := d.Profile(profileID)
	if err != nil {
		return nil, err
	}
	auth, err := d.credentials(ctx, p.Server)
	if err != nil {
		return nil, err
	}
	return d.proof(auth, p, c.PINChallenge, pin, binding...)
}

// ValidatePIN tells whether a new PIN would meet a server's policy: nil, 9011 to
// 9014, or 8002 where it is not made of digits.
func (d *Device) ValidatePIN(ctx context.Context, server wire.Origin, pin wire.Secret) error {
	m, err := d.Metadata(ctx, server)
	if err != nil {
		return err
	}
	return m.PIN.Check(pin)
}
