package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

func (p *Portal) showLogin(w http.ResponseWriter, r *http.Request) {
	v, _ := p.sessions.visitor(p.sessions.token(r))
	switch {
	case v.user != "":
		http.Redirect(w, r, "/home", http.StatusSeeOther)
	case v.login != nil:
		p.showAttempt(w, r, v, v.login)
	default:
		p.show(w, http.StatusOK, "login", view{Title: "Log in"})
	}
}

// start begins a transaction at the Token Server. Where the browser is goes along,
// so that the person who is asked can be told that a request comes from elsewhere.
func (p *Portal) start(ctx context.Context, r *http.Request, typ, message string) (*attempt, error) {
	form := url.Values{
		"callback_uri":    {p.config.PublicURL.URL(CallbackPath)},
		"type":            {typ},
		"message":         {message},
		"initiator_agent": {agent(r)},
	}
	if ip := address(r); ip != "" {
		form.Set("initiator_address", ip)
	}
	got, err := p.server.start(ctx, form)
	if err != nil {
		p.log.Warn("no mobile authentication could be started", "type", typ, "error", err)
		return nil, err
	}
	return newAttempt(p.config.Server, got, p.config.BareOTP, p.now())
}

// statusOf is the HTTP status for an attempt that could not be started.
func statusOf(w http.ResponseWriter, err error) int {
	if busy, ok := errors.AsType[*busyError](err); ok {
		w.Header().Set("Retry-After", strconv.Itoa(int(busy.retry/time.Second)))
		return http.StatusTooManyRequests
	}
	if errors.Is(err, errFull) {
		return http.StatusServiceUnavailable
	}
	return http.StatusBadGateway
}

func (p *Portal) startLogin(w http.ResponseWriter, r *http.Request) {
	old := p.sessions.token(r)
	if v, _ := p.sessions.visitor(old); v.user != "" {
		http.Redirect(w, r, "/home", http.StatusSeeOther)
		return
	}
	a, err := p.start(r.Context(), r, p.config.LoginType, "Log in to "+p.config.Title+" with "+agent(r)+".")
	var token string
	if err == nil {
		token, err = p.sessions.startLogin(old, a)
	}
	if err != nil {
		p.show(w, statusOf(w, err), "login", view{Title: "Log in", Problem: trouble(err)})
		return
	}
	p.sessions.setCookie(w, token)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// finishLogin is a POST, as it changes the session: with JavaScript the page sends
// it by itself.
func (p *Portal) finishLogin(w http.ResponseWriter, r *http.Request) {
	token, ok := p.sessions.finishLogin(p.sessions.token(r), r.PostForm.Get("a"))
	if !ok {
		// Not accepted, not this browser's, or used before: "/" shows which.
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	p.sessions.setCookie(w, token)
	http.Redirect(w, r, "/home", http.StatusSeeOther)
}

// cancelLogin ends a session that is not logged in, and with it the attempt.
func (p *Portal) cancelLogin(w http.ResponseWriter, r *http.Request) {
	token := p.sessions.token(r)
	if v, ok := p.sessions.visitor(token); ok && v.user == "" {
		p.sessions.end(token)
		p.sessions.setCookie(w, "")
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (p *Portal) showHome(w http.ResponseWriter, r *http.Request) {
	v, _ := p.sessions.visitor(p.sessions.token(r))
	if v.user == "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	p.show(w, http.StatusOK, "home", view{Title: "You are logged in", User: v.user})
}

func (p *Portal) logOut(w http.ResponseWriter, r *http.Request) {
	p.sessions.end(p.sessions.token(r))
	p.sessions.setCookie(w, "")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
