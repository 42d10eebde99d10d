package idp_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
)

func TestPageHeaders(t *testing.T) {
	bed := newBed(t)
	for path, forms := range map[string]string{
		registrationPath:                  "'self'",
		"/oauth/style.css":                "'self'",
		authorizePath("client_id", "x"):   "'self'",
		authorizePath():                   "'self' http://127.0.0.1:4711",
		authorizePath("state", "-"):       "'self' http://127.0.0.1:4711",
		authorizePath("redirect_uri", ""): "'self'",
	} {
		r := bed.call("GET", path, "", "")
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action " +
				forms + "; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := r.header.Get(name); got != want {
				t.Errorf("%s: %s: %q; want %q", path, name, got, want)
			}
		}
		if strings.Contains(r.body, "<script") || strings.Contains(r.body, " style=") || strings.Contains(r.body, " onclick") {
			t.Errorf("%s has something inline", path)
		}
	}
}

// Names come from configuration and forms; on a page they are letters only.
func TestHostileNamesAreLiteral(t *testing.T) {
	names := []string{`</p><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{7*7}}`, `javascript:alert(1)`, `' onmouseover='x`}
	for _, name := range names {
		bed := newBed(t, func(o *idp.Options) {
			o.Name = "Server " + name
			o.Users = append(o.Users, idp.User{ID: name, Name: "User " + name, Password: secretOf("pw")})
		})
		wrong, right := bed.submit(t, registrationPath, name, "wrong"), bed.submit(t, registrationPath, name, "pw")
		if wrong.status != 401 || right.status != 200 {
			t.Fatalf("%q: %d, %d", name, wrong.status, right.status)
		}
		for _, r := range []reply{wrong, right} {
			for _, bad := range []string{"<script", "<img src=x", "' onmouseover="} {
				if strings.Contains(r.body, bad) {
					t.Errorf("%q: the page holds %s", name, bad)
				}
			}
			if !strings.Contains(html.UnescapeString(r.body), "Server "+name) {
				t.Errorf("%q is not shown as it is:\n%s", name, r.body)
			}
		}
		if !strings.Contains(html.UnescapeString(right.body), "User "+name) {
			t.Errorf("%q is not shown as it is", name)
		}
		// Whatever stands in the address of the form stays inside its attribute.
		r := bed.call("GET", authorizePath("state", name, "x"+name, name)+`&y="><script>`, "", "")
		if r.status != 200 || strings.Contains(r.body, "<script") || strings.Contains(r.body, "<img") {
			t.Errorf("%q: %d %s", name, r.status, r.body)
		}
	}
}

// What goes wrong on a page is told on a page, with what to do.
func TestProblemPages(t *testing.T) {
	bed := newBed(t)
	for what, c := range map[string]struct {
		method, path, contentType, body string
		status                          int
		want                            string
	}{
		"redirect": {"GET", authorizePath("redirect_uri", "http://evil.example/"), "", "", 400, "This page cannot send you back"},
		"program":  {"GET", authorizePath("client_id", "x"), "", "", 400, "This program is not registered here"},
		"address":  {"GET", authorizePath() + "&state=2", "", "", 400, "This address is damaged"},
		"type":     {"POST", registrationPath, "text/plain", "user=anna", 415, "The form could not be read"},
		"twice":    {"POST", authorizePath(), formType, "user=a&user=b", 400, "The form could not be read"},
		"large":    {"POST", authorizePath(), formType, "user=" + strings.Repeat("a", 64<<10), 413, "The form could not be read"},
	} {
		r := bed.call(c.method, c.path, c.contentType, c.body)
		if r.status != c.status || !strings.Contains(r.body, "<h1>"+c.want+"</h1>") || !strings.Contains(r.body, "<title>"+c.want+" – ") ||
			r.header.Get("Content-Type") != "text/html; charset=utf-8" || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
}

// So is what the Token Server says; its own trouble without a word of it.
func TestProblemsOfTheServer(t *testing.T) {
	bed := newBed(t)
	for _, c := range []struct {
		err          error
		status       int
		title, retry string
	}{
		{fmt.Errorf("of codes: %w", idp.ErrFull), 503, "The server is full", "60"},
		{errors.New("disk on fire"), 500, "The server has a problem of its own", ""},
		{context.Canceled, 500, "The server has a problem of its own", ""},
	} {
		bed.grants.full = c.err
		for _, path := range []string{authorizePath(), registrationPath} {
			r := bed.submit(t, path, "anna", password)
			if r.status != c.status || !strings.Contains(r.body, "<h1>"+c.title+"</h1>") || !strings.Contains(r.body, "Nothing was registered.") ||
				r.header.Get("Retry-After") != c.retry || r.header.Get("Location") != "" || strings.Contains(r.body, "fire") {
				t.Errorf("%v: %d %s", c.err, r.status, r.body)
			}
		}
	}
	bed.grants.lookup = errors.New("disk on fire")
	if r := bed.call("GET", authorizePath(), "", ""); r.status != http.StatusInternalServerError || strings.Contains(r.body, "fire") {
		t.Errorf("%d %s", r.status, r.body)
	}
}
