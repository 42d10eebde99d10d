package bridge_test

import (
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// head is what stands before the body of a resource's answer.
type head struct {
	Status     int
	StatusText string
	Headers    map[string]string
}

// resource takes an answer apart as the plugin's JavaScript does.
func resource(t *testing.T, c *pending) (ok bool, h head, body string) {
	t.Helper()
	r := c.answer()
	if r.Body == nil {
		t.Fatalf("%+v %s", r, r.Value)
	}
	n := binary.LittleEndian.Uint32(r.Body)
	text := r.Body[4 : 4+n]
	for _, b := range text {
		if b > 127 {
			t.Fatalf("the head is not ASCII: %q", text)
		}
	}
	if err := json.Unmarshal(text, &h); err != nil {
		t.Fatal(err)
	}
	return r.OK, h, string(r.Body[4+n:])
}

func fetching(p *page, url, auth string, more ...any) *pending {
	args := obj{"url": url, "auth": auth, "method": "GET", "headers": obj{}}
	for i := 0; i < len(more); i += 2 {
		args[more[i].(string)] = more[i+1]
	}
	return p.call("OneginiResourceClient", "fetch", args)
}

func TestResources(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	fetching(p, "/devices", "Symbol(user)").fails(8005)
	fetching(p, "/devices", "user").fails(wire.CodeIllegalArgument)
	id := p.register()
	ok, h, body := resource(t, fetching(p, "/devices", "Symbol(user)"))
	if !ok || h.Status != 200 || h.StatusText != "OK" || !strings.Contains(h.Headers["Content-Type"], "json") || !strings.Contains(body, `"devices"`) {
		t.Errorf("%v %+v %s", ok, h, body)
	}
	if ok, h, _ := resource(t, fetching(p, "/devices", "Symbol(user)", "method", "post")); ok || h.Status != http.StatusMethodNotAllowed {
		t.Errorf("%v %+v", ok, h)
	}
	_, h, body = resource(t, fetching(p, b.Origin.String()+"/resources/mirror-request", "Symbol(user)", "method", "PUT", "body", "✨", "headers", obj{"X-Number": 7}))
	if body != "✨" || h.Headers["Content-Type"] != "text/plain;charset=utf-8" {
		t.Errorf("%+v %q", h, body)
	}

	p.call("OneginiUserAuthenticationClient", "authenticateImplicitly", obj{"profileId": id, "scopes": []string{"read"}}).ok()
	if _, _, body := resource(t, fetching(p, "/user-id-decorated", "Symbol(implicit)")); strings.TrimSpace(body) != `{"decorated_user_id":"✨ anna ✨"}` {
		t.Errorf("%s", body)
	}
	p.call("OneginiDeviceAuthenticationClient", "authenticate", obj{"scopes": []string{"nonsense"}}).fails(wire.CodeIllegalArgument)
	p.call("OneginiDeviceAuthenticationClient", "authenticate", obj{"scopes": []string{"application-details"}}).ok()
	if ok, h, _ := resource(t, fetching(p, "/application-details", "Symbol(anonymous)")); !ok {
		t.Errorf("%+v", h)
	}

	// A body that is longer than a text message may be.
	c := p.prepare("OneginiResourceClient", "fetch")
	start := string(marshal(t, obj{"id": p.next, "service": "OneginiResourceClient", "action": "fetch"}))
	long := strings.Repeat("x", 60<<10)
	args := marshal(t, []any{obj{"url": "/mirror-request", "auth": "Symbol(user)", "method": "POST", "headers": obj{}, "body": long}})
	p.write(websocket.MessageBinary, withHead(uint32(len(start)), start, args))
	if _, h, body := resource(t, c); body != long {
		t.Errorf("%+v, %d bytes", h, len(body))
	}
}

// An app that has another server's address built in gets its resources from ours.
func TestStandsFor(t *testing.T) {
	elsewhere, err := wire.ParseOrigin("https://id.example.com")
	if err != nil {
		t.Fatal(err)
	}
	p := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) { o.StandsFor = []wire.Origin{elsewhere} }).open(origin, "")
	p.register()
	if ok, h, body := resource(t, fetching(p, "https://id.example.com/resources/devices", "Symbol(user)")); !ok || !strings.Contains(body, `"devices"`) {
		t.Errorf("%+v %s", h, body)
	}
	for _, url := range []string{
		"https://id.example.com.evil.example/resources/devices", "https://id.example.com@evil.example/resources/devices", "https://id.example.com:8443/resources/devices",
		"http://id.example.com/resources/devices", "https://id.example.com/oauth/token", "https://id.example.com/resources/../oauth/token",
	} {
		fetching(p, url, "Symbol(user)").fails(wire.CodeIllegalArgument)
	}
}

// THREATS T33, A10: the bridge is no way to elsewhere, and no token gets there.
func TestNoProxy(t *testing.T) {
	called := make(chan string, 64)
	evil := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { called <- r.URL.String() + r.Header.Get("Authorization") }))
	defer evil.Close()
	host := strings.TrimPrefix(evil.URL, "http://")
	b := newBed(t, func(_ *bridge.Options, c *tokenserver.Config) {
		c.AppToWeb.Targets = []string{"https://www.example.com"}
	})
	p := b.open(origin, "")
	p.register()
	for _, url := range []string{
		evil.URL, "//" + host, `/\` + host, `\\` + host, "http:" + host, b.Origin.String() + "@" + host, "http://user@" + b.Origin.Host() + "/resources/devices",
		"https" + strings.TrimPrefix(b.Origin.String(), "http") + "/resources/devices", "/../../oauth/token", "/%2e%2e/oauth/token", "file:///etc/passwd",
		b.Origin.String() + "/oauth/device/pending", "", "/devices\r\nHost: evil",
	} {
		fetching(p, url, "Symbol(user)").fails(wire.CodeIllegalArgument)
	}
	for _, method := range []string{"CONNECT", "TRACE", "GET / HTTP/1.1\r\nX: y"} {
		fetching(p, "/devices", "Symbol(user)", "method", method).fails(wire.CodeIllegalArgument)
	}
	// Headers that say who calls are not the page's.
	if _, h, _ := resource(t, fetching(p, "/devices", "Symbol(user)", "headers", obj{"Authorization": "Bearer stolen", "Host": host, "Cookie": "a=b"})); h.Status != 200 {
		t.Errorf("%+v", h)
	}
	p.call("OneginiAppToWebSingleSignOnClient", "start", evil.URL).fails(wire.CodeIllegalArgument)
	var web struct{ RedirectURI, Token string }
	if p.call("OneginiAppToWebSingleSignOnClient", "start", "https://www.example.com/personal").into(&web); web.Token == "" || !strings.HasPrefix(web.RedirectURI, b.Origin.String()) {
		t.Errorf("%+v", web)
	}
	select {
	case got := <-called:
		t.Errorf("somebody else was called: %s", got)
	default:
	}
}
