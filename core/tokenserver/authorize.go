package tokenserver

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

const authCodeLife = time.Minute // RFC 9700 wants it short

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`) // SHA-256 in base64url

// authorization is a checked authorization request (RFC 6749, 4.1.1).
type authorization struct {
	deviceID, redirect, state, challenge, scope string
}

// readAuthorization checks the request's parameters. What is wrong with device
// or redirect is shown and never redirected; oauthError is told to the redirect.
func (s *Server) readAuthorization(r *http.Request) (a authorization, problem, oauthError string) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	for _, values := range q {
		if len(values) != 1 {
			err = errors.New("twice")
		}
	}
	if err != nil {
		return a, "The address of this page is damaged.", ""
	}
	a = authorization{q.Get("client_id"), q.Get("redirect_uri"), q.Get("state"), q.Get("code_challenge"), q.Get("scope")}
	if !validRedirect(a.redirect) {
		return a, "This page may not send you where it was asked to.", ""
	}
	if _, err := s.store.Device(r.Context(), a.deviceID); err != nil {
		return a, "The program that opened this page is not registered here. Start again there.", ""
	}
	switch {
	case q.Get("response_type") != "code":
		return a, "", "unsupported_response_type"
	case q.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(a.challenge) || a.state == "" || len(a.state) > 256:
		return a, "", "invalid_request"
	case a.scope != "" && a.scope != wire.ScopeMobileAuth:
		return a, "", "invalid_scope"
	}
	a.scope = wire.ScopeMobileAuth
	return a, "", ""
}

// authorizeForm shows the login page.
func (s *Server) authorizeForm(w http.ResponseWriter, r *http.Request) {
	s.withAuthorization(w, r, func(w http.ResponseWriter, r *http.Request, _ authorization) {
		s.show(w, http.StatusOK, "login.html", s.loginPage(w, r, ""))
	})
}

// authorize checks the login and sends the browser back with a code.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	s.withAuthorization(w, r, func(w http.ResponseWriter, r *http.Request, a authorization) {
		user, problem, err := s.checkForm(w, r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if problem != "" {
			s.show(w, http.StatusUnauthorized, "login.html", s.loginPage(w, r, problem))
			return
		}
		code := wire.SecretString(rand.Text())
		err = s.store.AddAuthCode(r.Context(), AuthCode{
			Hash: HashSecret(code), DeviceID: a.deviceID, RedirectURI: a.redirect, Challenge: a.challenge, Scope: a.scope,
			UserID: user.ID, Family: rand.Text(), Expires: s.now().Add(authCodeLife),
		})
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.sendBack(w, r, a, url.Values{"code": {string(code.Bytes())}})
	})
}

// withAuthorization checks the request and sets headers that let the form's
// redirect through.
func (s *Server) withAuthorization(w http.ResponseWriter, r *http.Request, do func(http.ResponseWriter, *http.Request, authorization)) {
	a, problem, oauthError := s.readAuthorization(r)
	var formAction []string
	if problem == "" {
		formAction = []string{redirectOrigin(a.redirect)}
	}
	netsafe.PageHeaders(formAction...)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case problem != "":
			s.show(w, http.StatusBadRequest, "problem.html", page{Title: "This does not work", Problem: problem})
		case oauthError != "":
			s.sendBack(w, r, a, url.Values{"error": {oauthError}})
		default:
			do(w, r, a)
		}
	})).ServeHTTP(w, r)
}

// sendBack redirects with state and issuer (RFC 9207).
func (s *Server) sendBack(w http.ResponseWriter, r *http.Request, a authorization, q url.Values) {
	q.Set("state", a.state)
	q.Set("iss", s.config.PublicURL.String())
	http.Redirect(w, r, a.redirect+"?"+q.Encode(), http.StatusSeeOther)
}

func (s *Server) loginPage(w http.ResponseWriter, r *http.Request, problem string) page {
	return page{Title: "Log in to register this device", Action: wire.PathAuthorize + "?" + r.URL.RawQuery, Problem: problem, FormToken: s.formToken(w, r)}
}
