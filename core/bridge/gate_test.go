package bridge_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// Who may come in. (THREATS A5 to A7)
func TestGate(t *testing.T) {
	b := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) {
		o.Origins = append(o.Origins, "https://app.example", "http://[::1]:8000", "capacitor://localhost")
	})
	good, known := "understudy.token."+token, http.Header{"Origin": {origin}}
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	for name, c := range map[string]struct {
		query    string
		header   http.Header
		protocol string
		status   int
		reason   string
	}{
		"right":                       {"", known, good, 101, ""},
		"another on the list":         {"", http.Header{"Origin": {"http://[::1]:8000"}}, good, 101, ""},
		"an app's scheme":             {"", http.Header{"Origin": {"capacitor://localhost"}}, good, 101, ""},
		"token in the address":        {"?token=" + token, known, "", 101, ""},
		"device":                      {"?device=My_phone-2", known, good, 101, ""},
		"program with bearer":         {"", bearer(token), "", 101, ""},
		"nothing":                     {"", nil, "", 403, "Authorization: Bearer"},
		"token, but no origin":        {"?token=" + token, nil, good, 403, "Authorization: Bearer"},
		"program with a wrong bearer": {"", bearer(token + "x"), "", 403, "not this bridge's"},
		"no token":                    {"", known, "", 403, "token is missing"},
		"wrong token":                 {"", known, "understudy.token.wrong-wrong-wrong-wrong", 403, "not this bridge's"},
		"empty token":                 {"?token=", known, "understudy.token.", 403, "token is missing"},
		"null":                        {"", http.Header{"Origin": {"null"}}, good, 403, "sandboxed"},
		"foreign":                     {"", http.Header{"Origin": {"http://evil.example"}}, good, 403, "not on the bridge's list"},
		"https variant":               {"", http.Header{"Origin": {"https://localhost:8000"}}, good, 403, "not on the bridge's list"},
		"other port":                  {"", http.Header{"Origin": {"http://localhost:8001"}}, good, 403, "not on the bridge's list"},
		"default port added":          {"", http.Header{"Origin": {"https://app.example:443"}}, good, 403, "not on the bridge's list"},
		"longer":                      {"", http.Header{"Origin": {origin + ".evil.example"}}, good, 403, "not on the bridge's list"},
		"case":                        {"", http.Header{"Origin": {"http://LOCALHOST:8000"}}, good, 403, "not on the bridge's list"},
		"empty origin":                {"", http.Header{"Origin": {""}}, good, 403, "not on the bridge's list"},
		"two origins":                 {"", http.Header{"Origin": {origin, origin}}, good, 403, "more than one Origin"},
		"the bridge's own":            {"", http.Header{"Origin": {b.url}}, good, 403, "not on the bridge's list"},
		"path for a name":             {"?device=../x", known, good, 400, "device's name"},
		"escaped path":                {"?device=%2e%2e", known, good, 400, "device's name"},
		"empty name":                  {"?device=", known, good, 400, "device's name"},
		"long name":                   {"?device=" + strings.Repeat("x", 65), known, good, 400, "device's name"},
		"two names":                   {"?device=a&device=b", known, good, 400, "more than one device"},
		"broken query":                {"?device=%zz", known, good, 400, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			var protocols []string
			if c.protocol != "" {
				protocols = []string{c.protocol}
			}
			p, resp, err := b.dial(c.query, c.header, protocols...)
			if resp == nil {
				t.Fatal(err)
			}
			if err == nil {
				p.call("OneginiClient", "start").ok()
				p.close()
			}
			if resp.StatusCode != c.status {
				t.Fatalf("%d, want %d", resp.StatusCode, c.status)
			}
			if c.status == 101 {
				return
			}
			if body := bodyOf(t, resp); !strings.Contains(body, c.reason) || strings.Contains(body, token) {
				t.Errorf("the reason is %q; want %q in it", body, c.reason)
			}
		})
	}
	if got := b.bridge.Devices(); len(got) != 5 { // one of each origin, and two of the first
		t.Errorf("refused pages have devices: %v", got)
	}
}

// The page asks why, as a browser does not tell.
func TestWhy(t *testing.T) {
	b := newBed(t)
	ask := func(from, query, token string) string {
		t.Helper()
		req, err := http.NewRequest(http.MethodPost, b.url+"/why"+query, strings.NewReader(token))
		if err != nil {
			t.Fatal(err)
		}
		if from != "" {
			req.Header.Set("Origin", from)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Access-Control-Allow-Origin") != "*" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s %v", resp.Status, resp.Header)
		}
		return bodyOf(t, resp)
	}
	if got := ask(origin, "?device=x", token); got != "" {
		t.Errorf("a page that would be let in: %q", got)
	}
	for _, c := range []struct{ from, query, token, want string }{
		{"http://evil.example", "", token, "--origin http://evil.example"},
		{"http://evil.example\u202e<script>", "", token, "not on the bridge's list"},
		{"null", "", token, "sandboxed"},
		{origin, "", "", "token is missing"},
		{origin, "", "wrong", "not this bridge's"},
		{origin, "", strings.Repeat(token, 1000), "token is missing"},
		{origin, "?device=..", token, "device's name"},
	} {
		if got := ask(c.from, c.query, c.token); !strings.Contains(got, c.want) || strings.Contains(got, token) {
			t.Errorf("%+v: %q", c, got)
		}
	}
	if got := b.bridge.Devices(); len(got) != 0 {
		t.Errorf("asking makes devices: %v", got)
	}
}

// DNS rebinding (THREATS A2 to A4) and other users of the computer (A12) come to
// nothing, whatever they ask for.
func TestGuard(t *testing.T) {
	b := newBed(t)
	host := strings.TrimPrefix(b.url, "http://")
	for _, path := range []string{"/connect?token=" + token, "/onegini.js", "/why"} {
		for _, name := range []string{"evil.example:80", "localhost:" + host[strings.LastIndex(host, ":")+1:], "", "0.0.0.0:80", host + "."} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = name
			w := httptest.NewRecorder()
			b.bridge.ServeHTTP(w, r)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s of host %q: %d", path, name, w.Code)
			}
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host, r.RemoteAddr = host, "127.0.0.1:1" // nobody of this user's has that port
		local, err := net.ResolveTCPAddr("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
		w := httptest.NewRecorder()
		b.bridge.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "another user") {
			t.Errorf("%s by another user: %d %s", path, w.Code, w.Body)
		}
	}
}

// The script is the same for everybody and holds nothing secret.
func TestScript(t *testing.T) {
	b := newBed(t)
	resp, err := http.Get(b.url + "/onegini.js")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body := bodyOf(t, resp)
	if !strings.Contains(body, "handleRequest") || strings.Contains(body, token) || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("%v %.200s", resp.Header, body)
	}
}

func TestOptions(t *testing.T) {
	server, err := wire.ParseOrigin("http://127.0.0.1:8700")
	if err != nil {
		t.Fatal(err)
	}
	good := bridge.Options{Server: server, Own: []string{"http://127.0.0.1:8710"}, Origins: []string{origin}, Token: wire.SecretString(token)}
	if b, err := bridge.New(good); err != nil {
		t.Fatal(err)
	} else {
		b.Close()
	}
	for name, change := range map[string]func(*bridge.Options){
		"no server":          func(o *bridge.Options) { o.Server = wire.Origin{} },
		"short token":        func(o *bridge.Options) { o.Token = wire.SecretString("0123456789abcde") },
		"long token":         func(o *bridge.Options) { o.Token = wire.SecretString(strings.Repeat("x", 129)) },
		"token with a space": func(o *bridge.Options) { o.Token = wire.SecretString("0123456789 abcdef") },
		"device":             func(o *bridge.Options) { o.Share = []string{"a/b"} },
		"pattern":            func(o *bridge.Options) { o.Origins = []string{"http://*.example"} },
		"everything":         func(o *bridge.Options) { o.Origins = []string{"*"} },
		"null":               func(o *bridge.Options) { o.Origins = []string{"null"} },
		"path":               func(o *bridge.Options) { o.Origins = []string{origin + "/"} },
		"upper case":         func(o *bridge.Options) { o.Origins = []string{"http://Localhost"} },
		"default port":       func(o *bridge.Options) { o.Origins = []string{"http://localhost:80"} },
		"user":               func(o *bridge.Options) { o.Origins = []string{"http://me@localhost"} },
		"nothing":            func(o *bridge.Options) { o.Origins = []string{""} },
	} {
		o := good
		change(&o)
		if _, err := bridge.New(o); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), string(o.Token.Bytes())) {
			t.Errorf("%s: the error tells the token", name)
		}
	}
}
