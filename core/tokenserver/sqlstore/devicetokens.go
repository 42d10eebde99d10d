package sqlstore

import (
	"context"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

var insertDeviceToken = `INSERT INTO device_token (hash, device_id, profile_id, scope, audience, expires)
	SELECT ?, ?, ?, ?, ?, ?` + room("device_token")

// AddDeviceToken adds a token of a device.
func (s *Store) AddDeviceToken(ctx context.Context, t tokenserver.DeviceToken) error {
	return s.atomically(ctx, func(st step) error {
		var profile any
		if t.ProfileID != "" {
			profile = t.ProfileID
			var one int
			if err := st.row(`SELECT 1 FROM profile WHERE id = ? AND device_id = ?`, []any{t.ProfileID, t.DeviceID}, &one); err != nil {
				return err
			}
		}
		return st.insert(insertDeviceToken, t.Hash[:], t.DeviceID, profile, t.Scope, t.Audience, ms(t.Expires), s.limits.Tokens)
	})
}

// DeviceSession finds what a token of a device stands for.
func (s *Store) DeviceSession(ctx context.Context, access tokenserver.Hash, now time.Time) (tokenserver.DeviceSession, error) {
	out := tokenserver.DeviceSession{Token: tokenserver.DeviceToken{Hash: access}}
	t := &out.Token
	err := s.do(ctx, func(st step) error {
		return st.row(`SELECT t.device_id, coalesce(t.profile_id, ''), t.scope, t.audience, t.expires, coalesce(p.user_id, ''), `+deviceColumns+`
			FROM device_token t JOIN device d ON d.id = t.device_id LEFT JOIN profile p ON p.id = t.profile_id
			WHERE t.hash = ? AND t.expires > ?`, []any{access[:], ms(now)},
			append([]any{&t.DeviceID, &t.ProfileID, &t.Scope, &t.Audience, timeColumn{&t.Expires}, &out.UserID}, deviceInto(&out.Device)...)...)
	})
	if err != nil {
		return tokenserver.DeviceSession{}, err
	}
	return out, nil
}

// UserDevices lists the devices of a user.
func (s *Store) UserDevices(ctx context.Context, userID string, limit int) (list []tokenserver.UserDevice, err error) {
	err = s.do(ctx, func(st step) error {
		return st.rows(`SELECT `+deviceColumns+`, max(e.profile_id IS NOT NULL)
			FROM profile p JOIN device d ON d.id = p.device_id LEFT JOIN enrollment e ON e.profile_id = p.id AND e.state = 'active'
			WHERE p.user_id = ? AND p.pin_key IS NOT NULL GROUP BY d.id ORDER BY min(p.created), d.id LIMIT ?`,
			[]any{userID, limit}, func(row scanner) error {
				var u tokenserver.UserDevice
				err := row.Scan(append(deviceInto(&u.Device), &u.Enrolled)...)
				list = append(list, u)
				return err
			})
	})
	return list, err
}
