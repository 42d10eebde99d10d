package idp

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

const maxState = 256 // bytes

var challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`) // SHA-256 in base64url

// authorization is a checked request and what else its answer needs.
type authorization struct {
	Authorization
	program Program
	state   string
	named   string // in a test's place of a person: who is logged in at once
}

// shownProgram is what a person reads of the program.
type shownProgram struct{ Name, Kind, System string }

func (p Program) shown() *shownProgram {
	shown := shownProgram{Name: p.Name, System: p.System}
	if shown.Name == "" {
		shown.Name = "(it gives no name)"
	}
	if p.Version != "" {
		shown.Name += " " + p.Version
	}
	switch p.Kind {
	case wire.KindDesktop:
		shown.Kind = "a program on someone's computer"
	case wire.KindVirtual:
		shown.Kind = "one of a test's many devices"
	case wire.KindBridge:
		shown.Kind = "a stand-in for an app in a browser"
	}
	return &shown
}

// readAuthorization checks the request's parameters. What is wrong with program
// or redirect is an error for a page, as the redirect may be anybody's; anything
// else is told to the redirect as oauthError.
func (p *Provider) readAuthorization(r *http.Request) (a authorization, oauthError string, err error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return a, "", problemAddress
	}
	for _, values := range q {
		if len(values) != 1 {
			return a, "", problemAddress // RFC 6749, 3.1
		}
	}
	a.Authorization = Authorization{ClientID: q.Get("client_id"), RedirectURI: q.Get("redirect_uri"), Challenge: q.Get("code_challenge")}
	a.state = q.Get("state")
	if !validRedirect(a.RedirectURI) && !slices.Contains(p.apps, a.RedirectURI) {
		return authorization{}, "", problemRedirect
	}
	a.program, err = p.grants.Program(r.Context(), a.ClientID)
	switch {
	case errors.Is(err, ErrNotFound):
		return authorization{}, "", problemProgram
	case err != nil:
		return authorization{}, "", err
	case q.Get("response_type") != "code":
		return a, "unsupported_response_type", nil
	case q.Get("code_challenge_method") != "S256" || !challengeForm.MatchString(a.Challenge) || a.state == "" || len(a.state) > maxState:
		return a, "invalid_request", nil
	}
	var known bool
	if a.Scope, known = p.scope(q.Get("scope")); !known {
		return a, "invalid_scope", nil
	}
	a.named = q.Get("user_id")
	if !p.any {
		a.named = ""
	} else if a.named != "" && !ValidName(a.named) {
		return a, "invalid_request", nil
	}
	return a, "", nil
}

// authorizeForm shows the login page.
func (p *Provider) authorizeForm(w http.ResponseWriter, r *http.Request) {
	p.withAuthorization(w, r, func(w http.ResponseWriter, a authorization) {
		if a.named != "" {
			p.grantCode(w, r, a, a.named)
			return
		}
		form := loginPage(r, a)
		form.FormToken, form.Session = p.formToken(w, r), p.sessionName(r)
		p.show(w, http.StatusOK, "login.html", form)
	})
}

func loginPage(r *http.Request, a authorization) page {
	return page{Title: "Log in to register this program", Action: wire.PathAuthorize + "?" + r.URL.RawQuery, Program: a.program.shown()}
}

// authorize checks the login and sends the browser back with a code, or with
// access_denied where the person cancels.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.withAuthorization(w, r, func(w http.ResponseWriter, a authorization) {
		form, bound, err := p.readLoginForm(w, r)
		if err != nil {
			p.failPage(w, r, err)
			return
		}
		if bound && form.Has("cancel") {
			p.sendBack(w, r, a, url.Values{"error": {"access_denied"}})
			return
		}
		user, ok := p.checkLogin(w, r, form, bound, loginPage(r, a))
		if !ok {
			return
		}
		p.grantCode(w, r, a, user.ID)
	})
}

// grantCode sends the browser back with a code of this user.
func (p *Provider) grantCode(w http.ResponseWriter, r *http.Request, a authorization, userID string) {
	code, err := p.grants.NewAuthCode(r.Context(), a.Authorization, userID)
	if err != nil {
		p.failPage(w, r, err)
		return
	}
	p.sendBack(w, r, a, url.Values{"code": {string(code.Bytes())}})
}

// withAuthorization checks the request and sets headers that let the form's
// redirect through.
func (p *Provider) withAuthorization(w http.ResponseWriter, r *http.Request, do func(http.ResponseWriter, authorization)) {
	a, oauthError, err := p.readAuthorization(r)
	var formAction []string
	if err == nil {
		formAction = []string{redirectOrigin(a.RedirectURI)}
	}
	netsafe.PageHeaders(formAction...)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case err != nil:
			p.failPage(w, r, err)
		case oauthError != "":
			p.sendBack(w, r, a, url.Values{"error": {oauthError}})
		default:
			do(w, a)
		}
	})).ServeHTTP(w, r)
}

// sendBack redirects with state and issuer (RFC 9207).
func (p *Provider) sendBack(w http.ResponseWriter, r *http.Request, a authorization, q url.Values) {
	q.Set("state", a.state)
	q.Set("iss", p.origin.String())
	http.Redirect(w, r, a.RedirectURI+"?"+q.Encode(), http.StatusSeeOther)
}
