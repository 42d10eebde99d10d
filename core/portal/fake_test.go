package portal

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

// fakeServer is a Token Server that does as it is told.
type fakeServer struct {
	t *testing.T
	*httptest.Server

	mu     sync.Mutex
	n      int
	forms  []url.Values // the starts that came
	asked  int          // the questions that came
	states map[string]map[string]any
	broken func(http.ResponseWriter) // answers everything, when set
}

func newFakeServer(t *testing.T) *fakeServer {
	f := &fakeServer{t: t, states: map[string]map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+pathStart, f.start)
	mux.HandleFunc("GET "+pathTransaction+"{id}", f.transaction)
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id, secret, _ := r.BasicAuth(); id != "portal" || secret != testSecret {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":"invalid_client","error_description":"Client authentication failed."}`)
			return
		}
		f.mu.Lock()
		broken := f.broken
		f.mu.Unlock()
		if broken != nil {
			broken(w)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fakeServer) start(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
	id := fmt.Sprintf("transaction-%08d", f.n)
	f.forms = append(f.forms, r.PostForm)
	f.states[id] = map[string]any{"transaction_id": id, "type": r.PostForm.Get("type"), "state": wire.StateInitialized, "expires_in": 120}
	_ = json.NewEncoder(w).Encode(map[string]any{
		"transaction_id": id, "otp": wire.EncodeOTP(id, wire.SecretString(fmt.Sprintf("code-of-%018d", f.n))), "expires_in": 120,
	})
}

func (f *fakeServer) transaction(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	state, ok := f.states[r.PathValue("id")]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":"invalid_request","error_description":"There is no such transaction."}`)
		return
	}
	_ = json.NewEncoder(w).Encode(state)
}

// set changes the last transaction.
func (f *fakeServer) set(state wire.State, user string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := f.lastID()
	f.states[id] = map[string]any{"transaction_id": id, "state": state, "user_id": user, "expires_in": 120}
}

func (f *fakeServer) lastID() string { return fmt.Sprintf("transaction-%08d", f.n) }

func (f *fakeServer) last() (id string, form url.Values) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lastID(), f.forms[len(f.forms)-1]
}

func (f *fakeServer) breakWith(b func(http.ResponseWriter)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = b
}

func (f *fakeServer) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.states)
}

func (f *fakeServer) questions() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked
}

const (
	testSecret = "a-secret-of-the-portal-1234"
	testKey    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
)

// bed is a portal with its fake server and a clock that the test moves.
type bed struct {
	t      *testing.T
	server *fakeServer
	portal *Portal
	http   *httptest.Server
	clock  *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newBed lets the test change the configuration.
func newBed(t *testing.T, change ...func(*Config)) *bed {
	t.Helper()
	b := &bed{
		t: t, server: newFakeServer(t), clock: &clock{now: time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)}, http: httptest.NewUnstartedServer(nil),
	}
	b.serve(append([]func(*Config){func(c *Config) {
		c.Server, c.ClientID, c.ClientSecret, c.CallbackKey = mustOrigin(t, b.server.URL), "portal", wire.SecretString(testSecret), wire.SecretString(testKey)
	}}, change...)...)
	return b
}

// origin is where the portal listens.
func (b *bed) origin() wire.Origin {
	b.t.Helper()
	return mustOrigin(b.t, "http://"+b.http.Listener.Addr().String())
}

// serve starts the portal.
func (b *bed) serve(change ...func(*Config)) {
	b.t.Helper()
	c := Config{
		Title: "Example Bank", PublicURL: b.origin(), LoginType: "login", TransferType: "transfer", Clock: b.clock.Now, PollInterval: time.Millisecond,
	}
	for _, f := range change {
		f(&c)
	}
	var err error
	if b.portal, err = New(c); err != nil {
		b.t.Fatal(err)
	}
	b.http.Config = netsafe.NewServer(b.portal.Handler(), nil)
	b.http.Start()
	b.t.Cleanup(b.http.Close)
}

func mustOrigin(t *testing.T, s string) wire.Origin {
	t.Helper()
	o, err := wire.ParseOrigin(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// browser keeps cookies and follows redirects, and knows no JavaScript.
type browser struct {
	b *bed
	*http.Client
}

func (b *bed) browser() *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{b, &http.Client{Jar: jar, Transport: &http.Transport{}}}
}

// answer is what a browser got in the end.
type answer struct {
	status int
	path   string
	header http.Header
	body   string
}

func (br *browser) do(req *http.Request) answer {
	br.b.t.Helper()
	// Each moment is later than the last: the portal asks its server again.
	br.b.clock.forward(time.Millisecond)
	resp, err := br.Do(req)
	if err != nil {
		br.b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		br.b.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Request.URL.Path, resp.Header, string(body)}
}

func (br *browser) get(path string) answer {
	br.b.t.Helper()
	req, err := http.NewRequest(http.MethodGet, br.b.http.URL+path, nil)
	if err != nil {
		br.b.t.Fatal(err)
	}
	return br.do(req)
}

func (br *browser) post(path string, form ...string) answer {
	br.b.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Set(form[i], form[i+1])
	}
	req, err := http.NewRequest(http.MethodPost, br.b.http.URL+path, strings.NewReader(values.Encode()))
	if err != nil {
		br.b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", br.b.http.URL)
	return br.do(req)
}

// cookie is the session's id as the browser holds it.
func (br *browser) cookie() string {
	u, _ := url.Parse(br.b.http.URL)
	for _, c := range br.Jar.Cookies(u) {
		if c.Name == br.b.portal.sessions.cookie {
			return c.Value
		}
	}
	return ""
}

func (br *browser) setCookie(value string) {
	u, _ := url.Parse(br.b.http.URL)
	br.Jar.SetCookies(u, []*http.Cookie{{Name: br.b.portal.sessions.cookie, Value: value, Path: "/"}})
}

var dataID = regexp.MustCompile(`data-id="([A-Z0-9]+)"`)

func (a answer) attemptID(t *testing.T) string {
	t.Helper()
	if m := dataID.FindStringSubmatch(a.body); m != nil {
		return m[1]
	}
	t.Fatalf("the page at %s names no attempt:\n%s", a.path, a.body)
	return ""
}

func (a answer) must(t *testing.T, status int, path string, texts ...string) answer {
	t.Helper()
	if a.status != status || a.path != path {
		t.Fatalf("got %d at %s, want %d at %s\n%s", a.status, a.path, status, path, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s does not hold %q:\n%s", path, text, a.body)
		}
	}
	return a
}

// logIn takes a browser through a whole login.
func (b *bed) logIn(user string) *browser {
	b.t.Helper()
	br := b.browser()
	br.post("/login").must(b.t, 200, "/login", "Scan the code to log in")
	b.server.set(wire.StateAccepted, user)
	br.get("/login").must(b.t, 200, "/home", "You are logged in as")
	return br
}
