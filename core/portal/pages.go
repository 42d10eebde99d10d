package portal

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/netsafe"
)

//go:embed static
var static embed.FS

//go:embed templates
var templates embed.FS

const (
	maxForm      = 64 << 10
	refreshEvery = 3 // seconds, without JavaScript
)

// view is what a page shows.
type view struct {
	Site    string
	Title   string // names the state, never the site
	User    string // who is logged in
	Problem string // a sentence about what went wrong

	Attempt *attemptView

	Field, Amount, Recipient string // the transfer's form, and the field with the problem
}

// Initial stands in the site's sign.
func (v view) Initial() string {
	r, _ := utf8.DecodeRuneInString(v.Site)
	return string(r)
}

// UserInitial stands in the sign of who is logged in.
func (v view) UserInitial() string {
	r, _ := utf8.DecodeRuneInString(v.User)
	return string(r)
}

// attemptView is an attempt as its pages show it.
type attemptView struct {
	status
	ID       string
	Link     template.URL // opens the authenticator
	Copy     string       // the same, to be copied
	Side     int          // of the picture, in CSS pixels
	Transfer *transfer
	// Refresh is after how many seconds a browser without JavaScript asks again;
	// 0 is never. Here is the page's own path, Next where an acceptance leads.
	Refresh    int
	Here, Next string
}

type pages map[string]*template.Template

func parsePages() pages {
	out := pages{}
	for _, name := range []string{"login", "code", "home", "transfer", "problem"} {
		out[name] = template.Must(template.ParseFS(templates, "templates/layout.html", "templates/icons.html", "templates/"+name+".html"))
	}
	return out
}

// show renders a page.
func (p *Portal) show(w http.ResponseWriter, status int, name string, v view) {
	v.Site, v.User = p.config.Title, shown(v.User)
	var buf bytes.Buffer
	if err := p.pages[name].ExecuteTemplate(&buf, "layout", v); err != nil {
		p.log.Error("a page could not be made", "page", name, "error", err)
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(buf.Bytes())
}

// showAttempt renders the page of a code, in whichever state it is.
func (p *Portal) showAttempt(w http.ResponseWriter, r *http.Request, v visitor, a *attempt) {
	if a.transfer != nil {
		_ = p.refresh(r.Context(), a, false) // no answer is told in the status
	}
	got, _ := a.look()
	av := attemptView{
		status: describe(a, got, p.now()), ID: a.id, Link: a.href(), Copy: a.link, Side: a.side(),
		Transfer: a.transfer, Refresh: refreshEvery, Here: "/login", Next: "/home",
	}
	if a.transfer != nil {
		av.Here, av.Next = "/transfer/confirm", "/transfer/confirm"
	}
	if r.URL.Query().Has("still") {
		av.Refresh = 0
	}
	p.show(w, http.StatusOK, "code", view{Title: av.Heading, User: v.user, Attempt: &av})
}

func (p *Portal) notFound(w http.ResponseWriter, _ *http.Request) {
	p.show(w, http.StatusNotFound, "problem", view{Title: "There is no such page", Problem: "The address leads nowhere on this website. Perhaps the code that belonged to it is gone."})
}

// form wraps a handler of a POST: it gets the form, read and bounded.
func (p *Portal) form(h func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		form, err := netsafe.ReadForm(w, r, maxForm)
		if err != nil {
			p.show(w, netsafe.StatusOf(err), "problem", view{Title: "This form cannot be read", Problem: "Nothing was changed. Go back and try again."})
			return
		}
		r.PostForm, r.Form = form, form
		h(w, r)
	}
}
