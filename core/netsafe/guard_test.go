package netsafe

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// raw sends a request as it is written, with PORT replaced by the server's port,
// and returns status and body.
func raw(t *testing.T, addr, request string) (int, string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, port, _ := net.SplitHostPort(addr)
	request = strings.ReplaceAll(strings.ReplaceAll(request, "PORT", port), "\n", "\r\n")
	if _, err := io.WriteString(conn, request+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestGuard(t *testing.T) {
	var origins []string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Guard(origins, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "served")
		})).ServeHTTP(w, r)
	}))
	server.Start()
	defer server.Close()
	origins = []string{server.URL, strings.Replace(server.URL, "127.0.0.1", "LocalHost", 1), "https://portal.example"}

	const post = "POST / HTTP/1.1\nHost: 127.0.0.1:PORT\nContent-Length: 0\n"
	for _, tt := range []struct {
		name, request string
		reason        string // "" is served
	}{
		{"our own address", "GET / HTTP/1.1\nHost: 127.0.0.1:PORT", ""},
		{"our other name", "GET / HTTP/1.1\nHost: localhost:PORT", ""},
		{"our public name", "GET / HTTP/1.1\nHost: portal.example", ""},
		{"our own origin", post + "Origin: http://127.0.0.1:PORT", ""},
		{"from our other name", post + "Sec-Fetch-Site: cross-site\nOrigin: http://localhost:PORT", ""},
		{"no browser", strings.TrimSuffix(post, "\n"), ""},
		{"typed in by the person", post + "Sec-Fetch-Site: none", ""},
		{"a link on another site", "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\nSec-Fetch-Site: cross-site", ""},

		{"rebound name", "GET / HTTP/1.1\nHost: evil.example:PORT", "Host"},
		{"rebound name as its own origin", "GET / HTTP/1.1\nHost: evil.example:PORT\nOrigin: http://evil.example:PORT", "Host"},
		{"absolute target", "GET http://evil.example/ HTTP/1.1\nHost: 127.0.0.1:PORT", "target"},
		{"absolute target of our own", "GET http://127.0.0.1:PORT/ HTTP/1.1\nHost: evil.example", "target"},
		{"empty host", "GET / HTTP/1.1\nHost:", "missing"},
		{"HTTP/1.0 without a host", "GET / HTTP/1.0", "missing"},
		{"0.0.0.0", "GET / HTTP/1.1\nHost: 0.0.0.0:PORT", "Host"},
		{"a trailing dot", "GET / HTTP/1.1\nHost: localhost.:PORT", "Host"},
		{"capitals", "GET / HTTP/1.1\nHost: LOCALHOST:PORT", "Host"},
		{"without the port", "GET / HTTP/1.1\nHost: 127.0.0.1", "Host"},
		{"another port", "GET / HTTP/1.1\nHost: 127.0.0.1:1", "Host"},
		{"another port of a public name", "GET / HTTP/1.1\nHost: portal.example:443", "Host"},
		{"two origins, one ours", post + "Origin: http://127.0.0.1:PORT\nOrigin: http://evil.example", "more than one"},
		{"two origins, both ours", post + "Origin: http://127.0.0.1:PORT\nOrigin: http://127.0.0.1:PORT", "more than one"},
		{"null", post + "Origin: null", "another origin"},
		{"empty origin", post + "Origin:", "another origin"},
		{"null, reading", "GET / HTTP/1.1\nHost: 127.0.0.1:PORT\nOrigin: null", "another origin"},
		{"https for http", post + "Origin: https://127.0.0.1:PORT", "another origin"},
		{"other port of this computer", post + "Sec-Fetch-Site: same-site\nOrigin: http://127.0.0.1:1", "another origin"},
		{"other site", post + "Sec-Fetch-Site: cross-site\nOrigin: http://evil.example", "another origin"},
		{"other site that hides its origin", post + "Sec-Fetch-Site: cross-site", "another site"},
		{"other port that hides its origin", post + "Sec-Fetch-Site: same-site", "another site"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body := raw(t, server.Listener.Addr().String(), tt.request+"\nConnection: close")
			switch {
			case tt.reason == "" && (status != http.StatusOK || body != "served"):
				t.Errorf("refused: %d %s", status, body)
			case tt.reason != "" && (status != http.StatusForbidden || !strings.Contains(body, tt.reason)):
				t.Errorf("got %d %q, want 403 that names %q", status, body, tt.reason)
			case strings.Contains(body, "evil"):
				t.Errorf("the answer repeats what was sent: %q", body)
			}
		})
	}
}

func TestGuardRefusesBadOrigins(t *testing.T) {
	for _, o := range []string{"", "127.0.0.1:80", "http://", "http://a/", "http://a?b", "http://u@a", "ftp://a", "http://0.0.0.0:1", "http://[::]:1"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q was taken for an origin", o)
				}
			}()
			Guard([]string{o}, http.NotFoundHandler())
		}()
	}
}
