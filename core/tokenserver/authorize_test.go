package tokenserver_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	redirect = "http://127.0.0.1:4711/cb/a_random-path"
	verifier = "a-verifier-of-43-characters-or-more-~._-0123456789"
)

func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// authorizePath is a good authorization request with fields changed; a field
// with the value "-" is left out.
func (d *device) authorizePath(changes ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {d.id}, "redirect_uri": {redirect}, "scope": {wire.ScopeMobileAuth},
		"state": {"a state"}, "code_challenge": {s256(verifier)}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "-" {
			q.Del(changes[i])
		}
	}
	return wire.PathAuthorize + "?" + q.Encode()
}

var formField = regexp.MustCompile(`name="form" value="([A-Z2-7]{26})"`)

// loginForm fetches a login page and returns its token and its cookie.
func loginForm(t testing.TB, bed *servertest.Bed, path string) (token, cookie string) {
	t.Helper()
	r := call(t, bed, "GET", path, "", "")
	found := formField.FindStringSubmatch(r.body)
	if r.status != http.StatusOK || found == nil {
		t.Fatalf("no login form: %d %s", r.status, r.body)
	}
	cookie, _, _ = strings.Cut(r.header.Get("Set-Cookie"), ";")
	return found[1], cookie
}

// submit fills in a login page.
func submit(t testing.TB, bed *servertest.Bed, path, user, password string) reply {
	t.Helper()
	token, cookie := loginForm(t, bed, path)
	return call(t, bed, "POST", path, formType, form("form", token, "user", user, "password", password), header("Cookie", cookie))
}

// code logs the demo's user in and returns the code of the redirect.
func (d *device) code(t testing.TB, changes ...string) string {
	t.Helper()
	r := submit(t, d.bed, d.authorizePath(changes...), tokenserver.DemoUser, tokenserver.DemoUserPassword)
	at, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != http.StatusSeeOther || at.Query().Get("code") == "" {
		t.Fatalf("no code: %d %s %s", r.status, r.header.Get("Location"), r.body)
	}
	return at.Query().Get("code")
}

func (d *device) exchange(t testing.TB, code string, changes ...string) reply {
	t.Helper()
	f := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {verifier}}
	for i := 0; i+1 < len(changes); i += 2 {
		f.Set(changes[i], changes[i+1])
		if changes[i+1] == "-" {
			f.Del(changes[i])
		}
	}
	return call(t, d.bed, "POST", wire.PathToken, formType, f.Encode(), d.auth())
}

func (r reply) wantInvalidGrant(t testing.TB) {
	t.Helper()
	if r.status != http.StatusBadRequest || r.name() != "invalid_grant" {
		t.Errorf("%d %s; want invalid_grant", r.status, r.body)
	}
}

// alive reports whether an access token works.
func alive(t testing.TB, bed *servertest.Bed, access string) bool {
	t.Helper()
	// A body of the wrong type is refused after the token was accepted.
	switch r := call(t, bed, "POST", wire.PathPIN, formType, "", bearer(access)); r.status {
	case http.StatusUnsupportedMediaType:
		return true
	case http.StatusUnauthorized:
		if r.code() != wire.CodeUserNotAuthenticated {
			t.Errorf("code %d", r.code())
		}
		return false
	default:
		t.Fatalf("%d %s", r.status, r.body)
		return false
	}
}

func TestAuthorizationCode(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	r := submit(t, bed, d.authorizePath(), tokenserver.DemoUser, tokenserver.DemoUserPassword)
	at, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != http.StatusSeeOther {
		t.Fatalf("%d, %v", r.status, err)
	}
	q := at.Query()
	if at.Scheme+"://"+at.Host+at.Path != redirect || q.Get("state") != "a state" || q.Get("iss") != bed.Origin.String() || len(q) != 3 {
		t.Errorf("redirect to %s", at)
	}
	if r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("Cache-Control %q", r.header.Get("Cache-Control"))
	}
	var got tokens
	d.exchange(t, q.Get("code")).into(t, &got)
	if got.Type != "Bearer" || got.Expires != 600 || got.Scope != wire.ScopeMobileAuth+" "+tokenserver.DemoUserScope || got.User != "anna" || got.Name != "Anna Example" ||
		!regexp.MustCompile(`^[A-Z2-9]{6}$`).MatchString(got.Profile) || len(got.Access) < 26 || len(got.Refresh) < 26 || got.Access == got.Refresh {
		t.Errorf("%+v", got)
	}
	if !alive(t, bed, got.Access) {
		t.Error("its access token does not work")
	}
	bed.Clock.Move(10 * time.Minute)
	if alive(t, bed, got.Access) {
		t.Error("its access token works after its life")
	}
}

func TestAuthorizationCodeTwice(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	code := d.code(t)
	var got tokens
	d.exchange(t, code).into(t, &got)
	other := newProfile(t, d)
	d.exchange(t, code).wantInvalidGrant(t)
	if alive(t, bed, got.Access) {
		t.Error("the tokens of a code that was used twice live on")
	}
	d.token(t, "grant_type", "refresh_token", "refresh_token", got.Refresh).wantInvalidGrant(t)
	if !alive(t, bed, other.access) {
		t.Error("another login's token is revoked")
	}
}

func TestAuthorizationCodeMisused(t *testing.T) {
	bed := servertest.New(t)
	d, thief := newDevice(t, bed), newDevice(t, bed)
	for what, changes := range map[string][]string{
		"another redirect":     {"redirect_uri", "http://127.0.0.1:4712/cb/a_random-path"},
		"no redirect":          {"redirect_uri", "-"},
		"no verifier":          {"code_verifier", "-"},
		"a short verifier":     {"code_verifier", "short"},
		"the hash as plain":    {"code_verifier", s256(verifier)},
		"another verifier":     {"code_verifier", strings.Repeat("x", 43)},
		"an unknown code":      {"code", strings.Repeat("A", 26)},
		"no code":              {"code", "-"},
		"an empty code":        {"code", ""},
		"an overlong verifier": {"code_verifier", strings.Repeat("x", 129)},
	} {
		code := d.code(t)
		if r := d.exchange(t, code, changes...); r.name() != "invalid_grant" {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	code := d.code(t)
	thief.exchange(t, code).wantInvalidGrant(t)
	if r := d.exchange(t, code); r.status != 200 {
		t.Errorf("after a stranger tried it: %d %s", r.status, r.body)
	}
	// A verifier that can be guessed is refused, even where it is the right one.
	code = d.code(t, "code_challenge", s256("short"))
	d.exchange(t, code, "code_verifier", "short").wantInvalidGrant(t)
	// A wrong verifier burns the code: there is one guess.
	code = d.code(t)
	d.exchange(t, code, "code_verifier", strings.Repeat("x", 43)).wantInvalidGrant(t)
	d.exchange(t, code).wantInvalidGrant(t)

	code = d.code(t)
	bed.Clock.Move(time.Minute)
	d.exchange(t, code).wantInvalidGrant(t)

	for what, r := range map[string]reply{
		"a grant that is unknown":  d.token(t, "grant_type", "password", "username", "anna", "password", "x"),
		"no grant":                 d.token(t),
		"a registration code, bad": d.token(t, "grant_type", wire.GrantRegistrationCode, "code", "x"),
	} {
		if r.status != 400 || r.name() != "unsupported_grant_type" && r.name() != "invalid_grant" && r.name() != "invalid_request" {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	r := call(t, bed, "POST", wire.PathToken, formType, form("grant_type", "refresh_token", "grant_type", "refresh_token"), d.auth())
	r.want(t, 400, wire.CodeIllegalArgument)
}
