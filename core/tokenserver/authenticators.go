package tokenserver

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"

	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
	"github.com/understudy-auth/understudy/core/wire"
)

// ownProfile finds a profile of a device, with the name under which its
// authenticators are kept.
func (s *Server) ownProfile(ctx context.Context, d Device, id string) (Profile, authenticators.Owner, error) {
	p, err := s.store.Profile(ctx, id)
	if errors.Is(err, ErrNotFound) || (err == nil && p.DeviceID != d.ID) {
		err = errDeregistered
	}
	return p, authenticators.Owner{DeviceID: p.DeviceID, ProfileID: p.ID}, err
}

// registerAuthenticator stores the key of a new authenticator of a logged-in
// profile whose PIN is proved for it.
func (s *Server) registerAuthenticator(w http.ResponseWriter, r *http.Request) {
	session, err := s.sessionOf(r)
	var body wire.RegisterAuthenticator
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	if err == nil {
		err = authenticators.CheckNew(body)
	}
	owner := authenticators.Owner{DeviceID: session.Device.ID, ProfileID: session.Profile.ID}
	if err == nil {
		r = r.WithContext(context.WithoutCancel(r.Context()))
		_, err = s.checkPIN(r.Context(), owner.DeviceID, owner.ProfileID, body.Challenge, body.Proof, body.Binding()...)
	}
	if err == nil {
		err = s.authenticators.Register(r.Context(), owner, body)
	}
	if errors.Is(err, authenticators.ErrNotFound) {
		err = errDeregistered
	}
	s.done(w, r, err)
}

// removeAuthenticator removes an authenticator of a profile of the device.
func (s *Server) removeAuthenticator(w http.ResponseWriter, r *http.Request) {
	owner, kind, err := s.authenticatorOf(w, r)
	if err == nil {
		err = s.authenticators.Remove(r.Context(), owner, kind)
	}
	s.done(w, r, err)
}

// authenticatorChallenge gives a challenge for a login with an authenticator.
func (s *Server) authenticatorChallenge(w http.ResponseWriter, r *http.Request) {
	owner, kind, err := s.authenticatorOf(w, r)
	var answer wire.AuthenticatorChallenge
	if err == nil {
		answer, err = s.authenticators.Challenge(r.Context(), owner, kind)
	}
	if err != nil {
		s.fail(w, r, told(err))
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// authenticatorOf reads which authenticator of which of the device's profiles is
// meant.
func (s *Server) authenticatorOf(w http.ResponseWriter, r *http.Request) (o authenticators.Owner, kind string, err error) {
	d, err := s.deviceOf(r)
	var body wire.AuthenticatorRequest
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	if err == nil {
		_, o, err = s.ownProfile(r.Context(), d, body.ProfileID)
	}
	return o, body.Type, err
}

// done answers a call that has nothing to say but that it worked.
func (s *Server) done(w http.ResponseWriter, r *http.Request, err error) {
	if err != nil {
		s.fail(w, r, told(err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// grantAuthenticator logs a profile in with an authenticator's signature. It
// leaves the count of wrong PINs alone: it proves nothing about the PIN.
func (s *Server) grantAuthenticator(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	proof, err := base64.RawURLEncoding.DecodeString(form.Get("proof"))
	if err != nil {
		return wire.TokenResponse{}, refuse(wire.CodeIllegalArgument, "invalid_request", "The proof is not base64url.")
	}
	p, owner, err := s.ownProfile(r.Context(), d, form.Get("profile_id"))
	if err == nil {
		err = s.checkUser(p.UserID)
	}
	if err == nil {
		err = s.authenticators.Login(r.Context(), owner, form.Get("type"), form.Get("challenge"), proof)
	}
	if err != nil {
		return wire.TokenResponse{}, told(err)
	}
	tokens, answer := s.issue(p, rand.Text(), s.loginScope(p))
	err = s.store.AddTokens(r.Context(), tokens...)
	if errors.Is(err, ErrNotFound) {
		err = errDeregistered
	}
	return answer, err
}
