package portal

import (
	"net/http"

	"github.com/understudy-auth/understudy/core/wire"
)

// loggedIn finds who is logged in. A browser without a login is sent to the start.
func (p *Portal) loggedIn(w http.ResponseWriter, r *http.Request) (token string, v visitor, ok bool) {
	if token, v = p.visit(w, r); v.user == "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return "", visitor{}, false
	}
	return token, v, true
}

// showTransfer shows the form, filled with the transfer that was not confirmed yet.
func (p *Portal) showTransfer(w http.ResponseWriter, r *http.Request) {
	_, v, ok := p.loggedIn(w, r)
	if !ok {
		return
	}
	page := view{Title: "Transfer money", User: v.user}
	if v.transfer != nil && !v.transfer.accepted() {
		page.Amount, page.Recipient = v.transfer.transfer.number(), v.transfer.transfer.recipient
	}
	p.show(w, http.StatusOK, "transfer", page)
}

// showConfirm shows the code that confirms the transfer, or what became of it.
func (p *Portal) showConfirm(w http.ResponseWriter, r *http.Request) {
	_, v, ok := p.loggedIn(w, r)
	switch {
	case !ok:
	case v.transfer == nil:
		http.Redirect(w, r, "/transfer", http.StatusSeeOther)
	default:
		p.showAttempt(w, r, v, v.transfer)
	}
}

func (p *Portal) startTransfer(w http.ResponseWriter, r *http.Request) {
	token, v, ok := p.loggedIn(w, r)
	if !ok {
		return
	}
	amount := r.PostForm.Get("amount")
	t, field, problem := parseTransfer(v.user, amount, r.PostForm.Get("recipient"))
	if problem != "" {
		p.show(w, http.StatusUnprocessableEntity, "transfer", view{
			Title: "Check the " + field, User: v.user, Problem: problem, Field: field, Amount: wire.CleanText(amount, maxAmount), Recipient: t.recipient,
		})
		return
	}
	p.confirm(w, r, token, t)
}

// repeatTransfer gets a new code for the transfer that the session has.
func (p *Portal) repeatTransfer(w http.ResponseWriter, r *http.Request) {
	token, v, ok := p.loggedIn(w, r)
	if !ok {
		return
	}
	if v.transfer == nil || v.transfer.accepted() {
		// A reload of an old page must not make a second transfer of it.
		http.Redirect(w, r, "/transfer/confirm", http.StatusSeeOther)
		return
	}
	p.confirm(w, r, token, *v.transfer.transfer)
}

// confirm asks for the second factor.
func (p *Portal) confirm(w http.ResponseWriter, r *http.Request, token string, t transfer) {
	a, err := p.start(r.Context(), r, p.config.TransferType, t.message())
	if err != nil {
		p.show(w, statusOf(w, err), "transfer", view{
			Title: "Transfer money", User: t.user, Problem: trouble(err), Amount: t.number(), Recipient: t.recipient,
		})
		return
	}
	a.transfer = &t
	if !p.sessions.setTransfer(token, t.user, a) {
		http.Redirect(w, r, "/", http.StatusSeeOther) // logged out meanwhile
		return
	}
	http.Redirect(w, r, "/transfer/confirm", http.StatusSeeOther)
}

// cancelTransfer forgets the transfer that waits.
func (p *Portal) cancelTransfer(w http.ResponseWriter, r *http.Request) {
	token, v, ok := p.loggedIn(w, r)
	if !ok {
		return
	}
	p.sessions.setTransfer(token, v.user, nil)
	http.Redirect(w, r, "/transfer", http.StatusSeeOther)
}
