package sqlstore

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
)

// SetAuthenticator stores an authenticator and ends a right try of the PIN.
func (s *Store) SetAuthenticator(ctx context.Context, a authenticators.Authenticator) error {
	return notFoundThere(s.atomically(ctx, func(st step) error {
		if err := found(st.exec(`UPDATE profile SET failures = 0, failed = 0 WHERE id = ?`, a.ProfileID)); err != nil {
			return err
		}
		_, err := st.exec(`INSERT OR REPLACE INTO authenticator (profile_id, type, public_key, created) VALUES (?, ?, ?, ?)`,
			a.ProfileID, a.Type, a.PublicKey, ms(a.Created))
		return err
	}))
}

// Authenticator finds an authenticator.
func (s *Store) Authenticator(ctx context.Context, profileID, kind string) (authenticators.Authenticator, error) {
	a := authenticators.Authenticator{ProfileID: profileID, Type: kind}
	err := s.do(ctx, func(st step) error {
		return st.row(`SELECT public_key, created FROM authenticator WHERE profile_id = ? AND type = ?`,
			[]any{profileID, kind}, &a.PublicKey, timeColumn{&a.Created})
	})
	if err != nil {
		return authenticators.Authenticator{}, notFoundThere(err)
	}
	return a, nil
}

// RemoveAuthenticator removes an authenticator.
func (s *Store) RemoveAuthenticator(ctx context.Context, profileID, kind string) error {
	return notFoundThere(s.do(ctx, func(st step) error {
		return found(st.exec(`DELETE FROM authenticator WHERE profile_id = ? AND type = ?`, profileID, kind))
	}))
}

// AddChallenge stores a challenge.
func (s *Store) AddChallenge(ctx context.Context, hash [sha256.Size]byte, profileID string, expires time.Time) error {
	return notFoundThere(s.AddPINChallenge(ctx, tokenserver.PINChallenge{Hash: hash, ProfileID: profileID, Expires: expires}))
}

// UseChallenge uses up a challenge.
func (s *Store) UseChallenge(ctx context.Context, hash [sha256.Size]byte, profileID string, now time.Time) error {
	return notFoundThere(s.do(ctx, func(st step) error {
		return found(st.exec(`DELETE FROM pin_challenge WHERE hash = ? AND profile_id = ? AND expires > ?`, hash[:], profileID, ms(now)))
	}))
}

// notFoundThere has package authenticators' word for what is not there.
func notFoundThere(err error) error {
	if errors.Is(err, tokenserver.ErrNotFound) {
		return authenticators.ErrNotFound
	}
	return err
}
