package tokenserver

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	challengeLife = 2 * time.Minute
	pinKeyLen     = 32
	// noPINKey stands in for the key of a PIN that there is not.
	noPINKey = "no profile, and no PIN to compare"
)

// pinChallenge gives a challenge for one proof of a PIN.
func (s *Server) pinChallenge(w http.ResponseWriter, r *http.Request) {
	d, err := s.deviceOf(r)
	var body wire.PINChallengeRequest
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	var p Profile
	if err == nil {
		p, err = s.store.Profile(r.Context(), body.ProfileID)
	}
	if errors.Is(err, ErrNotFound) || (err == nil && (p.DeviceID != d.ID || p.PIN == nil)) {
		err = errDeregistered
	}
	challenge := rand.Text()
	if err == nil {
		err = s.store.AddPINChallenge(r.Context(), PINChallenge{Hash: HashText(challenge), ProfileID: p.ID, Expires: s.now().Add(challengeLife)})
		if errors.Is(err, ErrNotFound) {
			err = errDeregistered
		}
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, wire.PINChallenge{
		Version: wire.Version, Challenge: challenge, Salt: p.PIN.Salt, Failures: p.Failures, Max: s.config.PIN.MaxFailures,
	})
}

// grantPIN logs a profile in with a proof of its PIN.
func (s *Server) grantPIN(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	proof, err := base64.RawURLEncoding.DecodeString(form.Get("proof"))
	if err != nil {
		return wire.TokenResponse{}, refuse(wire.CodeIllegalArgument, "invalid_request", "The proof is not base64url.")
	}
	ctx := context.WithoutCancel(r.Context())
	p, err := s.checkPIN(ctx, d.ID, form.Get("profile_id"), form.Get("challenge"), proof)
	if err != nil {
		return wire.TokenResponse{}, err
	}
	if err := s.checkUser(p.UserID); err != nil {
		return wire.TokenResponse{}, err
	}
	tokens, answer := s.issue(p, rand.Text(), s.loginScope(p))
	err = s.store.PassPIN(ctx, p.ID, tokens...)
	if errors.Is(err, ErrNotFound) {
		err = errDeregistered
	}
	return answer, err
}

// checkPIN counts a try, then checks it. The caller of a right try has to end
// it with PassPIN, SetPIN or Answer, whether or not the device still waits for it
// (context.WithoutCancel); a wrong one is ended here. The binding is what else the
// proof is for.
func (s *Server) checkPIN(ctx context.Context, deviceID, profileID, challenge string, proof []byte, binding ...string) (Profile, error) {
	most := s.config.PIN.MaxFailures
	p, attempt, err := s.store.CountPINFailure(ctx, deviceID, profileID, HashText(challenge), most, s.now())
	if err != nil {
		return Profile{}, err
	}
	switch attempt {
	case PINNoChallenge:
		return Profile{}, refuse(wire.CodePINChallenge, "invalid_challenge", "The challenge is unknown, used or expired. Ask for another one.")
	case PINBusy:
		return Profile{}, refuse(wire.CodeInProgress, "pin_in_progress", "The last try is being checked.")
	case PINLocked:
		return Profile{}, s.failPIN(ctx, profileID)
	}
	// A profile that does not exist has a key too, so that it takes as long.
	key := wire.SecretString(noPINKey)
	if attempt == PINCounted {
		if key, err = s.sealer.Open(p.PIN.SealedKey, pinPlace(p.ID)...); err != nil {
			return Profile{}, err
		}
	}
	defer key.Clear()
	right := hmac.Equal(wire.PINProof(key, challenge, deviceID, s.config.PublicURL, binding...), proof)
	switch {
	case attempt != PINCounted:
		return Profile{}, errDeregistered
	case !right:
		return Profile{}, s.failPIN(ctx, profileID)
	}
	return p, nil
}

// failPIN tells a wrong PIN with the tries that are left, or the end.
func (s *Server) failPIN(ctx context.Context, profileID string) error {
	most := s.config.PIN.MaxFailures
	failures, removed, err := s.store.FailPIN(ctx, profileID, most, s.now())
	if errors.Is(err, ErrNotFound) {
		return errDeregistered
	}
	if err != nil {
		return err
	}
	if removed {
		s.log.Info("a user was deregistered after too many wrong PINs", "profile", profileID)
		s.callbacks.Wake() // what the profile had claimed has failed
		return errDeregistered
	}
	wrong := refuse(wire.CodeIncorrectPIN, "incorrect_pin", "The PIN is not right.")
	wrong.body.Failures, wrong.body.Remaining = failures, most-failures
	return wrong
}

func pinPlace(profileID string) []string { return []string{"pin", profileID} }

// setPIN creates a PIN, or changes it with a proof of the old one.
func (s *Server) setPIN(w http.ResponseWriter, r *http.Request) {
	session, err := s.sessionOf(r)
	var body wire.SetPIN
	if err == nil {
		err = deviceJSON(w, r, &body, &body.Version)
	}
	if err == nil {
		err = s.storePIN(r.Context(), session.Profile, body)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) storePIN(ctx context.Context, p Profile, body wire.SetPIN) error {
	key := wire.NewSecret(body.Key)
	defer key.Clear()
	// The device may ask itself for more than the server asks, within bounds.
	if key.Len() != pinKeyLen || len(body.Salt) < wire.SaltLen || len(body.Salt) > 64 ||
		body.Cost.AtLeast(s.config.KDFCost()) != body.Cost || body.Cost.Check(true) != nil {
		return refuse(wire.CodeIllegalArgument, "invalid_request", "Key, salt or cost are not as this server asks.")
	}
	var oldSalt []byte
	if p.PIN != nil {
		if bytes.Equal(p.PIN.Salt, body.Salt) {
			return refuse(wire.CodeIllegalArgument, "invalid_request", "A new PIN needs a new salt.")
		}
		ctx = context.WithoutCancel(ctx)
		proved, err := s.checkPIN(ctx, p.DeviceID, p.ID, body.Challenge, body.Proof)
		if err != nil {
			return err
		}
		oldSalt = proved.PIN.Salt
	}
	err := s.store.SetPIN(ctx, p.ID, PIN{SealedKey: s.sealer.Seal(key, pinPlace(p.ID)...), Salt: body.Salt, Cost: body.Cost, Set: s.now()}, oldSalt)
	switch {
	case errors.Is(err, ErrNotFound):
		return errDeregistered
	case errors.Is(err, ErrConflict):
		return refuse(wire.CodeInProgress, "pin_changed", "The PIN was changed meanwhile.")
	}
	return err
}
