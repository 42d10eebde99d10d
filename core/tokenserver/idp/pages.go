package idp

import (
	"bytes"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/netsafe"
)

//go:embed pages/*.html pages/style.css
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

const (
	pathRegistration = "/oauth/registration"
	pathStyle        = "/oauth/style.css"
	pathAppToWeb     = "/oauth/app-to-web"
	pathSession      = "/oauth/session"
)

// page is what the templates show.
type page struct {
	Server, Initial string // the server's name and its first letter; set by show
	Title           string // what this page is for, or what is the matter
	Lead            string // of a problem's page: what it means and what to do next

	// The login form.
	Action, FormToken string
	Problem           string // why the last try failed
	User              string // as it was typed; on the code's page the user's name
	Program           *shownProgram
	Auto              string // test mode: who is logged in without a password
	Session           string // who is logged in in this browser already

	// The page that an app sends a browser to, and Origin: where it leads.
	Pass string

	// The page with a registration code.
	Origin   string
	QR, Link template.URL
	Side     int // of the picture, in CSS pixels
	Minutes  int
}

func style(w http.ResponseWriter, _ *http.Request) {
	css, _ := pageFiles.ReadFile("pages/style.css") // embedded: it is there
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(css)
}

func (p *Provider) show(w http.ResponseWriter, status int, name string, content page) {
	content.Server = p.name
	first, _ := utf8.DecodeRuneInString(p.name)
	content.Initial = strings.ToUpper(string(first))
	var buf bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&buf, name, content); err != nil {
		p.log.Error("a page could not be made", "page", name, "error", err)
		http.Error(w, "The server has a problem of its own. Try again later.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w)
}

// pageProblem is an error that a person is told on a page of its own.
type pageProblem struct {
	status      int
	title, lead string
}

func (p *pageProblem) Error() string { return p.title }

var (
	problemAddress = &pageProblem{
		http.StatusBadRequest, "This address is damaged",
		"It was cut or changed on its way here. Go back to the program that opened it and start again there.",
	}
	problemRedirect = &pageProblem{
		http.StatusBadRequest, "This page cannot send you back",
		"It was asked to send you to an address where no registered program listens. That may be a trick: nothing was sent. Start again in Understudy.",
	}
	problemProgram = &pageProblem{
		http.StatusBadRequest, "This program is not registered here",
		"The server does not know the program that opened this page, or has removed it. Start the registration again in that program.",
	}
	problemForm = &pageProblem{
		http.StatusBadRequest, "The form could not be read",
		"Nothing was registered. Go back to the page before this one, load it again and try once more.",
	}
	problemPass = &pageProblem{
		http.StatusNotFound, "This address was used already, or is too old",
		"It is good for one minute and for one time. Nobody was logged in. Go back to the app and start again there.",
	}
	problemFull = &pageProblem{
		http.StatusServiceUnavailable, "The server is full",
		"Nothing was registered. Try again in some minutes.",
	}
	problemServer = &pageProblem{
		http.StatusInternalServerError, "The server has a problem of its own",
		"Nothing was registered. Try again in a minute. If that does not help, tell the server's people.",
	}
)

// failPage shows a page that says what is the matter and what to do. What the
// server itself has to mend is logged.
func (p *Provider) failPage(w http.ResponseWriter, r *http.Request, err error) {
	var known *pageProblem
	var body *netsafe.BodyError
	switch {
	case errors.As(err, &known):
	case errors.As(err, &body):
		known = &pageProblem{body.Status, problemForm.title, problemForm.lead}
	case errors.Is(err, ErrFull):
		p.log.Warn("a table of the store is full", "path", r.URL.Path)
		w.Header().Set("Retry-After", "60")
		known = problemFull
	default:
		p.log.Error("request failed", "path", r.URL.Path, "error", err)
		known = problemServer
	}
	p.show(w, known.status, "problem.html", page{Title: known.title, Lead: known.lead})
}
