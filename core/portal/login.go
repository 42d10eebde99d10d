package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// visit finds the session of a page's request. A login that was accepted is completed
// here, whichever page comes first: the session then has a new id and a user. That is
// the one thing that a GET changes, and only in the browser that the login belongs to.
func (p *Portal) visit(w http.ResponseWriter, r *http.Request) (token string, v visitor) {
	token = p.sessions.token(r)
	v, _ = p.sessions.visitor(token)
	if v.login == nil {
		return token, v
	}
	// Without JavaScript this request is the page's way to ask. That the server does
	// not answer shows in the attempt.
	_ = p.refresh(r.Context(), v.login, false)
	if !v.login.accepted() {
		return token, v
	}
	token, ok := p.sessions.finishLogin(token)
	if ok {
		p.sessions.setCookie(w, token)
	}
	v, _ = p.sessions.visitor(token)
	return token, v
}

func (p *Portal) showStart(w http.ResponseWriter, r *http.Request) {
	if _, v := p.visit(w, r); v.user != "" {
		http.Redirect(w, r, "/home", http.StatusSeeOther)
		return
	}
	p.show(w, http.StatusOK, "login", view{Title: "Log in"})
}

func (p *Portal) showLogin(w http.ResponseWriter, r *http.Request) {
	_, v := p.visit(w, r)
	switch {
	case v.user != "":
		http.Redirect(w, r, "/home", http.StatusSeeOther)
	case v.login != nil:
		p.showAttempt(w, r, v, v.login)
	default:
		http.Redirect(w, r, "/", http.StatusSeeOther)
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
	return newAttempt(p.config.Server, got, p.config.QRHolds, p.now())
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
	old, v := p.visit(w, r)
	if v.user != "" {
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
	http.Redirect(w, r, "/login", http.StatusSeeOther)
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
	if _, v, ok := p.loggedIn(w, r); ok {
		p.show(w, http.StatusOK, "home", view{Title: "You are logged in", User: v.user})
	}
}

func (p *Portal) logOut(w http.ResponseWriter, r *http.Request) {
	p.sessions.end(p.sessions.token(r))
	p.sessions.setCookie(w, "")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
