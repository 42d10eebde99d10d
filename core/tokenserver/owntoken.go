package tokenserver

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"

	"github.com/understudy-auth/understudy/core/wire"
)

// grantDevice gives a device a token of its own (RFC 6749, 4.4): anonymous, as
// no user stands behind it.
func (s *Server) grantDevice(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	scope, ok := pick(form.Get("scope"), s.config.Scopes.Device)
	if !ok {
		return wire.TokenResponse{}, errScope
	}
	return s.issueOwn(r, DeviceToken{DeviceID: d.ID, Scope: scope})
}

// grantImplicit gives a device a token in the name of a profile's user, who is
// not asked: what it opens has to be worth no more than that the user has
// registered here once.
func (s *Server) grantImplicit(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	p, err := s.store.Profile(r.Context(), form.Get("profile_id"))
	if errors.Is(err, ErrNotFound) || (err == nil && (p.DeviceID != d.ID || p.PIN == nil)) {
		err = errDeregistered
	}
	if err == nil {
		err = s.checkUser(p.UserID)
	}
	if err != nil {
		return wire.TokenResponse{}, err
	}
	scope, ok := pick(form.Get("scope"), s.granted(p))
	if !ok {
		return wire.TokenResponse{}, errScope
	}
	answer, err := s.issueOwn(r, DeviceToken{DeviceID: d.ID, ProfileID: p.ID, Scope: scope})
	answer.ProfileID = p.ID
	if errors.Is(err, ErrNotFound) {
		err = errDeregistered
	}
	return answer, err
}

// issueOwn makes the token and stores it. It has no refresh token: the device's
// credentials get the next one.
func (s *Server) issueOwn(r *http.Request, t DeviceToken) (wire.TokenResponse, error) {
	access := wire.SecretString(rand.Text())
	t.Hash, t.Audience, t.Expires = HashSecret(access), s.audience(), s.now().Add(s.config.Tokens.Access)
	err := s.store.AddDeviceToken(r.Context(), t)
	return wire.TokenResponse{
		AccessToken: wire.Sent{Secret: access}, TokenType: "Bearer", ExpiresIn: int64(s.config.Tokens.Access.Seconds()), Scope: t.Scope,
	}, err
}
