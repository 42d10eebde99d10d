package sqlstore

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

var insertPINChallenge = `INSERT INTO pin_challenge (hash, profile_id, expires) SELECT ?, ?, ?` + room("pin_challenge")

// AddPINChallenge stores a challenge.
func (s *Store) AddPINChallenge(ctx context.Context, c tokenserver.PINChallenge) error {
	return s.do(ctx, func(st step) error {
		return st.insert(insertPINChallenge, c.Hash[:], c.ProfileID, ms(c.Expires), s.limits.Codes)
	})
}

// CountPINFailure counts a try before it is checked.
func (s *Store) CountPINFailure(ctx context.Context, deviceID, profileID string, challenge tokenserver.Hash, max int, now time.Time) (tokenserver.Profile, tokenserver.PINAttempt, error) {
	var (
		r       profileRow
		attempt tokenserver.PINAttempt
	)
	err := s.atomically(ctx, func(st step) error {
		var failures int
		var failed int64
		var hasPIN bool
		err := st.row(`SELECT failures, failed, pin_key IS NOT NULL FROM profile WHERE id = ? AND device_id = ?`,
			[]any{profileID, deviceID}, &failures, &failed, &hasPIN)
		switch {
		case errors.Is(err, tokenserver.ErrNotFound) || err == nil && !hasPIN:
			attempt = tokenserver.PINUnknown
			return nil
		case err != nil:
			return err
		}
		used, err := st.exec(`DELETE FROM pin_challenge WHERE hash = ? AND profile_id = ? AND expires > ?`, challenge[:], profileID, ms(now))
		if err != nil {
			return err
		}
		if used == 0 {
			attempt = tokenserver.PINNoChallenge
			return nil
		}
		err = st.row(`UPDATE profile SET failures = failures + 1, failed = ? WHERE id = ? AND failures < ? RETURNING `+returnedProfileColumns,
			[]any{ms(now), profileID, max}, r.into()...)
		switch {
		case err == nil:
			attempt = tokenserver.PINCounted
		case !errors.Is(err, tokenserver.ErrNotFound):
			return err
		case now.Sub(fromMS(failed)) < tokenserver.PINTime:
			attempt = tokenserver.PINBusy
		default:
			attempt = tokenserver.PINLocked
		}
		return nil
	})
	if err != nil || attempt != tokenserver.PINCounted {
		return tokenserver.Profile{}, attempt, err
	}
	return r.profile(), attempt, nil
}

// PassPIN ends a right try.
func (s *Store) PassPIN(ctx context.Context, profileID string, tokens ...tokenserver.Token) error {
	return s.atomically(ctx, func(st step) error {
		if err := found(st.exec(`UPDATE profile SET failures = 0, failed = 0 WHERE id = ?`, profileID)); err != nil {
			return err
		}
		return st.addTokens(tokens)
	})
}

// FailPIN ends a wrong try.
func (s *Store) FailPIN(ctx context.Context, profileID string, max int, now time.Time) (failures int, removed bool, err error) {
	err = s.atomically(ctx, func(st step) error {
		var deviceID string
		if err := st.row(`SELECT device_id, failures FROM profile WHERE id = ?`, []any{profileID}, &deviceID, &failures); err != nil {
			return err
		}
		if failures < max {
			return nil
		}
		removed = true
		return st.removeProfile(deviceID, profileID, now)
	})
	if err != nil {
		return 0, false, err
	}
	return failures, removed, nil
}

// SetPIN stores a PIN.
func (s *Store) SetPIN(ctx context.Context, profileID string, pin tokenserver.PIN, oldSalt []byte) error {
	return s.atomically(ctx, func(st step) error {
		var salt []byte
		if err := st.row(`SELECT pin_salt FROM profile WHERE id = ?`, []any{profileID}, &salt); err != nil {
			return err
		}
		if (salt == nil) != (oldSalt == nil) || !bytes.Equal(salt, oldSalt) {
			return tokenserver.ErrConflict
		}
		_, err := st.exec(`UPDATE profile SET pin_key = ?, pin_salt = ?, pin_time = ?, pin_memory = ?, pin_threads = ?, pin_set = ?, failures = 0, failed = 0 WHERE id = ?`,
			pin.SealedKey, pin.Salt, pin.Cost.Time, pin.Cost.MemoryKiB, pin.Cost.Threads, ms(pin.Set), profileID)
		return err
	})
}
