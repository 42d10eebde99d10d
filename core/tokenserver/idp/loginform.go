package idp

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	formLife = time.Hour // how long a login form can stay open
	maxForm  = 64 << 10  // bytes
)

// formToken binds a form to the browser that it was given to: the token is in
// the form, and a cookie holds the same. Other sites' pages are refused by
// netsafe.Guard already; this keeps a form of another browser out as well.
func (p *Provider) formToken(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(p.cookieName()); err == nil && len(c.Value) == len(rand.Text()) {
		return c.Value
	}
	token := rand.Text()
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: p.origin.IsEncrypted(), MaxAge: int(formLife.Seconds()),
	})
	return token
}

// cookieName is random for each server: cookies do not know ports, so another
// program on this machine may use the same names.
func (p *Provider) cookieName() string {
	if p.origin.IsEncrypted() {
		return "__Host-" + p.cookie
	}
	return p.cookie
}

// readLoginForm reads the form; bound is false where it was not given to this
// browser.
func (p *Provider) readLoginForm(w http.ResponseWriter, r *http.Request) (form url.Values, bound bool, err error) {
	form, err = netsafe.ReadForm(w, r, maxForm)
	if err != nil {
		return nil, false, err
	}
	c, err := r.Cookie(p.cookieName())
	bound = err == nil && c.Value != "" && subtle.ConstantTimeCompare([]byte(c.Value), []byte(form.Get("form"))) == 1
	return form, bound, nil
}

// checkLogin finds the user whom a form logs in. Where the user has to try
// again, it shows the form once more, with the reason and with the name that
// was typed, and ok is false.
func (p *Provider) checkLogin(w http.ResponseWriter, r *http.Request, form url.Values, bound bool, again page) (user User, ok bool) {
	status := http.StatusUnauthorized
	if bound && form.Has("session") {
		if user, ok = p.sessionUser(r); ok {
			return user, true
		}
		again.Problem = "Nobody is logged in in this browser any more. Log in with a password."
	} else if bound {
		var wait bool
		user, ok, wait = p.login(form.Get("user"), form.Get("password"), netsafe.Source(r))
		switch {
		case ok:
			return user, true
		case wait:
			w.Header().Set("Retry-After", strconv.Itoa(int(netsafe.TryWindow.Seconds())))
			status, again.Problem = http.StatusTooManyRequests, "Too many wrong passwords. Wait a minute, then try again."
		default:
			again.Problem = "User name or password is not right. Try again."
		}
	} else {
		again.Problem = "This form was open for too long, or cookies are off. Try again."
	}
	again.FormToken, again.User = p.formToken(w, r), wire.CleanText(form.Get("user"), 200)
	again.Session = p.sessionName(r)
	p.show(w, status, "login.html", again)
	return User{}, false
}
