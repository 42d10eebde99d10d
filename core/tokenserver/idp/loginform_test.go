package idp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestLoginForm(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("a hashed one"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	bed := newBed(t, func(o *idp.Options) {
		o.Users = append(o.Users, idp.User{ID: "carl", PasswordHash: string(hash)})
	})
	path := authorizePath()
	first := bed.call("GET", path, "", "")
	cookie := first.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "Domain") || strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %q", cookie)
	}

	token, pair := bed.loginForm(t, path)
	other, _ := bed.loginForm(t, path)
	good := []string{"form", token, "user", "anna", "password", password}
	for what, c := range map[string]struct {
		fields []string
		cookie string
	}{
		"no cookie":          {good, ""},
		"another cookie":     {good, strings.Replace(pair, token, other, 1)},
		"no token":           {good[2:], pair},
		"an empty token":     {append([]string{"form", ""}, good[2:]...), pair},
		"both empty":         {append([]string{"form", ""}, good[2:]...), strings.Replace(pair, token, "", 1)},
		"another token":      {append([]string{"form", other}, good[2:]...), pair},
		"a wrong password":   {[]string{"form", token, "user", "anna", "password", "wrong"}, pair},
		"no password":        {[]string{"form", token, "user", "anna", "password", ""}, pair},
		"a long password":    {[]string{"form", token, "user", "anna", "password", strings.Repeat("x", 73)}, pair},
		"an unknown user":    {[]string{"form", token, "user", "nobody", "password", password}, pair},
		"the hash":           {[]string{"form", token, "user", "carl", "password", string(hash)}, pair},
		"another's password": {[]string{"form", token, "user", "carl", "password", password}, pair},
		"a hashed one's":     {[]string{"form", token, "user", "anna", "password", "a hashed one"}, pair},
		"nobody, with it":    {[]string{"form", token, "user", "nobody", "password", "a hashed one"}, pair},
	} {
		bed.move(time.Minute)
		r := bed.call("POST", path, formType, form(c.fields...), header("Cookie", c.cookie))
		if r.status != http.StatusUnauthorized || r.header.Get("Location") != "" || !strings.Contains(r.body, `role="alert"`) {
			t.Errorf("%s: %d %s", what, r.status, r.header.Get("Location"))
		}
	}
	for user, password := range map[string]string{"anna": password, "carl": "a hashed one"} {
		if r := bed.submit(t, path, user, password); r.status != http.StatusSeeOther {
			t.Errorf("%s: %d", user, r.status)
		}
	}
	if r := bed.call("POST", path, formType, form("form", token, "user", "anna", "user", "bert"), header("Cookie", pair)); r.status != 400 {
		t.Errorf("a field twice: %d", r.status)
	}
	// An unknown user and a wrong password look alike.
	a, b := bed.submit(t, registrationPath, "anna", "x"), bed.submit(t, registrationPath, "nobody", "x")
	if formField.ReplaceAllString(a.body, "") != strings.ReplaceAll(formField.ReplaceAllString(b.body, ""), `value="nobody"`, `value="anna"`) {
		t.Error("the page tells which users there are")
	}
}

func TestCookieUnderTLS(t *testing.T) {
	bed := newBed(t, func(o *idp.Options) {
		var err error
		if o.PublicURL, err = wire.ParseOrigin("https://id.example.com"); err != nil {
			t.Fatal(err)
		}
	})
	cookie := bed.call("GET", registrationPath, "", "").header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "Path=/") {
		t.Errorf("cookie %q", cookie)
	}
}

func TestLoginCanceled(t *testing.T) {
	bed := newBed(t)
	path := authorizePath()
	token, cookie := bed.loginForm(t, path)
	r := bed.call("POST", path, formType, form("form", token, "user", "", "password", "", "cancel", "yes"), header("Cookie", cookie))
	at, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != http.StatusSeeOther || !strings.HasPrefix(at.String(), redirect+"?") ||
		at.Query().Get("error") != "access_denied" || at.Query().Get("state") != "a state" || at.Query().Get("iss") != bed.PublicURL.String() || at.Query().Has("code") {
		t.Errorf("%d %s", r.status, at)
	}
	// Another browser's form cancels nothing.
	if r := bed.call("POST", path, formType, form("form", token, "cancel", "yes")); r.header.Get("Location") != "" {
		t.Errorf("%d %s", r.status, r.header.Get("Location"))
	}
}

// After a wrong password the name stands there still, and the title says that
// something is wrong, for those who only hear it.
func TestWrongPasswordKeepsTheName(t *testing.T) {
	bed := newBed(t)
	for _, path := range []string{authorizePath(), registrationPath} {
		r := bed.submit(t, path, "anna", "wrong")
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
