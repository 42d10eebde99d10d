package sqlstore

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// room is the condition under which an INSERT … SELECT adds its row. Its
// parameter is the cap.
func room(table string) string {
	return ` WHERE (SELECT n FROM counter WHERE name = '` + table + `') < ?`
}

var insertDevice = `INSERT INTO device (id, secret_hash, kind, client_name, software_id, software_version, os, created, seen)
	SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?` + room("device")

// AddDevice adds a device.
func (s *Store) AddDevice(ctx context.Context, d tokenserver.Device) error {
	return s.do(ctx, func(st step) error {
		return st.insert(insertDevice, d.ID, d.SecretHash[:], string(d.Kind), d.ClientName, d.SoftwareID,
			d.SoftwareVersion, d.OS, ms(d.Created), ms(d.Seen), s.limits.Devices)
	})
}

const deviceColumns = `d.id, d.secret_hash, d.kind, d.client_name, d.software_id, d.software_version, d.os, d.created, d.seen`

func deviceInto(d *tokenserver.Device) []any {
	return []any{
		&d.ID,
		hashColumn{&d.SecretHash},
		(*string)(&d.Kind), &d.ClientName, &d.SoftwareID,
		&d.SoftwareVersion, &d.OS,
		timeColumn{&d.Created},
		timeColumn{&d.Seen},
	}
}

// Device finds a device.
func (s *Store) Device(ctx context.Context, id string) (d tokenserver.Device, err error) {
	err = s.do(ctx, func(st step) error {
		return st.row(`SELECT `+deviceColumns+` FROM device d WHERE d.id = ?`, []any{id}, deviceInto(&d)...)
	})
	return d, err
}

// RemoveDevice removes a device and all that hangs on it.
func (s *Store) RemoveDevice(ctx context.Context, id string, now time.Time) error {
	return s.atomically(ctx, func(st step) error {
		if err := st.failClaims(`SELECT id FROM profile WHERE device_id = ?2`, id, now); err != nil {
			return err
		}
		return found(st.exec(`DELETE FROM device WHERE id = ?`, id))
	})
}

// failClaims ends the claimed transactions of profiles that are about to go.
func (st step) failClaims(profiles, arg string, now time.Time) error {
	_, err := st.exec(`UPDATE mobile_auth SET state = CASE WHEN expires <= ?1 THEN 'expired' ELSE 'failed' END, ended = ?1
		WHERE ended = 0 AND state = 'claimed' AND profile_id IN (`+profiles+`)`, ms(now), arg)
	return err
}

var insertProfile = `INSERT INTO profile (id, device_id, user_id, scope, created) SELECT ?, ?, ?, ?, ?` + room("profile")

// AddProfile adds a profile and its first tokens.
func (s *Store) AddProfile(ctx context.Context, p tokenserver.Profile, tokens ...tokenserver.Token) error {
	return s.atomically(ctx, func(st step) error {
		if err := st.insert(insertProfile, p.ID, p.DeviceID, p.UserID, p.Scope, ms(p.Created), s.limits.Profiles); err != nil {
			return err
		}
		if _, err := st.exec(`UPDATE device SET seen = ? WHERE id = ?`, ms(p.Created), p.DeviceID); err != nil {
			return err
		}
		return st.addTokens(tokens)
	})
}

const profileColumns = `p.id, p.device_id, p.user_id, p.scope, p.created, p.failures,
	p.pin_key, p.pin_salt, p.pin_time, p.pin_memory, p.pin_threads, p.pin_set`

// returnedProfileColumns are the same for RETURNING, which knows no alias.
var returnedProfileColumns = strings.ReplaceAll(profileColumns, "p.", "")

// profileRow scans a profile, whose PIN may be missing.
type profileRow struct {
	p                  tokenserver.Profile
	key, salt          []byte
	time, memory, thrd *int64
	set                *int64
}

func (r *profileRow) into() []any {
	return []any{
		&r.p.ID, &r.p.DeviceID, &r.p.UserID, &r.p.Scope,
		timeColumn{&r.p.Created},
		&r.p.Failures,
		&r.key, &r.salt, &r.time, &r.memory, &r.thrd, &r.set,
	}
}

func (r *profileRow) profile() tokenserver.Profile {
	if r.key != nil && r.time != nil && r.memory != nil && r.thrd != nil && r.set != nil {
		r.p.PIN = &tokenserver.PIN{
			SealedKey: r.key, Salt: r.salt, Set: fromMS(*r.set),
			Cost: wire.KDFCost{Time: uint32(*r.time), MemoryKiB: uint32(*r.memory), Threads: uint8(*r.thrd)},
		}
	}
	return r.p
}

// Profile finds a profile.
func (s *Store) Profile(ctx context.Context, id string) (tokenserver.Profile, error) {
	var r profileRow
	err := s.do(ctx, func(st step) error {
		return st.row(`SELECT `+profileColumns+` FROM profile p WHERE p.id = ?`, []any{id}, r.into()...)
	})
	return r.profile(), err
}

// Profiles lists the profiles of a device.
func (s *Store) Profiles(ctx context.Context, deviceID string, limit int) (list []tokenserver.Profile, err error) {
	err = s.do(ctx, func(st step) error {
		return st.rows(`SELECT `+profileColumns+` FROM profile p WHERE p.device_id = ? ORDER BY p.created, p.id LIMIT ?`,
			[]any{deviceID, limit}, func(row scanner) error {
				var r profileRow
				err := row.Scan(r.into()...)
				list = append(list, r.profile())
				return err
			})
	})
	return list, err
}

// RemoveProfile removes a profile and all that hangs on it.
func (s *Store) RemoveProfile(ctx context.Context, deviceID, profileID string, now time.Time) error {
	return s.atomically(ctx, func(st step) error { return st.removeProfile(deviceID, profileID, now) })
}

func (st step) removeProfile(deviceID, profileID string, now time.Time) error {
	if err := found(st.exec(`DELETE FROM profile WHERE id = ? AND device_id = ?`, profileID, deviceID)); err != nil {
		return err
	}
	if _, err := st.exec(`UPDATE device SET seen = ? WHERE id = ?`, ms(now), deviceID); err != nil {
		return err
	}
	return st.failClaims(`?2`, profileID, now)
}

var insertAuthCode = `INSERT INTO auth_code (hash, device_id, redirect_uri, challenge, scope, user_id, family, expires)
	SELECT ?, ?, ?, ?, ?, ?, ?, ?` + room("auth_code")

// AddAuthCode stores an authorization code.
func (s *Store) AddAuthCode(ctx context.Context, c tokenserver.AuthCode) error {
	return s.do(ctx, func(st step) error {
		return st.insert(insertAuthCode, c.Hash[:], c.DeviceID, c.RedirectURI, c.Challenge, c.Scope, c.UserID,
			c.Family, ms(c.Expires), s.limits.Codes)
	})
}

// UseAuthCode uses up an authorization code.
func (s *Store) UseAuthCode(ctx context.Context, hash tokenserver.Hash, deviceID, redirectURI string, now time.Time) (tokenserver.AuthCode, error) {
	c := tokenserver.AuthCode{Hash: hash}
	reused := false
	err := s.atomically(ctx, func(st step) error {
		err := st.row(`UPDATE auth_code SET used = ?1
			WHERE hash = ?2 AND device_id = ?3 AND redirect_uri = ?4 AND used = 0 AND expires > ?1
			RETURNING device_id, redirect_uri, challenge, scope, user_id, family, expires`,
			[]any{ms(now), hash[:], deviceID, redirectURI},
			&c.DeviceID, &c.RedirectURI, &c.Challenge, &c.Scope, &c.UserID, &c.Family, timeColumn{&c.Expires})
		if !errors.Is(err, tokenserver.ErrNotFound) {
			return err
		}
		var family string
		if err := st.row(`SELECT family FROM auth_code WHERE hash = ? AND device_id = ? AND used > 0`,
			[]any{hash[:], deviceID}, &family); err != nil {
			return err
		}
		reused = true // must be committed, so it is no error in here
		_, err = st.exec(`DELETE FROM token WHERE family = ?`, family)
		return err
	})
	if err == nil && reused {
		err = tokenserver.ErrReused
	}
	if err != nil {
		return tokenserver.AuthCode{}, err
	}
	return c, nil
}

var insertRegistrationCode = `INSERT INTO registration_code (hash, user_id, expires) SELECT ?, ?, ?` + room("registration_code")

// AddRegistrationCode stores a registration code.
func (s *Store) AddRegistrationCode(ctx context.Context, c tokenserver.RegistrationCode) error {
	return s.do(ctx, func(st step) error {
		return st.insert(insertRegistrationCode, c.Hash[:], c.UserID, ms(c.Expires), s.limits.Codes)
	})
}

// UseRegistrationCode uses up a registration code.
func (s *Store) UseRegistrationCode(ctx context.Context, hash tokenserver.Hash, now time.Time) (tokenserver.RegistrationCode, error) {
	c := tokenserver.RegistrationCode{Hash: hash}
	err := s.do(ctx, func(st step) error {
		return st.row(`DELETE FROM registration_code WHERE hash = ? AND expires > ? RETURNING user_id, expires`,
			[]any{hash[:], ms(now)}, &c.UserID, timeColumn{&c.Expires})
	})
	if err != nil {
		return tokenserver.RegistrationCode{}, err
	}
	return c, nil
}
