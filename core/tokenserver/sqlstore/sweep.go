package sqlstore

import (
	"context"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

// usedCodeTime is how long a used authorization code is remembered past its
// expiry: as long as the access token that came of it may live, which a second
// use revokes.
const usedCodeTime = 10 * time.Minute

// Sweep ends what has expired and removes what is no longer needed. Each kind
// is a step of its own, so that a large sweep does not hold up the others.
func (s *Store) Sweep(ctx context.Context, now time.Time, limit int) (tokenserver.Removed, error) {
	var r tokenserver.Removed
	at, before := ms(now), func(d time.Duration) int64 { return ms(now.Add(-d)) }
	for _, w := range []struct {
		count *int
		query string
		args  []any
	}{
		{&r.Expired, `UPDATE mobile_auth SET state = 'expired', ended = ?1
			WHERE id IN (SELECT id FROM mobile_auth WHERE ended = 0 AND expires <= ?1 LIMIT ?2)`, []any{at, limit}},
		{&r.Transactions, `DELETE FROM mobile_auth
			WHERE id IN (SELECT id FROM mobile_auth WHERE ended > 0 AND ended <= ? LIMIT ?)`, []any{before(tokenserver.RetentionTime), limit}},
		{&r.Tokens, `DELETE FROM token WHERE hash IN (SELECT hash FROM token WHERE expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Codes, `DELETE FROM auth_code WHERE hash IN (SELECT hash FROM auth_code WHERE expires <= ? LIMIT ?)`, []any{before(usedCodeTime), limit}},
		{&r.Codes, `DELETE FROM registration_code WHERE hash IN (SELECT hash FROM registration_code WHERE expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Codes, `DELETE FROM pin_challenge WHERE hash IN (SELECT hash FROM pin_challenge WHERE expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Enrollments, `DELETE FROM enrollment WHERE state = 'pending' AND profile_id IN
			(SELECT profile_id FROM enrollment WHERE state = 'pending' AND expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Profiles, `DELETE FROM profile WHERE id IN
			(SELECT id FROM profile WHERE pin_key IS NULL AND created <= ? LIMIT ?)`, []any{before(tokenserver.NoPINTime), limit}},
		{&r.Devices, `DELETE FROM device WHERE id IN (SELECT d.id FROM device d WHERE d.seen <= ?
			AND NOT EXISTS (SELECT 1 FROM profile p WHERE p.device_id = d.id) LIMIT ?)`, []any{before(tokenserver.IdleDeviceTime), limit}},
	} {
		if err := s.do(ctx, func(st step) error {
			n, err := st.exec(w.query, w.args...)
			*w.count += int(n)
			return err
		}); err != nil {
			return r, err
		}
	}
	return r, nil
}
