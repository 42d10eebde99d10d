package tokenserver

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"regexp"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

var (
	errInvalidGrant = refuse(wire.CodeInternal, "invalid_grant", "The code or token is unknown, expired, used before, or meant for another device.")
	verifierForm    = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`) // RFC 7636, 4.1
)

// token is the token endpoint (RFC 6749, 3.2) for devices.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	d, err := s.deviceOf(r)
	var form url.Values
	if err == nil {
		form, err = netsafe.ReadForm(w, r, maxDeviceBody)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	var answer wire.TokenResponse
	switch form.Get("grant_type") {
	case "authorization_code":
		answer, err = s.grantAuthCode(r, d, form)
	case wire.GrantRegistrationCode:
		answer, err = s.grantRegistrationCode(r, d, form)
	case wire.GrantCustom:
		answer, err = s.grantCustom(r, d, form)
	case wire.GrantAuthenticator:
		answer, err = s.grantAuthenticator(r, d, form)
	case wire.GrantPIN:
		answer, err = s.grantPIN(r, d, form)
	case "refresh_token":
		answer, err = s.grantRefresh(r, d, form)
	case wire.GrantDevice:
		answer, err = s.grantDevice(r, d, form)
	case wire.GrantImplicit:
		answer, err = s.grantImplicit(r, d, form)
	case "":
		err = refuse(wire.CodeIllegalArgument, "invalid_request", "The parameter grant_type is missing.")
	default:
		err = refuse(wire.CodeInternal, "unsupported_grant_type", "This grant type is not supported.")
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, answer)
}

// issue makes an access and a refresh token for a profile, to be stored by the
// caller, and the answer that carries them.
func (s *Server) issue(p Profile, family, scope string) ([]Token, wire.TokenResponse) {
	now := s.now()
	access, refresh := wire.SecretString(rand.Text()), wire.SecretString(rand.Text())
	base := Token{ProfileID: p.ID, DeviceID: p.DeviceID, Scope: scope, Audience: s.audience(), Family: family}
	a, r := base, base
	a.Hash, a.Kind, a.Expires = HashSecret(access), AccessToken, now.Add(s.config.Tokens.Access)
	r.Hash, r.Kind, r.Expires = HashSecret(refresh), RefreshToken, now.Add(s.config.Tokens.Refresh)
	user, _ := s.config.User(p.UserID)
	return []Token{a, r}, wire.TokenResponse{
		AccessToken: wire.Sent{Secret: access}, TokenType: "Bearer", ExpiresIn: int64(s.config.Tokens.Access.Seconds()),
		RefreshToken: &wire.Sent{Secret: refresh}, Scope: scope, ProfileID: p.ID, UserID: p.UserID, UserName: user.ShownName(),
	}
}

// grantAuthCode exchanges an authorization code: once, by the device and for
// the redirect that it was made for, with the verifier of its challenge. A
// second use revokes what the first one got (RFC 9700, 4.5).
func (s *Server) grantAuthCode(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	verifier := form.Get("code_verifier")
	if !verifierForm.MatchString(verifier) || form.Get("code") == "" {
		return wire.TokenResponse{}, errInvalidGrant
	}
	code, err := s.store.UseAuthCode(r.Context(), HashText(form.Get("code")), d.ID, form.Get("redirect_uri"), s.now())
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrReused) {
		return wire.TokenResponse{}, errInvalidGrant
	}
	if err != nil {
		return wire.TokenResponse{}, err
	}
	sum := sha256.Sum256([]byte(verifier))
	if subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(code.Challenge)) != 1 {
		return wire.TokenResponse{}, errInvalidGrant
	}
	return s.addProfile(r, d, code.UserID, code.Family, code.Scope)
}

func (s *Server) grantRegistrationCode(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	scope, ok := s.userScope(form.Get("scope"))
	if !ok {
		return wire.TokenResponse{}, errScope
	}
	userID, err := grants{s}.UseRegistrationCode(r.Context(), wire.SecretString(form.Get("code")))
	if errors.Is(err, idp.ErrNotFound) {
		return wire.TokenResponse{}, errInvalidGrant
	}
	if err != nil {
		return wire.TokenResponse{}, err
	}
	return s.addProfile(r, d, userID, rand.Text(), scope)
}

// addProfile makes a profile of a user who has logged in.
func (s *Server) addProfile(r *http.Request, d Device, userID, family, scope string) (wire.TokenResponse, error) {
	if err := s.checkUser(userID); err != nil {
		return wire.TokenResponse{}, err
	}
	for {
		p := Profile{ID: NewProfileID(), DeviceID: d.ID, UserID: userID, Scope: scope, Created: s.now()}
		tokens, answer := s.issue(p, family, scope)
		err := s.store.AddProfile(r.Context(), p, tokens...)
		if errors.Is(err, ErrExists) {
			continue // the id is taken; there are 887 million
		}
		return answer, err
	}
}

// grantRefresh exchanges a refresh token for new tokens.
func (s *Server) grantRefresh(r *http.Request, d Device, form url.Values) (wire.TokenResponse, error) {
	hash := HashText(form.Get("refresh_token"))
	old, err := s.store.RefreshToken(r.Context(), hash, s.now())
	if errors.Is(err, ErrNotFound) || (err == nil && old.DeviceID != d.ID) {
		return wire.TokenResponse{}, errInvalidGrant
	}
	if err != nil {
		return wire.TokenResponse{}, err
	}
	p, err := s.store.Profile(r.Context(), old.ProfileID)
	if errors.Is(err, ErrNotFound) {
		return wire.TokenResponse{}, errDeregistered
	}
	if err != nil {
		return wire.TokenResponse{}, err
	}
	if err := s.checkUser(p.UserID); err != nil {
		return wire.TokenResponse{}, err
	}
	tokens, answer := s.issue(p, old.Family, old.Scope)
	err = s.store.RotateRefresh(r.Context(), hash, d.ID, s.now(), tokens...)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrReused) {
		return wire.TokenResponse{}, errInvalidGrant
	}
	return answer, err
}
