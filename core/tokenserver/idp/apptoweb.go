package idp

import (
	"net/http"
	"net/url"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

// pass takes a user who is logged in in an app to a page, logged in there too.
type pass struct {
	user   User
	target *url.URL
}

// NewPass makes a pass of a user to a target, whose address the caller has
// checked, and the address of the page that takes it: once, within a minute.
// ErrFull.
func (p *Provider) NewPass(userID string, target *url.URL) (address, token wire.Secret, err error) {
	user, ok := p.user(userID)
	if !ok {
		user = User{ID: userID} // named by a test
	}
	token, err = p.passes.add(pass{user, target}, p.clock(), passLife)
	if err != nil {
		return wire.Secret{}, wire.Secret{}, err
	}
	query := url.Values{"token": {string(token.Bytes())}}
	return wire.SecretString(p.origin.URL(pathAppToWeb) + "?" + query.Encode()), token, nil
}

// appToWebForm asks whether this browser is to be logged in. Nothing happens
// before that: whoever gets somebody to open an address must not log them in as
// somebody else.
func (p *Provider) appToWebForm(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	pass, ok := p.passes.get(token, p.clock())
	if !ok {
		netsafe.PageHeaders()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p.failPage(w, r, problemPass)
		})).ServeHTTP(w, r)
		return
	}
	target := pass.target.Scheme + "://" + pass.target.Host
	netsafe.PageHeaders(target)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.show(w, http.StatusOK, "apptoweb.html", page{
			Title: "Go on in this browser", Action: pathAppToWeb, FormToken: p.formToken(w, r), Pass: token, User: pass.user.ShownName(), Origin: target,
		})
	})).ServeHTTP(w, r)
}

// appToWeb logs the browser in and sends it on.
func (p *Provider) appToWeb(w http.ResponseWriter, r *http.Request) {
	form, bound, err := p.readLoginForm(w, r)
	if err == nil && !bound {
		err = problemForm
	}
	if err != nil {
		p.failPage(w, r, err)
		return
	}
	pass, ok := p.passes.take(form.Get("token"), p.clock())
	if !ok {
		p.failPage(w, r, problemPass)
		return
	}
	if err := p.startSession(w, pass.user); err != nil {
		p.failPage(w, r, err)
		return
	}
	http.Redirect(w, r, pass.target.String(), http.StatusSeeOther)
}
