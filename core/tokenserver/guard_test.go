package tokenserver_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// raw sends bytes as they are: net/http's client would put a Host right.
func raw(t *testing.T, bed *servertest.Bed, request string) int {
	t.Helper()
	conn, err := net.Dial("tcp", bed.Origin.Host())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// A server on loopback is in reach of every page in the browser: names that
// were rebound to it, other origins and forms of other sites are refused before
// anything else happens, on every path.
func TestGuard(t *testing.T) {
	bed := servertest.New(t)
	host := bed.Origin.Host()
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		t.Fatal(err)
	}
	origin := "Origin: " + bed.Origin.String()
	for what, c := range map[string]struct {
		line, host, headers string
		status              int
	}{
		"good":                   {"GET %s HTTP/1.1", "Host: " + host, "", 200},
		"our own page":           {"GET %s HTTP/1.1", "Host: " + host, origin, 200},
		"a rebound name":         {"GET %s HTTP/1.1", "Host: evil.example:" + port, "Origin: http://evil.example:" + port, 403},
		"a rebound name, alone":  {"GET %s HTTP/1.1", "Host: evil.example:" + port, "", 403},
		"localhost":              {"GET %s HTTP/1.1", "Host: localhost:" + port, "", 403},
		"localhost with a dot":   {"GET %s HTTP/1.1", "Host: localhost.:" + port, "", 403},
		"0.0.0.0":                {"GET %s HTTP/1.1", "Host: 0.0.0.0:" + port, "", 403},
		"another loopback":       {"GET %s HTTP/1.1", "Host: 127.0.0.2:" + port, "", 403},
		"no port":                {"GET %s HTTP/1.1", "Host: 127.0.0.1", "", 403},
		"another port":           {"GET %s HTTP/1.1", "Host: 127.0.0.1:1", "", 403},
		"an empty host":          {"GET %s HTTP/1.1", "Host:", "", 403},
		"HTTP/1.0 without one":   {"GET %s HTTP/1.0", "X: y", "", 403},
		"an absolute target":     {"GET http://evil.example%s HTTP/1.1", "Host: " + host, "", 403},
		"our own absolute":       {"GET " + bed.Origin.String() + "%s HTTP/1.1", "Host: " + host, "", 403},
		"another origin":         {"GET %s HTTP/1.1", "Host: " + host, "Origin: http://evil.example", 403},
		"an origin that is null": {"GET %s HTTP/1.1", "Host: " + host, "Origin: null", 403},
		"an empty origin":        {"GET %s HTTP/1.1", "Host: " + host, "Origin: ", 403},
		"two origins":            {"GET %s HTTP/1.1", "Host: " + host, origin + "\r\nOrigin: http://evil.example", 403},
		"our own twice":          {"GET %s HTTP/1.1", "Host: " + host, origin + "\r\n" + origin, 403},
		"https of ours":          {"GET %s HTTP/1.1", "Host: " + host, "Origin: https://" + host, 403},
		"another port's page":    {"GET %s HTTP/1.1", "Host: " + host, "Origin: http://127.0.0.1:1", 403},
		"two hosts":              {"GET %s HTTP/1.1", "Host: " + host + "\r\nHost: evil.example", "", 400},
	} {
		for _, path := range []string{wire.PathMetadata, "/oauth/registration", "/oauth/style.css"} {
			request := fmt.Sprintf(c.line, path) + "\r\n" + c.host + "\r\nConnection: close\r\n"
			if c.headers != "" {
				request += c.headers + "\r\n"
			}
			if got := raw(t, bed, request+"\r\n"); got != c.status {
				t.Errorf("%s at %s: %d; want %d", what, path, got, c.status)
			}
		}
	}
	// What changes something is refused where a browser says that it comes from
	// another site, whatever else it says.
	for site, want := range map[string]int{"cross-site": 403, "same-site": 403, "same-origin": 401, "none": 401} {
		for _, path := range []string{wire.PathToken, wire.PathRevoke, wire.PathRedeem, startPath} {
			r := call(t, bed, "POST", path, formType, "", header("Sec-Fetch-Site", site))
			if r.status != want {
				t.Errorf("%s from %s: %d; want %d", path, site, r.status, want)
			}
		}
	}
	d := newDevice(t, bed)
	for _, path := range []string{d.authorizePath(), "/oauth/registration"} {
		token, cookie := loginForm(t, bed, path)
		body := form("form", token, "user", "anna", "password", "understudy")
		for _, edit := range []func(*http.Request){header("Origin", "null"), header("Origin", "http://evil.example"), header("Sec-Fetch-Site", "cross-site")} {
			if r := call(t, bed, "POST", path, formType, body, header("Cookie", cookie), edit); r.status != 403 || !strings.HasPrefix(r.body, "Refused: ") {
				t.Errorf("a form of another site: %d %s", r.status, r.body)
			}
		}
		if r := call(t, bed, "POST", path, formType, body, header("Cookie", cookie), header("Origin", bed.Origin.String())); r.status != 303 && r.status != 200 {
			t.Errorf("our own form: %d", r.status)
		}
	}
}

func TestDeviceBodies(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	const limit = 64 << 10
	for path, kind := range map[string]struct {
		contentType string
		auth        func(*http.Request)
	}{
		wire.PathRegister:     {jsonType, func(*http.Request) {}},
		wire.PathToken:        {formType, p.auth()},
		wire.PathRevoke:       {formType, p.auth()},
		wire.PathPINChallenge: {jsonType, p.auth()},
		wire.PathDeregister:   {jsonType, p.auth()},
		wire.PathPIN:          {jsonType, bearer(p.access)},
		wire.PathEnroll:       {jsonType, bearer(p.access)},
		wire.PathEnrollProof:  {wire.ContentSealed, bearer(p.access)},
		wire.PathCustomInit:   {jsonType, p.auth()},

		wire.PathAuthenticator:          {jsonType, bearer(p.access)},
		wire.PathAuthenticatorRemove:    {jsonType, p.auth()},
		wire.PathAuthenticatorChallenge: {jsonType, p.auth()},

		wire.PathRedeem:     {wire.ContentSealed, bearer(p.access)},
		wire.PathAnswer:     {wire.ContentSealed, bearer(p.access)},
		wire.PathPending:    {wire.ContentSealed, bearer(p.access)},
		wire.PathExtend:     {wire.ContentSealed, bearer(p.access)},
		wire.PathPushEnroll: {wire.ContentSealed, bearer(p.access)},
	} {
		for what, c := range map[string]struct {
			contentType string
			size        int
			edit        func(*http.Request)
			status      int
		}{
			"the limit":          {kind.contentType, limit, func(*http.Request) {}, 0}, // read, and refused for what it says
			"limit and one":      {kind.contentType, limit + 1, func(*http.Request) {}, 413},
			"one, without end":   {kind.contentType, limit + 1, func(r *http.Request) { r.ContentLength = -1 }, 413},
			"gzip":               {kind.contentType, 10, header("Content-Encoding", "gzip"), 415},
			"no type":            {"", 10, func(*http.Request) {}, 415},
			"plain text":         {"text/plain", 10, func(*http.Request) {}, 415},
			"two types":          {kind.contentType, 10, func(r *http.Request) { r.Header["Content-Type"] = []string{kind.contentType, "text/plain"} }, 415},
			"a malformed type":   {"application/", 10, func(*http.Request) {}, 415},
			"two types in a row": {kind.contentType + ", text/plain", 10, func(*http.Request) {}, 415},
		} {
			r := call(t, bed, "POST", path, c.contentType, strings.Repeat("x", c.size), kind.auth, c.edit)
			if c.status == 0 && (r.status == 413 || r.status == 415 || r.status >= 500) || c.status != 0 && (r.status != c.status || r.code() != wire.CodeIllegalArgument) {
				t.Errorf("%s at %s: %d %.200s; want %d", what, path, r.status, r.body, c.status)
			}
		}
		// Nothing is changed by a GET.
		if r := call(t, bed, "GET", path, "", "", kind.auth); r.status != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %d", path, r.status)
		}
	}
}
