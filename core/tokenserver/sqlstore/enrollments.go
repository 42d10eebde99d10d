package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
	"github.com/understudy-auth/understudy/core/wire"
)

const enrollmentColumns = `e.profile_id, e.device_key, e.device_fingerprint, e.server_key, e.server_fingerprint,
	e.device_kind, e.key_storage, e.nonce, e.created, e.expires, e.push_token`

// enrollmentRow scans an enrollment that may be missing (LEFT JOIN).
type enrollmentRow struct {
	profile, fingerprint, serverFingerprint, kind, storage *string
	deviceKey, serverKey                                   []byte
	nonce                                                  tokenserver.Hash
	created, expires                                       *int64
	pushToken                                              *string
}

func (r *enrollmentRow) into() []any {
	return []any{
		&r.profile, &r.deviceKey, &r.fingerprint, &r.serverKey, &r.serverFingerprint,
		&r.kind, &r.storage,
		hashColumn{&r.nonce},
		&r.created, &r.expires, &r.pushToken,
	}
}

func (r *enrollmentRow) enrollment() *tokenserver.Enrollment {
	if r.profile == nil {
		return nil
	}
	return &tokenserver.Enrollment{
		ProfileID: *r.profile, DeviceKey: r.deviceKey, DeviceFingerprint: *r.fingerprint,
		SealedServerKey: r.serverKey, ServerFingerprint: *r.serverFingerprint,
		DeviceKind: wire.DeviceKind(*r.kind), KeyStorage: *r.storage,
		NonceHash: r.nonce, PushToken: *r.pushToken, Created: fromMS(*r.created), Expires: fromMS(*r.expires),
	}
}

// refuseSecond is the rule of override.
func (st step) refuseSecond(profileID string, override bool) error {
	if override {
		return nil
	}
	var one int
	err := st.row(`SELECT 1 FROM enrollment WHERE profile_id = ? AND state = 'active'`, []any{profileID}, &one)
	switch {
	case err == nil:
		return tokenserver.ErrExists
	case errors.Is(err, tokenserver.ErrNotFound):
		return nil
	default:
		return err
	}
}

// BeginEnrollment stores a pending enrollment.
func (s *Store) BeginEnrollment(ctx context.Context, e tokenserver.Enrollment, override bool) error {
	var serverKey any
	if len(e.SealedServerKey) > 0 {
		serverKey = e.SealedServerKey
	}
	return s.atomically(ctx, func(st step) error {
		if err := st.refuseSecond(e.ProfileID, override); err != nil {
			return err
		}
		_, err := st.exec(`INSERT OR REPLACE INTO enrollment (profile_id, state, device_key, device_fingerprint, server_key,
			server_fingerprint, device_kind, key_storage, nonce, created, expires) VALUES (?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			e.ProfileID, e.DeviceKey, e.DeviceFingerprint, serverKey, e.ServerFingerprint,
			string(e.DeviceKind), e.KeyStorage, e.NonceHash[:], ms(e.Created), ms(e.Expires))
		return err
	})
}

// PendingEnrollment finds the pending enrollment, else the active one.
func (s *Store) PendingEnrollment(ctx context.Context, profileID string, now time.Time) (tokenserver.Enrollment, error) {
	var r enrollmentRow
	err := s.do(ctx, func(st step) error {
		return st.row(`SELECT `+enrollmentColumns+` FROM enrollment e
			WHERE e.profile_id = ? AND (e.state = 'active' OR e.expires > ?) ORDER BY e.state = 'pending' DESC LIMIT 1`,
			[]any{profileID, ms(now)}, r.into()...)
	})
	if err != nil {
		return tokenserver.Enrollment{}, err
	}
	return *r.enrollment(), nil
}

// ActivateEnrollment puts a pending enrollment into force.
func (s *Store) ActivateEnrollment(ctx context.Context, profileID string, nonce tokenserver.Hash, override bool, now time.Time) error {
	return s.atomically(ctx, func(st step) error {
		var active, pending int
		if err := st.row(`SELECT
			EXISTS (SELECT 1 FROM enrollment WHERE profile_id = ?1 AND state = 'active' AND nonce = ?2),
			EXISTS (SELECT 1 FROM enrollment WHERE profile_id = ?1 AND state = 'pending' AND nonce = ?2 AND expires > ?3)`,
			[]any{profileID, nonce[:], ms(now)}, &active, &pending); err != nil {
			return err
		}
		switch {
		case active == 1:
			return nil // the answer to the first call was lost
		case pending == 0:
			return tokenserver.ErrNotFound
		}
		if err := st.refuseSecond(profileID, override); err != nil {
			return err
		}
		// The push service calls the app as before.
		if _, err := st.exec(`UPDATE enrollment SET push_token = coalesce((SELECT push_token FROM enrollment WHERE profile_id = ?1 AND state = 'active'), '')
			WHERE profile_id = ?1 AND state = 'pending'`, profileID); err != nil {
			return err
		}
		if _, err := st.exec(`DELETE FROM enrollment WHERE profile_id = ? AND state = 'active'`, profileID); err != nil {
			return err
		}
		_, err := st.exec(`UPDATE enrollment SET state = 'active' WHERE profile_id = ? AND state = 'pending'`, profileID)
		return err
	})
}

// Enrollments lists the active enrollments of a user.
func (s *Store) Enrollments(ctx context.Context, userID string, limit int) (list []tokenserver.Enrollment, err error) {
	err = s.do(ctx, func(st step) error {
		return st.rows(`SELECT `+enrollmentColumns+` FROM profile p JOIN enrollment e ON e.profile_id = p.id AND e.state = 'active'
			WHERE p.user_id = ? ORDER BY e.created, e.profile_id LIMIT ?`,
			[]any{userID, limit}, func(row scanner) error {
				var r enrollmentRow
				if err := row.Scan(r.into()...); err != nil {
					return err
				}
				list = append(list, *r.enrollment())
				return nil
			})
	})
	return list, err
}

// SetPushToken enrolls for push.
func (s *Store) SetPushToken(ctx context.Context, profileID, token string) error {
	return s.do(ctx, func(st step) error {
		return found(st.exec(`UPDATE enrollment SET push_token = ? WHERE profile_id = ? AND state = 'active'`, token, profileID))
	})
}

// ServerKey is the sealed key that enrollments share.
func (s *Store) ServerKey(ctx context.Context) (sealed []byte, err error) {
	err = s.do(ctx, func(st step) error {
		return st.row(`SELECT sealed FROM server_key WHERE id = 1`, nil, &sealed)
	})
	if errors.Is(err, tokenserver.ErrNotFound) {
		err = serverkeys.ErrNotFound
	}
	return sealed, err
}

// AddServerKey stores the shared key.
func (s *Store) AddServerKey(ctx context.Context, sealed []byte) error {
	err := s.do(ctx, func(st step) error {
		_, err := st.exec(`INSERT INTO server_key (id, sealed) VALUES (1, ?)`, sealed)
		return err
	})
	if errors.Is(err, tokenserver.ErrExists) {
		return serverkeys.ErrExists
	}
	return err
}
