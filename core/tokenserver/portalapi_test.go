package tokenserver_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	startPath = "/oauth/api/v4/authenticate/user"
	longText  = "a-secret-of-26-characters-"
)

func secretOf(text string) wire.ConfigSecret {
	return wire.ConfigSecret{Secret: wire.SecretString(text)}
}

// portals adds three more clients: one with a hashed secret, one without the
// API, one with callbacks.
func portals(c *tokenserver.Config) {
	sum := sha256.Sum256([]byte(longText))
	c.Clients = append(c.Clients,
		tokenserver.Client{ID: "hashed", SecretSHA256: hex.EncodeToString(sum[:]), APIs: []string{tokenserver.APIMobileAuthentication}},
		tokenserver.Client{ID: "no api", Secret: secretOf(longText)},
		tokenserver.Client{
			ID: "caller", Secret: secretOf(longText), CallbackKey: secretOf(longText), APIs: []string{tokenserver.APIMobileAuthentication},
			CallbackURIs: []string{"https://portal.example/callback", "http://127.0.0.1:8641/a/", "https://root.example"},
		})
}

func portal(bed *servertest.Bed) func(*http.Request) {
	return basic(bed.Config.Clients[0].ID, string(bed.Config.Clients[0].Secret.Bytes()))
}

// wantOAuth checks an error of the portal API letter by letter.
func (r reply) wantOAuth(t *testing.T, status int, name string) {
	t.Helper()
	if r.status != status || r.name() != name {
		t.Errorf("status %d, %s; want %d, %q", r.status, r.body, status, name)
	}
	r.wantHeaders(t)
	if !strings.HasPrefix(r.body, `{"error":"`) || !strings.Contains(r.body, `"error_description":"`) {
		t.Errorf("body %s", r.body)
	}
}

func (r reply) wantHeaders(t *testing.T) {
	t.Helper()
	for name, want := range map[string]string{
		"Cache-Control": "no-cache, no-store, must-revalidate", "Pragma": "no-cache", "Content-Type": "application/json;charset=UTF-8",
	} {
		if got := r.header.Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("header %s: %q; want %q", name, got, want)
		}
	}
}

func TestPortalAuthentication(t *testing.T) {
	bed := servertest.New(t, portals)
	demo, secret := bed.Config.Clients[0].ID, string(bed.Config.Clients[0].Secret.Bytes())
	fields := []string{"type", "login", "message", "Log in?"}
	inForm := func(id, secret string) string {
		return form(append([]string{"client_id", id, "client_secret", secret}, fields...)...)
	}
	nothing := func(*http.Request) {}
	for what, c := range map[string]struct {
		body   string
		auth   func(*http.Request)
		status int
	}{
		"Basic":                   {form(fields...), basic(demo, secret), 200},
		"form":                    {inForm(demo, secret), nothing, 200},
		"a hashed secret":         {form(fields...), basic("hashed", longText), 200},
		"both":                    {inForm(demo, secret), basic(demo, secret), 401},
		"Basic and an id in form": {form(append([]string{"client_id", demo}, fields...)...), basic(demo, secret), 401},
		"none":                    {form(fields...), nothing, 401},
		"a wrong secret":          {form(fields...), basic(demo, secret+"x"), 401},
		"an empty secret":         {form(fields...), basic(demo, ""), 401},
		"the hash as a secret":    {form(fields...), basic("hashed", hashOf(longText)), 401},
		"an empty hashed one":     {form(fields...), basic("hashed", ""), 401},
		"an unknown client":       {form(fields...), basic("nobody", secret), 401},
		"an empty client":         {form(fields...), basic("", ""), 401},
		"without the API":         {form(fields...), basic("no api", longText), 403},
	} {
		bed.Clock.Move(time.Minute) // or the wrong ones add up
		r := call(t, bed, "POST", startPath, formType, c.body, c.auth)
		switch {
		case c.status == 200:
			if r.status != 200 {
				t.Errorf("%s: %d %s", what, r.status, r.body)
			}
			r.wantHeaders(t)
		case c.status == 403:
			r.wantOAuth(t, 403, "unauthorized_client")
		default:
			r.wantOAuth(t, 401, "invalid_client")
			// The documented sentence.
			want := `{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)."}`
			if strings.TrimSpace(r.body) != want {
				t.Errorf("%s: %s", what, r.body)
			}
			if !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Basic ") {
				t.Errorf("%s: WWW-Authenticate %q", what, r.header.Get("WWW-Authenticate"))
			}
		}
		if strings.Contains(r.body, secret) || strings.Contains(r.body, longText) {
			t.Errorf("%s: the answer repeats a secret", what)
		}
	}
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestPortalStart(t *testing.T) {
	bed := servertest.New(t, portals, func(c *tokenserver.Config) { c.Types[0].RequestExpiresIn = 90 * time.Second })
	call(t, bed, "GET", startPath, "", "", portal(bed)).want(t, http.StatusMethodNotAllowed, 0)
	good := []string{"type", "login", "message", "Log in?"}
	with := func(more ...string) string { return form(append(append([]string{}, good...), more...)...) }
	for what, c := range map[string]struct {
		version, body string
		status        int
	}{
		"plain v2":         {"v2", with(), 200},
		"plain v3":         {"v3", with(), 200},
		"plain v4":         {"v4", with(), 200},
		"app_id v2":        {"v2", with("app_id", "a"), 400},
		"app_id v3":        {"v3", with("app_id", "a"), 200},
		"app_id v4":        {"v4", with("app_id", "a"), 400},
		"device_id v2":     {"v2", with("device_id", "d"), 400},
		"device_id v3":     {"v3", with("device_id", "d"), 400},
		"device_id v4":     {"v4", with("device_id", "d"), 200},
		"v1":               {"v1", with(), 404},
		"no type":          {"v4", form("message", "m"), 400},
		"unknown type":     {"v4", form("message", "m", "type", "LOGIN"), 400},
		"no message":       {"v4", form("type", "login"), 400},
		"empty message":    {"v4", form("type", "login", "message", ""), 400},
		"type twice":       {"v4", with("type", "login"), 400},
		"unknown field":    {"v4", with("colour", "red"), 200},
		"user_id":          {"v4", with("user_id", "anna"), 200},
		"IPv4 address":     {"v4", with("initiator_address", "192.0.2.7", "initiator_agent", "Firefox"), 200},
		"IPv6 address":     {"v4", with("initiator_address", "2001:db8::1"), 200},
		"no address":       {"v4", with("initiator_address", "localhost"), 400},
		"address and port": {"v4", with("initiator_address", "192.0.2.7:80"), 400},
		"bad escape":       {"v4", with() + "&x=%zz", 400},
	} {
		r := call(t, bed, "POST", "/oauth/api/"+c.version+"/authenticate/user", formType, c.body, portal(bed))
		switch {
		case c.status == 400:
			r.wantOAuth(t, 400, "invalid_request")
		case r.status != c.status:
			t.Errorf("%s: %d %s", what, r.status, r.body)
		case c.status == 200:
			var got map[string]any
			r.into(t, &got)
			id, _ := got["transaction_id"].(string)
			otp, _ := got["otp"].(string)
			parsed, err := wire.ParseOTP(otp)
			if err != nil || id == "" || parsed.TransactionID != id || parsed.Code.Len() < 22 || got["expires_in"] != 90.0 || len(got) != 3 {
				t.Errorf("%s: %s, %v", what, r.body, err)
			}
			stored, err := bed.Store.Transaction(t.Context(), id)
			if err != nil || stored.OTPHash != tokenserver.HashSecret(parsed.Code) || stored.Method != wire.MethodOTP || stored.UserID != "" ||
				stored.Message != "Log in?" || !stored.Expires.Equal(bed.Clock.Now().Add(90*time.Second)) {
				t.Errorf("%s: stored %+v, %v", what, stored, err)
			}
		}
	}
}

// The portal's text is cleaned where it enters.
func TestPortalHostileMessage(t *testing.T) {
	bed := servertest.New(t)
	_, id := bed.Start("a\u202eb\x1b[31m\r\nc"+strings.Repeat("x", 5000), "initiator_agent", "Fire\u202efox\n", "initiator_address", "::ffff:192.0.2.7")
	got, err := bed.Store.Transaction(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if want := wire.CleanMessage("a\u202eb\x1b[31m\r\nc"+strings.Repeat("x", 5000), 2000); got.Message != want || len([]rune(got.Message)) > 2000 {
		t.Errorf("message %.60q", got.Message)
	}
	if strings.ContainsAny(got.Message+got.InitiatorAgent, "\u202e\x1b\r") || got.InitiatorAddress != "192.0.2.7" {
		t.Errorf("%.40q, %q, %q", got.Message, got.InitiatorAgent, got.InitiatorAddress)
	}
}

func TestPortalTransaction(t *testing.T) {
	bed := servertest.New(t, portals)
	p := enrolled(t, newDevice(t, bed))
	otp, id := bed.Start("Log in?")
	get := func(id string, auth func(*http.Request)) reply {
		return call(t, bed, "GET", "/oauth/api/v4/authenticate/transactions/"+id, "", "", auth)
	}
	want := func(body string) {
		t.Helper()
		r := get(id, portal(bed))
		if strings.TrimSpace(r.body) != body || r.status != 200 {
			t.Errorf("%d %s; want %s", r.status, r.body, body)
		}
		r.wantHeaders(t)
	}
	want(`{"transaction_id":"` + id + `","type":"login","state":"initialized","expires_in":120}`)
	bed.Clock.Move(30 * time.Second)
	_, details, hash := p.redeem(t, otp)
	claimed := `,"user_id":"anna","expires_in":90,"device_kind":"desktop","key_storage":"keyring"}`
	want(`{"transaction_id":"` + id + `","type":"login","state":"claimed"` + claimed)
	if r, out := p.answer(t, p.answerTo(details, hash, wire.Accept)); r.status != 200 || out.State != wire.StateAccepted {
		t.Fatalf("%d %s", r.status, r.body)
	}
	want(`{"transaction_id":"` + id + `","type":"login","state":"accepted"` + claimed)
	bed.Clock.Move(time.Hour)
	want(`{"transaction_id":"` + id + `","type":"login","state":"accepted"` + strings.Replace(claimed, "90", "0", 1))

	// Another portal's transaction looks like one that is not there.
	foreign, unknown := get(id, basic("hashed", longText)), get("nothing", portal(bed))
	foreign.wantOAuth(t, 404, "invalid_request")
	unknown.wantOAuth(t, 404, "invalid_request")
	if foreign.body != unknown.body {
		t.Errorf("%s, %s", foreign.body, unknown.body)
	}
	get(id, func(*http.Request) {}).wantOAuth(t, 401, "invalid_client")
	get(id, basic("no api", longText)).wantOAuth(t, 403, "unauthorized_client")

	_, id = bed.Start("another")
	bed.Clock.Move(2 * time.Minute)
	want(`{"transaction_id":"` + id + `","type":"login","state":"expired","expires_in":0}`)
}

func TestPortalEnabled(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) {
		c.Types = append(c.Types, tokenserver.AuthType{Name: "virtual only", Method: wire.MethodOTP, RequestExpiresIn: time.Minute, AllowKinds: []wire.DeviceKind{wire.KindVirtual}})
	})
	want := func(path, body string) {
		t.Helper()
		for _, version := range []string{"v2", "v3", "v4"} {
			r := call(t, bed, "GET", "/oauth/api/"+version+"/authenticate/user/"+path, "", "", portal(bed))
			if r.status != 200 || strings.TrimSpace(r.body) != body {
				t.Errorf("%s %s: %d %s; want %s", version, path, r.status, r.body, body)
			}
			r.wantHeaders(t)
		}
	}
	d := newDevice(t, bed)
	p := newProfile(t, d)
	for _, user := range []string{"nobody", "anna", "bert", "%2e%2e%2f", "%00"} { // registered is not enrolled
		want(user+"/enabled", `[]`)
		want(user+"/enabled/login", `{"enabled":false}`)
	}
	p.enroll(t)
	want("anna/enabled", `["login","transfer","login-push","transfer-push-pin"]`)
	want("anna/enabled/login", `{"enabled":true}`)
	want("anna/enabled/transfer-push-pin", `{"enabled":true}`)
	want("anna/enabled/virtual%20only", `{"enabled":false}`)
	want("anna/enabled/unknown", `{"enabled":false}`)
	want("bert/enabled", `[]`)
	want("nobody/enabled/login", `{"enabled":false}`)
	d.json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: p.id}, d.auth())
	want("anna/enabled", `[]`)
	call(t, bed, "GET", startPath+"/anna/enabled", "", "").wantOAuth(t, 401, "invalid_client")
}

func TestPortalWrongSecretsAreLimited(t *testing.T) {
	bed := servertest.New(t)
	path := startPath + "/anna/enabled"
	for i := range 10 {
		call(t, bed, "GET", path, "", "", basic("client "+strconv.Itoa(i), "wrong")).wantOAuth(t, 401, "invalid_client")
		if i == 4 {
			bed.Clock.Move(30 * time.Second)
			if r := call(t, bed, "GET", path, "", "", portal(bed)); r.status != 200 {
				t.Errorf("the right secret in between: %d", r.status)
			}
		}
	}
	for _, auth := range []func(*http.Request){basic("x", "wrong"), portal(bed)} {
		r := call(t, bed, "GET", path, "", "", auth)
		r.wantOAuth(t, 429, "temporarily_unavailable")
		if s, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || s < 1 || s > 60 {
			t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
		}
	}
	bed.Clock.Move(30 * time.Second) // the first five are a minute old
	if r := call(t, bed, "GET", path, "", "", portal(bed)); r.status != 200 {
		t.Errorf("after a minute: %d %s", r.status, r.body)
	}
}

// A hundred wrong secrets at once are no more than ten in a row.
func TestPortalWrongSecretsAtOnce(t *testing.T) {
	bed := servertest.New(t)
	var refused, limited atomic.Int32
	parallel(100, func(int) {
		switch call(t, bed, "GET", startPath+"/anna/enabled", "", "", basic("portal", "wrong")).status {
		case 401:
			refused.Add(1)
		case 429:
			limited.Add(1)
		}
	})
	if refused.Load() != 10 || limited.Load() != 90 {
		t.Errorf("%d were checked and %d refused unchecked; want 10 and 90", refused.Load(), limited.Load())
	}
}

// parallel calls f in n goroutines and waits for them.
func parallel(n int, f func(i int)) {
	begin, done := make(chan struct{}), make(chan struct{}, n)
	for i := range n {
		go func() {
			<-begin
			f(i)
			done <- struct{}{}
		}()
	}
	close(begin)
	for range n {
		<-done
	}
}

func TestPortalCallbackAllowList(t *testing.T) {
	bed := servertest.New(t, portals)
	for uri, want := range map[string]int{
		"https://portal.example/callback":             200,
		"https://portal.example/callback/deeper":      200,
		"https://portal.example/callback?x=1":         200,
		"http://127.0.0.1:8641/a/":                    200,
		"http://127.0.0.1:8641/a/b":                   200,
		"https://root.example/anything":               200,
		"https://root.example":                        200,
		"https://portal.example/callbacks":            400,
		"https://portal.example/":                     400,
		"http://portal.example/callback":              400,
		"https://portal.example:8443/callback":        400,
		"https://portal.example.evil.example/":        400,
		"https://evil.example/callback":               400,
		"https://user@portal.example/callback":        400,
		"https://portal.example@evil.example/":        400,
		"https://portal.example/callback#x":           400,
		"https://portal.example/callback/../admin":    400,
		"https://portal.example/callback/%2e%2e/x":    400,
		"https://portal.example/callback/%2E./x":      400,
		"https:portal.example/callback":               400,
		"//portal.example/callback":                   400,
		"file:///etc/passwd":                          400,
		"http://127.0.0.1:8642/a/":                    400,
		"http://169.254.169.254/a/":                   400,
		"http://[::ffff:127.0.0.1]:8641/a/":           400,
		"http://127.0.0.1:8641/a":                     400,
		"https://portal.example\\@evil.example/":      400,
		"https://portal.example/callback\r\nHost: x":  400,
		"gopher://portal.example/callback":            400,
		"https://root.example.evil.example/anything":  400,
		"https://PORTAL.example/callback/%zz":         400,
		"https://portal.example/callback%2f..%2fevil": 400,
	} {
		r := call(t, bed, "POST", startPath, formType, form("type", "login", "message", "m", "callback_uri", uri), basic("caller", longText))
		if r.status != want {
			t.Errorf("%q: %d %s; want %d", uri, r.status, r.body, want)
		}
		if want == 400 {
			r.wantOAuth(t, 400, "invalid_request")
		}
	}
	// A client without a list has none.
	call(t, bed, "POST", startPath, formType, form("type", "login", "message", "m", "callback_uri", "https://portal.example/callback"), portal(bed)).
		wantOAuth(t, 400, "invalid_request")
}

func TestPortalBodies(t *testing.T) {
	bed := servertest.New(t)
	good := form("type", "login", "message", "m")
	pad := func(n int) string { return good + "&x=" + strings.Repeat("y", n-len(good)-3) }
	for what, c := range map[string]struct {
		contentType, body string
		edit              func(*http.Request)
		status            int
	}{
		"the limit":     {formType, pad(64 << 10), nil, 200},
		"limit and one": {formType, pad(64<<10 + 1), nil, 413},
		"without end":   {formType, pad(1 << 20), func(r *http.Request) { r.ContentLength = -1 }, 413},
		"JSON":          {jsonType, `{"type":"login"}`, nil, 415},
		"no type":       {"", good, nil, 415},
		"gzip":          {formType, good, header("Content-Encoding", "gzip"), 415},
		"multipart":     {"multipart/form-data; boundary=x", good, nil, 415},
		"charset":       {formType + "; charset=utf-8", good, nil, 200},
	} {
		if c.edit == nil {
			c.edit = func(*http.Request) {}
		}
		r := call(t, bed, "POST", startPath, c.contentType, c.body, portal(bed), c.edit)
		if r.status != c.status {
			t.Errorf("%s: %d %s; want %d", what, r.status, r.body, c.status)
		}
		if c.status != 200 {
			r.wantOAuth(t, c.status, "invalid_request")
		}
	}
}

func TestPortalOpenTransactionsAreLimited(t *testing.T) {
	bed := servertest.New(t)
	server, err := tokenserver.New(tokenserver.Options{Config: bed.Config, Store: full{bed.Store}, Sealer: sealer.Random()})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	q := httptest.NewRequest("POST", bed.Origin.URL(startPath), strings.NewReader(form("type", "login", "message", "m")))
	q.URL.Scheme, q.URL.Host = "", "" // as a server sees it
	q.Header.Set("Content-Type", formType)
	portal(bed)(q)
	server.Handler().ServeHTTP(w, q)
	r := reply{w.Code, w.Header(), w.Body.String()}
	r.wantOAuth(t, 429, "temporarily_unavailable")
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
