package tokenserver_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// Whoever logs in reads what asks for it, and can cancel.
func TestLoginPageNamesTheProgram(t *testing.T) {
	bed := servertest.New(t)
	var got wire.DeviceCredentials
	hostile := strings.NewReplacer(`"Understudy"`, `"Under\u202estudy</dd><script>alert(1)</script>"`, `"1.0.0"`, `"{{7*7}}"`, `"desktop"`, `"virtual"`).Replace(registration)
	call(t, bed, "POST", wire.PathRegister, jsonType, hostile, header(wire.HeaderOS, `linux/"><b>6.1`)).into(t, &got)
	d := &device{bed: bed, id: got.ClientID}
	r := call(t, bed, "GET", d.authorizePath(), "", "")
	for _, want := range []string{"Under&lt;U&#43;202E&gt;study&lt;/dd&gt;&lt;script&gt;", "{{7*7}}", "linux/&#34;&gt;&lt;b&gt;6.1", "one of a test&#39;s many devices"} {
		if !strings.Contains(r.body, want) && !strings.Contains(r.body, strings.ReplaceAll(want, "&#39;", "'")) {
			t.Errorf("the page lacks %s:\n%s", want, r.body)
		}
	}
	if strings.Contains(r.body, "<script") || strings.Contains(r.body, "\u202e") {
		t.Errorf("a name is not literal:\n%s", r.body)
	}
}

func TestLoginCanceled(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	path := d.authorizePath()
	token, cookie := loginForm(t, bed, path)
	r := call(t, bed, "POST", path, formType, form("form", token, "user", "", "password", "", "cancel", "yes"), header("Cookie", cookie))
	at, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != http.StatusSeeOther || !strings.HasPrefix(at.String(), redirect+"?") ||
		at.Query().Get("error") != "access_denied" || at.Query().Get("state") != "a state" || at.Query().Get("iss") != bed.Origin.String() || at.Query().Has("code") {
		t.Errorf("%d %s", r.status, at)
	}
	// Another browser's form cancels nothing.
	if r := call(t, bed, "POST", path, formType, form("form", token, "cancel", "yes")); r.header.Get("Location") != "" {
		t.Errorf("%d %s", r.status, r.header.Get("Location"))
	}
}

// After a wrong password the name stands there still, and the title says that
// something is wrong, for those who only hear it.
func TestWrongPasswordKeepsTheName(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	for _, path := range []string{d.authorizePath(), registrationPath} {
		r := submit(t, bed, path, "anna", "wrong")
		for _, want := range []string{`value="anna"`, `aria-invalid="true" aria-describedby="problem"`, `<p class="banner" id="problem" role="alert">`, "<title>Not logged in – "} {
			if !strings.Contains(r.body, want) {
				t.Errorf("%s: the page lacks %s", path, want)
			}
		}
		if strings.Contains(r.body, "wrong\"") || strings.Contains(r.body, ">wrong") {
			t.Errorf("%s: the page holds the password", path)
		}
	}
}

// What goes wrong on a page is told on a page, with what to do.
func TestProblemPages(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	for what, c := range map[string]struct {
		method, path, contentType, body string
		status                          int
		want                            string
	}{
		"redirect": {"GET", d.authorizePath("redirect_uri", "http://evil.example/"), "", "", 400, "This page cannot send you back"},
		"device":   {"GET", d.authorizePath("client_id", "x"), "", "", 400, "This program is not registered here"},
		"address":  {"GET", d.authorizePath() + "&state=2", "", "", 400, "This address is damaged"},
		"type":     {"POST", registrationPath, "text/plain", "user=anna", 415, "The form could not be read"},
		"twice":    {"POST", d.authorizePath(), formType, "user=a&user=b", 400, "The form could not be read"},
		"large":    {"POST", d.authorizePath(), formType, "user=" + strings.Repeat("a", 64<<10), 413, "The form could not be read"},
	} {
		r := call(t, bed, c.method, c.path, c.contentType, c.body)
		if r.status != c.status || !strings.Contains(r.body, "<h1>"+c.want+"</h1>") || !strings.Contains(r.body, "<title>"+c.want+" – ") ||
			r.header.Get("Content-Type") != "text/html; charset=utf-8" || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
}
