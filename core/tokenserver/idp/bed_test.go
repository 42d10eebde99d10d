package idp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	registrationPath = "/oauth/registration"
	redirect         = "http://127.0.0.1:4711/cb/a_random-path"
	challenge        = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" // of RFC 7636, appendix B
	password         = "understudy"

	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// bed is a Provider with Anna and Bert, and one program that is registered.
type bed struct {
	idp.Options
	http.Handler
	grants *fakeGrants
	mu     sync.Mutex
	now    time.Time
}

func newBed(t testing.TB, edit ...func(*idp.Options)) *bed {
	t.Helper()
	origin, err := wire.ParseOrigin("http://127.0.0.1:8700")
	if err != nil {
		t.Fatal(err)
	}
	b := &bed{now: time.Now(), grants: &fakeGrants{program: idp.Program{Name: "Understudy", Version: "1.0.0", System: "linux/6.1", Kind: wire.KindDesktop}}}
	b.Options = idp.Options{
		Name: "Example server", PublicURL: origin, Grants: b.grants, Clock: b.clock,
		Users: []idp.User{{ID: "anna", Name: "Anna Example", Password: secretOf(password)}, {ID: "bert", Password: secretOf(password)}},
	}
	for _, e := range edit {
		e(&b.Options)
	}
	provider, err := idp.New(b.Options)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	provider.Mount(mux)
	b.Handler = mux
	return b
}

func secretOf(text string) wire.ConfigSecret {
	return wire.ConfigSecret{Secret: wire.SecretString(text)}
}

func (b *bed) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bed) move(by time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(by)
}

// fakeGrants is a Token Server that knows one program, "device".
type fakeGrants struct {
	program idp.Program
	lookup  error // of Program
	full    error // of whatever is made
	granted idp.Authorization
}

func (g *fakeGrants) Program(_ context.Context, clientID string) (idp.Program, error) {
	if clientID != "device" && g.lookup == nil {
		return idp.Program{}, idp.ErrNotFound
	}
	return g.program, g.lookup
}

func (g *fakeGrants) NewAuthCode(_ context.Context, a idp.Authorization, userID string) (wire.Secret, error) {
	g.granted = a
	return wire.SecretString("a code of " + userID), g.full
}

func (g *fakeGrants) UseRegistrationCode(_ context.Context, code wire.Secret) (string, error) {
	user, ok := strings.CutPrefix(string(code.Bytes()), "REGISTRATION-OF-")
	if !ok {
		return "", idp.ErrNotFound
	}
	return user, g.full
}

func (g *fakeGrants) NewRegistrationCode(_ context.Context, userID string) (wire.Secret, time.Duration, error) {
	return wire.SecretString("REGISTRATION-OF-" + userID), 7 * time.Minute, g.full
}

// authorizePath is a good authorization request with fields changed; a field
// with the value "-" is left out.
func authorizePath(changes ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {"device"}, "redirect_uri": {redirect}, "scope": {wire.ScopeMobileAuth},
		"state": {"a state"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
		if changes[i+1] == "-" {
			q.Del(changes[i])
		}
	}
	return wire.PathAuthorize + "?" + q.Encode()
}

// reply is what the pages answered.
type reply struct {
	status int
	header http.Header
	body   string
}

// call sends one request; edit may change it.
func (b *bed) call(method, path, contentType, body string, edit ...func(*http.Request)) reply {
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for _, e := range edit {
		e(r)
	}
	b.ServeHTTP(w, r)
	return reply{w.Code, w.Header(), w.Body.String()}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func form(pairs ...string) string {
	f := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f.Encode()
}

var formField = regexp.MustCompile(`name="form" value="([A-Z2-7]{26})"`)

// loginForm fetches a login page and returns its token and its cookie.
func (b *bed) loginForm(t testing.TB, path string) (token, cookie string) {
	t.Helper()
	r := b.call("GET", path, "", "")
	found := formField.FindStringSubmatch(r.body)
	if r.status != http.StatusOK || found == nil {
		t.Fatalf("no login form: %d %s", r.status, r.body)
	}
	cookie, _, _ = strings.Cut(r.header.Get("Set-Cookie"), ";")
	return found[1], cookie
}

// submit fills in a login page.
func (b *bed) submit(t testing.TB, path, user, password string) reply {
	t.Helper()
	token, cookie := b.loginForm(t, path)
	return b.call("POST", path, formType, form("form", token, "user", user, "password", password), header("Cookie", cookie))
}
