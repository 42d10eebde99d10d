package tokenserver

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

var errTooMany = &refusal{wire.ErrorResponse{
	Error: "slow_down", Description: "There were too many wrong answers. Wait a minute, then try again.",
}, http.StatusTooManyRequests}

// customInit takes the first of a two-step registration's steps.
func (s *Server) customInit(w http.ResponseWriter, r *http.Request) {
	d, err := s.deviceOf(r)
	var body wire.CustomInit
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	var session wire.CustomSession
	if err == nil {
		session, err = s.people.InitCustom(d.ID, body)
	}
	if err != nil {
		s.fail(w, r, told(err))
		return
	}
	writeJSON(w, http.StatusOK, session)
}

// grantCustom registers the user whom a custom identity provider names.
func (s *Server) grantCustom(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	scope, ok := s.userScope(form.Get("scope"))
	if !ok {
		return wire.TokenResponse{}, errScope
	}
	userID, info, err := s.people.FinishCustom(r.Context(), d.ID, netsafe.Source(r), form)
	switch {
	case errors.Is(err, idp.ErrAnswer):
		return wire.TokenResponse{}, errInvalidGrant
	case errors.Is(err, idp.ErrWait):
		return wire.TokenResponse{}, errTooMany
	case err != nil:
		return wire.TokenResponse{}, told(err)
	}
	answer, err := s.addProfile(r, d, userID, rand.Text(), scope)
	answer.Info = info
	return answer, err
}

// UseRegistrationCode uses up a registration code.
func (g grants) UseRegistrationCode(ctx context.Context, code wire.Secret) (userID string, err error) {
	c, err := g.store.UseRegistrationCode(ctx, HashSecret(code), g.now())
	if errors.Is(err, ErrNotFound) {
		return "", idp.ErrNotFound
	}
	return c.UserID, err
}
