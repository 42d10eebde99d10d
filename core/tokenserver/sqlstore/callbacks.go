package sqlstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

// LeaseCallbacks takes callbacks that are due.
func (s *Store) LeaseCallbacks(ctx context.Context, now, until time.Time, limit int, except ...string) (list []tokenserver.Callback, err error) {
	clients, err := json.Marshal(append([]string{}, except...))
	if err != nil {
		return nil, err
	}
	err = s.do(ctx, func(st step) error {
		return st.rows(`UPDATE callback SET attempts = attempts + 1, next = ?
			WHERE id IN (SELECT id FROM callback WHERE next <= ? AND client_id NOT IN (SELECT value FROM json_each(?)) ORDER BY next LIMIT ?)
			RETURNING id, transaction_id, client_id, uri, state, user_id, attempts, next`,
			[]any{ms(until), ms(now), string(clients), limit}, func(row scanner) error {
				var c tokenserver.Callback
				err := row.Scan(&c.ID, &c.TransactionID, &c.ClientID, &c.URI, (*string)(&c.State), &c.UserID, &c.Attempts, timeColumn{&c.NextAt})
				list = append(list, c)
				return err
			})
	})
	return list, err
}

// RetryCallback says when to try again.
func (s *Store) RetryCallback(ctx context.Context, id int64, at time.Time) error {
	return s.do(ctx, func(st step) error {
		return found(st.exec(`UPDATE callback SET next = ? WHERE id = ?`, ms(at), id))
	})
}

// RemoveCallback forgets a callback.
func (s *Store) RemoveCallback(ctx context.Context, id int64) error {
	return s.do(ctx, func(st step) error {
		return found(st.exec(`DELETE FROM callback WHERE id = ?`, id))
	})
}
