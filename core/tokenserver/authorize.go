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

const (
	authCodeLife = time.Minute // RFC 9700 wants it short
	maxState     = 256         // bytes
)

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`) // SHA-256 in base64url

// authorization is a checked authorization request (RFC 6749, 4.1.1).
type authorization struct {
	device                            Device
	redirect, state, challenge, scope string
}

// program is what a person reads of the device that wants to be registered. It
// is what the device says of itself.
type program struct{ Name, Kind, System string }

func (a authorization) program() *program {
	p := program{Name: a.device.ClientName, System: a.device.OS}
	if p.Name == "" {
		p.Name = "(it gives no name)"
	}
	if v := a.device.SoftwareVersion; v != "" {
		p.Name += " " + v
	}
	switch a.device.Kind {
	case wire.KindDesktop:
		p.Kind = "a program on someone's computer"
	case wire.KindVirtual:
		p.Kind = "one of a test's many devices"
	case wire.KindBridge:
		p.Kind = "a stand-in for an app in a browser"
	}
	return &p
}

// readAuthorization checks the request's parameters. What is wrong with device
// or redirect is an error for a page, as the redirect may be anybody's; anything
// else is told to the redirect as oauthError.
func (s *Server) readAuthorization(r *http.Request) (a authorization, oauthError string, err error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return a, "", problemAddress
	}
	for _, values := range q {
		if len(values) != 1 {
			return a, "", problemAddress // RFC 6749, 3.1
		}
	}
	a = authorization{redirect: q.Get("redirect_uri"), state: q.Get("state"), challenge: q.Get("code_challenge"), scope: wire.ScopeMobileAuth}
	if !validRedirect(a.redirect) {
		return authorization{}, "", problemRedirect
	}
	a.device, err = s.store.Device(r.Context(), q.Get("client_id"))
	switch {
	case errors.Is(err, ErrNotFound):
		return authorization{}, "", problemDevice
	case err != nil:
		return authorization{}, "", err
	case q.Get("response_type") != "code":
		return a, "unsupported_response_type", nil
	case q.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(a.challenge) || a.state == "" || len(a.state) > maxState:
		return a, "invalid_request", nil
	case q.Get("scope") != "" && q.Get("scope") != a.scope:
		return a, "invalid_scope", nil
	}
	return a, "", nil
}

// authorizeForm shows the login page.
func (s *Server) authorizeForm(w http.ResponseWriter, r *http.Request) {
	s.withAuthorization(w, r, func(w http.ResponseWriter, a authorization) {
		p := loginPage(r, a)
		p.FormToken = s.formToken(w, r)
		s.show(w, http.StatusOK, "login.html", p)
	})
}

func loginPage(r *http.Request, a authorization) page {
	return page{Title: "Log in to register this program", Action: wire.PathAuthorize + "?" + r.URL.RawQuery, Program: a.program()}
}

// authorize checks the login and sends the browser back with a code, or with
// access_denied where the person cancels.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	s.withAuthorization(w, r, func(w http.ResponseWriter, a authorization) {
		form, bound, err := s.readLoginForm(w, r)
		if err != nil {
			s.failPage(w, r, err)
			return
		}
		if bound && form.Has("cancel") {
			s.sendBack(w, r, a, url.Values{"error": {"access_denied"}})
			return
		}
		user, ok := s.checkLogin(w, r, form, bound, loginPage(r, a))
		if !ok {
			return
		}
		code := wire.SecretString(rand.Text())
		err = s.store.AddAuthCode(r.Context(), AuthCode{
			Hash: HashSecret(code), DeviceID: a.device.ID, RedirectURI: a.redirect, Challenge: a.challenge, Scope: a.scope,
			UserID: user.ID, Family: rand.Text(), Expires: s.now().Add(authCodeLife),
		})
		if err != nil {
			s.failPage(w, r, err)
			return
		}
		s.sendBack(w, r, a, url.Values{"code": {string(code.Bytes())}})
	})
}

// withAuthorization checks the request and sets headers that let the form's
// redirect through.
func (s *Server) withAuthorization(w http.ResponseWriter, r *http.Request, do func(http.ResponseWriter, authorization)) {
	a, oauthError, err := s.readAuthorization(r)
	var formAction []string
	if err == nil {
		formAction = []string{redirectOrigin(a.redirect)}
	}
	netsafe.PageHeaders(formAction...)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case err != nil:
			s.failPage(w, r, err)
		case oauthError != "":
			s.sendBack(w, r, a, url.Values{"error": {oauthError}})
		default:
			do(w, a)
		}
	})).ServeHTTP(w, r)
}

// sendBack redirects with state and issuer (RFC 9207).
func (s *Server) sendBack(w http.ResponseWriter, r *http.Request, a authorization, q url.Values) {
	q.Set("state", a.state)
	q.Set("iss", s.config.PublicURL.String())
	http.Redirect(w, r, a.redirect+"?"+q.Encode(), http.StatusSeeOther)
}
