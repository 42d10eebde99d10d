package tokenserver_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const registrationPath = "/oauth/registration"

func TestPageHeaders(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	for path, forms := range map[string]string{
		registrationPath:                    "'self'",
		"/oauth/style.css":                  "'self'",
		d.authorizePath("client_id", "x"):   "'self'",
		d.authorizePath():                   "'self' http://127.0.0.1:4711",
		d.authorizePath("state", "-"):       "'self' http://127.0.0.1:4711",
		d.authorizePath("redirect_uri", ""): "'self'",
	} {
		r := call(t, bed, "GET", path, "", "")
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

func TestLoginForm(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("a hashed one"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	bed := servertest.New(t, func(c *tokenserver.Config) {
		c.Users = append(c.Users, tokenserver.User{ID: "carl", PasswordHash: string(hash)})
	})
	d := newDevice(t, bed)
	path := d.authorizePath()
	first := call(t, bed, "GET", path, "", "")
	cookie := first.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "Domain") || strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %q", cookie)
	}

	token, pair := loginForm(t, bed, path)
	other, _ := loginForm(t, bed, path)
	good := []string{"form", token, "user", "anna", "password", tokenserver.DemoUserPassword}
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
		"an unknown user":    {[]string{"form", token, "user", "nobody", "password", tokenserver.DemoUserPassword}, pair},
		"the hash":           {[]string{"form", token, "user", "carl", "password", string(hash)}, pair},
		"another's password": {[]string{"form", token, "user", "carl", "password", tokenserver.DemoUserPassword}, pair},
		"a hashed one's":     {[]string{"form", token, "user", "anna", "password", "a hashed one"}, pair},
		"nobody, with it":    {[]string{"form", token, "user", "nobody", "password", "a hashed one"}, pair},
	} {
		bed.Clock.Move(time.Minute)
		r := call(t, bed, "POST", path, formType, form(c.fields...), header("Cookie", c.cookie))
		if r.status != http.StatusUnauthorized || r.header.Get("Location") != "" || !strings.Contains(r.body, `role="alert"`) {
			t.Errorf("%s: %d %s", what, r.status, r.header.Get("Location"))
		}
	}
	for user, password := range map[string]string{"anna": tokenserver.DemoUserPassword, "carl": "a hashed one"} {
		if r := submit(t, bed, path, user, password); r.status != http.StatusSeeOther {
			t.Errorf("%s: %d", user, r.status)
		}
	}
	if r := call(t, bed, "POST", path, formType, form("form", token, "user", "anna", "user", "bert"), header("Cookie", pair)); r.status != 400 {
		t.Errorf("a field twice: %d", r.status)
	}
	// An unknown user and a wrong password look alike.
	a, b := submit(t, bed, registrationPath, "anna", "x"), submit(t, bed, registrationPath, "nobody", "x")
	if formField.ReplaceAllString(a.body, "") != strings.ReplaceAll(formField.ReplaceAllString(b.body, ""), `value="nobody"`, `value="anna"`) {
		t.Error("the page tells which users there are")
	}
}

func TestCookieUnderTLS(t *testing.T) {
	bed := servertest.New(t)
	config := bed.Config
	var err error
	if config.PublicURL, err = wire.ParseOrigin("https://id.example.com"); err != nil {
		t.Fatal(err)
	}
	server, err := tokenserver.New(tokenserver.Options{Config: config, Store: bed.Store, Sealer: tokenserver.RandomSealer()})
	if err != nil {
		t.Fatal(err)
	}
	w := newRecorder(server, "https://id.example.com"+registrationPath)
	if cookie := w.Header().Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "Path=/") {
		t.Errorf("cookie %q", cookie)
	}
}

func TestWrongPasswordsAreLimited(t *testing.T) {
	bed := servertest.New(t)
	for range 10 {
		if r := submit(t, bed, registrationPath, "anna", "wrong"); r.status != 401 || !strings.Contains(r.body, "not right") {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	for _, user := range []string{"anna", "bert"} { // the name, and whoever tries it
		if r := submit(t, bed, registrationPath, user, tokenserver.DemoUserPassword); r.status != 429 || r.header.Get("Retry-After") != "60" || !strings.Contains(r.body, "Too many wrong passwords") {
			t.Errorf("%s: %d %s", user, r.status, r.body)
		}
	}
	bed.Clock.Move(time.Minute)
	if r := submit(t, bed, registrationPath, "anna", tokenserver.DemoUserPassword); r.status != 200 {
		t.Errorf("after a minute: %d %s", r.status, r.body)
	}

	// A hundred at once are no more than ten in a row.
	token, cookie := loginForm(t, bed, registrationPath)
	var checked atomic.Int32
	parallel(40, func(i int) {
		r := call(t, bed, "POST", registrationPath, formType, form("form", token, "user", "nobody", "password", "x"), header("Cookie", cookie))
		if strings.Contains(r.body, "not right") {
			checked.Add(1)
		}
	})
	if checked.Load() != 10 {
		t.Errorf("%d passwords were checked", checked.Load())
	}
}

// Tries for one name count from wherever they come, and those from one network
// whatever their name.
func TestWrongPasswordsOfManySources(t *testing.T) {
	bed := servertest.New(t)
	token, cookie := loginForm(t, bed, registrationPath)
	try := func(user, password, from string) string {
		t.Helper()
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", bed.Origin.URL(registrationPath), strings.NewReader(form("form", token, "user", user, "password", password)))
		r.URL.Scheme, r.URL.Host, r.RemoteAddr = "", "", from
		r.Header.Set("Content-Type", formType)
		r.Header.Set("Cookie", cookie)
		bed.Server.Handler().ServeHTTP(w, r)
		return w.Body.String()
	}
	for i := range 10 {
		if got := try("anna", "wrong", fmt.Sprintf("192.0.2.%d:1", i)); !strings.Contains(got, "not right") {
			t.Fatal(got)
		}
	}
	if got := try("anna", tokenserver.DemoUserPassword, "192.0.2.10:1"); !strings.Contains(got, "Too many") {
		t.Error("eleven tries for one name")
	}
	if got := try("bert", tokenserver.DemoUserPassword, "192.0.2.10:1"); strings.Contains(got, "Too many") {
		t.Error("another name is barred as well")
	}
	for i := range 10 {
		try(fmt.Sprint("user", i), "wrong", fmt.Sprintf("[2001:db8::%d]:%d", i, i+1))
	}
	if got := try("bert", tokenserver.DemoUserPassword, "[2001:db8::ffff]:9"); !strings.Contains(got, "Too many") {
		t.Error("eleven tries from one network")
	}
	if got := try("bert", tokenserver.DemoUserPassword, "[2001:db8:1::1]:9"); strings.Contains(got, "Too many") {
		t.Error("another network is barred as well")
	}
}

// Names come from configuration and forms; on a page they are letters only.
func TestHostileNamesAreLiteral(t *testing.T) {
	names := []string{`</p><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{7*7}}`, `javascript:alert(1)`, `' onmouseover='x`}
	for _, name := range names {
		bed := servertest.New(t, func(c *tokenserver.Config) {
			c.Name = "Server " + name
			c.Users = append(c.Users, tokenserver.User{ID: name, Name: "User " + name, Password: secretOf("pw")})
		})
		wrong, right := submit(t, bed, registrationPath, name, "wrong"), submit(t, bed, registrationPath, name, "pw")
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
		d := newDevice(t, bed)
		r := call(t, bed, "GET", d.authorizePath("state", name, "x"+name, name)+`&y="><script>`, "", "")
		if r.status != 200 || strings.Contains(r.body, "<script") || strings.Contains(r.body, "<img") {
			t.Errorf("%q: %d %s", name, r.status, r.body)
		}
	}
}

func TestRegistrationPage(t *testing.T) {
	bed := servertest.New(t)
	r := submit(t, bed, registrationPath, "anna", tokenserver.DemoUserPassword)
	link := regexp.MustCompile(`href="(understudy://register\?[^"]*)"`).FindStringSubmatch(r.body)
	if r.status != 200 || link == nil || !strings.Contains(r.body, `src="data:image/png;base64,`) || !strings.Contains(r.body, "Anna Example") {
		t.Fatalf("%d %s", r.status, r.body)
	}
	u, err := url.Parse(html.UnescapeString(link[1]))
	if err != nil || u.Query().Get("server") != bed.Origin.String() || len(u.Query().Get("code")) != 26 {
		t.Fatalf("%s, %v", link[1], err)
	}
	var got tokens
	newDevice(t, bed).token(t, "grant_type", wire.GrantRegistrationCode, "code", u.Query().Get("code")).into(t, &got)
	if got.User != "anna" {
		t.Errorf("%+v", got)
	}
	if r := call(t, bed, "POST", registrationPath, jsonType, "{}"); r.status != http.StatusUnsupportedMediaType {
		t.Errorf("%d", r.status)
	}
}
