package idp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

// Whoever logs in is sent back with a code for what was asked.
func TestAuthorize(t *testing.T) {
	bed := newBed(t)
	for _, user := range []string{"anna", "bert"} {
		r := bed.submit(t, authorizePath("scope", "-"), user, password)
		at, err := url.Parse(r.header.Get("Location"))
		if err != nil || r.status != http.StatusSeeOther || !strings.HasPrefix(at.String(), redirect+"?") || r.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d %s, %v", r.status, at, err)
		}
		q := at.Query()
		if want := "a code of " + user; q.Get("code") != want || q.Get("state") != "a state" || q.Get("iss") != bed.PublicURL.String() || len(q) != 3 {
			t.Errorf("redirect to %s", at)
		}
		if want := (idp.Authorization{ClientID: "device", RedirectURI: redirect, Challenge: challenge, Scope: wire.ScopeMobileAuth}); bed.grants.granted != want {
			t.Errorf("granted %+v; want %+v", bed.grants.granted, want)
		}
	}
}

// What a program says of itself is shown, and is letters only.
func TestLoginPageNamesTheProgram(t *testing.T) {
	bed := newBed(t)
	for _, c := range []struct {
		program idp.Program
		want    []string
		not     string
	}{
		{idp.Program{Name: "A", Version: "1.0", System: "linux/6.1", Kind: wire.KindDesktop}, []string{"<bdi>A 1.0</bdi>", "<bdi>linux/6.1</bdi>", "a program on someone&#39;s computer"}, "<script"},
		{idp.Program{Kind: wire.KindBridge}, []string{"<bdi>(it gives no name)</bdi>", "a stand-in for an app in a browser"}, "System"},
		{
			idp.Program{Name: "</dd><script>alert(1)</script>", Version: "{{7*7}}", System: `linux/"><b>6.1`, Kind: wire.KindVirtual},
			[]string{"&lt;/dd&gt;&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}<", "linux/&#34;&gt;&lt;b&gt;6.1", "one of a test&#39;s many devices"},
			"<script",
		},
	} {
		bed.grants.program = c.program
		r := bed.call("GET", authorizePath(), "", "")
		for _, want := range c.want {
			if r.status != http.StatusOK || !strings.Contains(r.body, want) {
				t.Errorf("%+v: the page lacks %s:\n%s", c.program, want, r.body)
			}
		}
		if strings.Contains(r.body, c.not) {
			t.Errorf("%+v: the page holds %s", c.program, c.not)
		}
	}
}

// What is wrong with program or redirect is shown, never redirected: the
// redirect may be an attacker's.
func TestAuthorizeNeverRedirectsElsewhere(t *testing.T) {
	bed := newBed(t)
	for what, path := range map[string]string{
		"another host":       authorizePath("redirect_uri", "http://evil.example/cb/x"),
		"another path":       authorizePath("redirect_uri", "http://127.0.0.1:4711/callback"),
		"a query":            authorizePath("redirect_uri", redirect+"?x=1"),
		"a user":             authorizePath("redirect_uri", "http://127.0.0.1:80@evil.example/cb/x"),
		"a fragment":         authorizePath("redirect_uri", redirect+"#x"),
		"none":               authorizePath("redirect_uri", "-"),
		"an unknown program": authorizePath("client_id", "nobody"),
		"no program":         authorizePath("client_id", "-"),
		"two redirects":      authorizePath() + "&redirect_uri=http%3A%2F%2Fevil.example",
		"two programs":       authorizePath() + "&client_id=x",
		"a bad escape":       authorizePath() + "&x=%zz",
	} {
		token, cookie := bed.loginForm(t, authorizePath())
		for _, r := range []reply{
			bed.call("GET", path, "", ""),
			bed.call("POST", path, formType, form("form", token, "user", "anna", "password", password), header("Cookie", cookie)),
		} {
			if r.status != http.StatusBadRequest || r.header.Get("Location") != "" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
				t.Errorf("%s: %d, Location %q", what, r.status, r.header.Get("Location"))
			}
			if policy := r.header.Get("Content-Security-Policy"); strings.Contains(policy, "evil") || !strings.Contains(policy, "form-action 'self';") {
				t.Errorf("%s: %s", what, policy)
			}
			if strings.Contains(r.body, "evil") || strings.Contains(r.body, "<form") {
				t.Errorf("%s: %s", what, r.body)
			}
		}
	}
}

// What is wrong with the rest is told to the redirect, before anyone logs in.
func TestAuthorizeErrorsGoBack(t *testing.T) {
	bed := newBed(t)
	for what, c := range map[string]struct{ path, want string }{
		"no challenge":       {authorizePath("code_challenge", "-"), "invalid_request"},
		"no method":          {authorizePath("code_challenge_method", "-"), "invalid_request"},
		"plain":              {authorizePath("code_challenge_method", "plain", "code_challenge", "a-verifier-of-43-characters-or-more-0123456789"), "invalid_request"},
		"neither":            {authorizePath("code_challenge_method", "-", "code_challenge", "-"), "invalid_request"},
		"a short challenge":  {authorizePath("code_challenge", "x"), "invalid_request"},
		"no state":           {authorizePath("state", "-"), "invalid_request"},
		"a long state":       {authorizePath("state", strings.Repeat("s", 257)), "invalid_request"},
		"the implicit grant": {authorizePath("response_type", "token"), "unsupported_response_type"},
		"another scope":      {authorizePath("scope", "admin"), "invalid_scope"},
		"two scopes":         {authorizePath("scope", wire.ScopeMobileAuth+" admin"), "invalid_scope"},
	} {
		r := bed.call("GET", c.path, "", "")
		at, err := url.Parse(r.header.Get("Location"))
		if err != nil || r.status != http.StatusSeeOther || !strings.HasPrefix(at.String(), redirect+"?") ||
			at.Query().Get("error") != c.want || at.Query().Has("code") || at.Query().Get("iss") != bed.PublicURL.String() {
			t.Errorf("%s: %d %s", what, r.status, at)
		}
	}
	if r := bed.call("GET", authorizePath("scope", "-"), "", ""); r.status != http.StatusOK {
		t.Errorf("no scope: %d", r.status)
	}
}
