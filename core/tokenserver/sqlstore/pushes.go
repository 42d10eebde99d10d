package sqlstore

import (
	"context"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

// The statements here name their index: SQLite would take that of the expiry, and
// read what waits for all users.

// AddPush stores a pushed transaction, unless its user was asked enough.
func (s *Store) AddPush(ctx context.Context, t tokenserver.Transaction, rules tokenserver.PushConfig) (next time.Time, err error) {
	err = s.atomically(ctx, func(st step) error {
		if next, err = st.nextPush(t.UserID, t.Created, rules); err != nil || !next.IsZero() {
			return err
		}
		return st.addTransaction(t)
	})
	return next, err
}

// nextPush is when the user may be asked by push again; the zero time: now.
func (st step) nextPush(userID string, now time.Time, rules tokenserver.PushConfig) (next time.Time, err error) {
	var denied []time.Time // the newest first
	since := now.Add(-max(rules.AfterDenial, rules.DenialsWithin+rules.Quiet))
	err = st.rows(`SELECT ended FROM mobile_auth INDEXED BY mobile_auth_pushed WHERE user_id = ? AND method <> 'otp' AND ended > ? AND state = 'denied'
		ORDER BY ended DESC LIMIT ?`, []any{userID, ms(since), rules.Denials}, func(row scanner) error {
		var at time.Time
		err := row.Scan(timeColumn{&at})
		denied = append(denied, at)
		return err
	})
	if err != nil {
		return time.Time{}, err
	}
	if n := len(denied); n > 0 {
		next = denied[0].Add(rules.AfterDenial)
		if n == rules.Denials && denied[0].Sub(denied[n-1]) <= rules.DenialsWithin && rules.Quiet > rules.AfterDenial {
			next = denied[0].Add(rules.Quiet)
		}
		if next.After(now) {
			return next, nil
		}
	}
	var open int
	var first int64
	err = st.row(`SELECT count(*), coalesce(min(expires), 0) FROM mobile_auth INDEXED BY mobile_auth_pushed WHERE user_id = ? AND method <> 'otp' AND ended = 0 AND expires > ?`,
		[]any{userID, ms(now)}, &open, &first)
	if err != nil || open < rules.MaxOpen {
		return time.Time{}, err
	}
	return fromMS(first), nil
}

// Pending lists the pushed transactions that wait for a profile.
func (s *Store) Pending(ctx context.Context, p tokenserver.Profile, now time.Time, limit int) (list []tokenserver.Transaction, err error) {
	err = s.do(ctx, func(st step) error {
		return st.rows(selectTransaction+`INDEXED BY mobile_auth_pushed WHERE user_id = ?1 AND method <> 'otp' AND ended = 0 AND expires > ?2 AND for_device IN ('', ?3)
			AND (state = 'initialized' OR profile_id = ?4) ORDER BY created, id LIMIT ?5`,
			[]any{p.UserID, ms(now), p.DeviceID, p.ID, limit}, func(row scanner) error {
				var t tokenserver.Transaction
				err := row.Scan(transactionRow(&t)...)
				list = append(list, t)
				return err
			})
	})
	return list, err
}
