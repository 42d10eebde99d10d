package sqlstore

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

var insertToken = `INSERT INTO token (hash, kind, profile_id, device_id, scope, audience, family, parent, expires)
	SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?` + room("token")

func (st step) addTokens(tokens []tokenserver.Token) error {
	for _, t := range tokens {
		var parent any
		if t.Parent != (tokenserver.Hash{}) {
			parent = t.Parent[:]
		}
		if err := st.insert(insertToken, t.Hash[:], string(t.Kind), t.ProfileID, t.DeviceID, t.Scope, t.Audience,
			t.Family, parent, ms(t.Expires), st.store.limits.Tokens); err != nil {
			return err
		}
	}
	return nil
}

// AddTokens adds tokens.
func (s *Store) AddTokens(ctx context.Context, tokens ...tokenserver.Token) error {
	return s.atomically(ctx, func(st step) error { return st.addTokens(tokens) })
}

const tokenColumns = `t.hash, t.kind, t.profile_id, t.device_id, t.scope, t.audience, t.family, t.parent, t.expires`

func tokenInto(t *tokenserver.Token) []any {
	return []any{
		hashColumn{&t.Hash},
		(*string)(&t.Kind), &t.ProfileID, &t.DeviceID, &t.Scope, &t.Audience,
		&t.Family,
		hashColumn{&t.Parent},
		timeColumn{&t.Expires},
	}
}

// Session finds what an access token stands for.
func (s *Store) Session(ctx context.Context, access tokenserver.Hash, now time.Time) (tokenserver.Session, error) {
	var (
		out tokenserver.Session
		p   profileRow
		e   enrollmentRow
	)
	into := append(tokenInto(&out.Token), p.into()...)
	into = append(append(into, deviceInto(&out.Device)...), e.into()...)
	err := s.do(ctx, func(st step) error {
		return st.row(`SELECT `+tokenColumns+`, `+profileColumns+`, `+deviceColumns+`, `+enrollmentColumns+`
			FROM token t JOIN profile p ON p.id = t.profile_id JOIN device d ON d.id = p.device_id
			LEFT JOIN enrollment e ON e.profile_id = p.id AND e.state = 'active'
			WHERE t.hash = ? AND t.kind = 'access' AND t.expires > ?`, []any{access[:], ms(now)}, into...)
	})
	if err != nil {
		return tokenserver.Session{}, err
	}
	out.Profile, out.Enrollment = p.profile(), e.enrollment()
	return out, nil
}

// RefreshToken finds a refresh token.
func (s *Store) RefreshToken(ctx context.Context, refresh tokenserver.Hash, now time.Time) (t tokenserver.Token, err error) {
	err = s.do(ctx, func(st step) error {
		return st.row(`SELECT `+tokenColumns+` FROM token t WHERE t.hash = ? AND t.kind = 'refresh' AND t.expires > ?`,
			[]any{refresh[:], ms(now)}, tokenInto(&t)...)
	})
	return t, err
}

// RotateRefresh exchanges a refresh token.
func (s *Store) RotateRefresh(ctx context.Context, refresh tokenserver.Hash, deviceID string, now time.Time, tokens ...tokenserver.Token) error {
	reused := false
	err := s.atomically(ctx, func(st step) error {
		var (
			old  tokenserver.Token
			dead bool
		)
		if err := st.row(`SELECT `+tokenColumns+`, t.dead FROM token t WHERE t.hash = ? AND t.kind = 'refresh' AND t.device_id = ? AND t.expires > ?`,
			[]any{refresh[:], deviceID, ms(now)}, append(tokenInto(&old), &dead)...); err != nil {
			return err
		}
		var successors int
		if err := st.row(`SELECT count(*) FROM (SELECT 1 FROM token WHERE parent = ? LIMIT ?)`,
			[]any{refresh[:], tokenserver.MaxRotations}, &successors); err != nil {
			return err
		}
		if dead || successors >= tokenserver.MaxRotations {
			reused = true // must be committed, so it is no error in here
			_, err := st.exec(`DELETE FROM token WHERE family = ?`, old.Family)
			return err
		}
		// Whoever uses this one has got it, so neither the one before it nor others
		// made from that are needed any more.
		if old.Parent != (tokenserver.Hash{}) {
			if _, err := st.exec(`UPDATE token SET dead = 1 WHERE (hash = ?1 OR parent = ?1) AND hash <> ?2`,
				old.Parent[:], refresh[:]); err != nil {
				return err
			}
		}
		for i := range tokens {
			tokens[i].ProfileID, tokens[i].DeviceID, tokens[i].Family = old.ProfileID, old.DeviceID, old.Family
			tokens[i].Parent = tokenserver.Hash{}
			if tokens[i].Kind == tokenserver.RefreshToken {
				tokens[i].Parent = refresh
			}
		}
		return st.addTokens(tokens)
	})
	if err == nil && reused {
		return tokenserver.ErrReused
	}
	return err
}

// RevokeToken removes a token, and its family where it is a refresh token.
func (s *Store) RevokeToken(ctx context.Context, hash tokenserver.Hash, deviceID string) error {
	return s.atomically(ctx, func(st step) error {
		var kind, family string
		err := st.row(`DELETE FROM token WHERE hash = ? AND device_id = ? RETURNING kind, family`,
			[]any{hash[:], deviceID}, &kind, &family)
		if errors.Is(err, tokenserver.ErrNotFound) {
			return found(st.exec(`DELETE FROM device_token WHERE hash = ? AND device_id = ?`, hash[:], deviceID))
		}
		if err != nil {
			return err
		}
		if kind != string(tokenserver.RefreshToken) {
			return nil
		}
		_, err = st.exec(`DELETE FROM token WHERE family = ?`, family)
		return err
	})
}
