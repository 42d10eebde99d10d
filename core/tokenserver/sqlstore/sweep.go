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
		{&r.Tokens, `DELETE FROM device_token WHERE hash IN (SELECT hash FROM device_token WHERE expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Codes, `DELETE FROM auth_code WHERE hash IN (SELECT hash FROM auth_code WHERE expires <= ? LIMIT ?)`, []any{before(usedCodeTime), limit}},
		{&r.Codes, `DELETE FROM registration_code WHERE hash IN (SELECT hash FROM registration_code WHERE expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Codes, `DELETE FROM pin_challenge WHERE hash IN (SELECT hash FROM pin_challenge WHERE expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Enrollments, `DELETE FROM enrollment WHERE state = 'pending' AND profile_id IN
			(SELECT profile_id FROM enrollment WHERE state = 'pending' AND expires <= ? LIMIT ?)`, []any{at, limit}},
		{&r.Profiles, `DELETE FROM profile WHERE id IN
			(SELECT id FROM profile WHERE pin_key IS NULL AND created <= ? LIMIT ?)`, []any{before(tokenserver.NoPINTime), limit}},
	} {
		if err := s.do(ctx, func(st step) error {
			n, err := st.exec(w.query, w.args...)
			*w.count += int(n)
			return err
		}); err != nil {
			return r, err
		}
	}
	n, err := s.sweepDevices(ctx, now, limit)
	r.Devices = n
	return r, err
}

// sweepDevices looks at the devices that were not seen for long. Those that
// have a profile count as seen now: otherwise every sweep would look at all of
// them again.
func (s *Store) sweepDevices(ctx context.Context, now time.Time, limit int) (removed int, err error) {
	before := ms(now.Add(-tokenserver.IdleDeviceTime))
	err = s.atomically(ctx, func(st step) error {
		n, err := st.exec(`DELETE FROM device WHERE id IN (SELECT id FROM device WHERE seen <= ? ORDER BY seen LIMIT ?)
			AND NOT EXISTS (SELECT 1 FROM profile p WHERE p.device_id = device.id)`, before, limit)
		if err != nil {
			return err
		}
		removed = int(n)
		_, err = st.exec(`UPDATE device SET seen = ? WHERE id IN (SELECT id FROM device WHERE seen <= ? ORDER BY seen LIMIT ?)
			AND EXISTS (SELECT 1 FROM profile p WHERE p.device_id = device.id)`, ms(now), before, limit)
		return err
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}
