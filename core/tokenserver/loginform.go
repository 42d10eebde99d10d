package tokenserver

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

// formLife is how long a login form can stay open.
const formLife = time.Hour

// formToken binds a form to the browser that it was given to: the token is in
// the form, and a cookie holds the same. Other sites' pages are refused by
// netsafe.Guard already; this keeps a form of another browser out as well.
func (s *Server) formToken(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(s.cookieName()); err == nil && len(c.Value) == len(rand.Text()) {
		return c.Value
	}
	token := rand.Text()
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: s.config.PublicURL.IsEncrypted(), MaxAge: int(formLife.Seconds()),
	})
	return token
}

// cookieName is random for each server: cookies do not know ports, so another
// program on this machine may use the same names.
func (s *Server) cookieName() string {
	if s.config.PublicURL.IsEncrypted() {
		return "__Host-" + s.cookie
	}
	return s.cookie
}

// readLoginForm reads the form; bound is false where it was not given to this
// browser.
func (s *Server) readLoginForm(w http.ResponseWriter, r *http.Request) (form url.Values, bound bool, err error) {
	form, err = netsafe.ReadForm(w, r, maxDeviceBody)
	if err != nil {
		return nil, false, err
	}
	c, err := r.Cookie(s.cookieName())
	bound = err == nil && c.Value != "" && subtle.ConstantTimeCompare([]byte(c.Value), []byte(form.Get("form"))) == 1
	return form, bound, nil
}

// checkLogin finds the user whom a form logs in. Where the user has to try
// again, it shows the form p once more, with the reason and with the name that
// was typed, and ok is false.
func (s *Server) checkLogin(w http.ResponseWriter, r *http.Request, form url.Values, bound bool, p page) (user User, ok bool) {
	status := http.StatusUnauthorized
	if bound {
		var wait bool
		user, ok, wait = s.logins.check(&s.config, form.Get("user"), form.Get("password"), netsafe.Source(r), s.now())
		switch {
		case ok:
			return user, true
		case wait:
			w.Header().Set("Retry-After", strconv.Itoa(int(netsafe.TryWindow.Seconds())))
			status, p.Problem = http.StatusTooManyRequests, "Too many wrong passwords. Wait a minute, then try again."
		default:
			p.Problem = "User name or password is not right. Try again."
		}
	} else {
		p.Problem = "This form was open for too long, or cookies are off. Try again."
	}
	p.FormToken, p.User = s.formToken(w, r), wire.CleanText(form.Get("user"), 200)
	s.show(w, status, "login.html", p)
	return User{}, false
}
