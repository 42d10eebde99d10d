package portal

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestHeaders(t *testing.T) {
	b := newBed(t)
	br := b.logIn("ada")
	for _, path := range []string{"/", "/home", "/transfer", "/static/style.css", "/static/portal.js", "/static/icon.svg", "/nothing", "/qr.png", "/status", "/status/events"} {
		h := br.get(path).header
		if csp := h.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "same-origin" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, h)
		}
	}
	// What the policy forbids would not work in a browser.
	for _, page := range []answer{br.get("/home"), br.get("/transfer"), b.browser().get("/"), b.browser().post("/login")} {
		for _, inline := range []string{"<style", " style=", " onclick=", "<script>", "javascript:"} {
			if strings.Contains(page.body, inline) {
				t.Errorf("%s holds %q", page.path, inline)
			}
		}
	}
	br.get("/nothing").must(t, 404, "/nothing", "There is no such page")
}

func TestCookie(t *testing.T) {
	for _, tt := range []struct {
		url    string
		prefix string
		secure bool
	}{{"http://127.0.0.1:8700", "portal-", false}, {"https://bank.example", "__Host-portal-", true}} {
		b := newBed(t, func(c *Config) { c.PublicURL = mustOrigin(t, tt.url) })
		req, _ := http.NewRequest(http.MethodPost, b.http.URL+"/login", nil)
		req.Host = strings.SplitN(tt.url, "//", 2)[1]
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		cookies := resp.Cookies()
		if len(cookies) != 1 {
			t.Fatalf("%d cookies", len(cookies))
		}
		c := cookies[0]
		if !strings.HasPrefix(c.Name, tt.prefix) || c.Secure != tt.secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || len(c.Value) < 26 {
			t.Errorf("%s: %v", tt.url, c)
		}
	}
	if a, b := newBed(t), newBed(t); a.portal.sessions.cookie == b.portal.sessions.cookie {
		t.Error("two portals of one computer share the cookie's name")
	}
}

func TestOnlyAddressedToUs(t *testing.T) {
	b := newBed(t)
	addr := b.http.Listener.Addr().String()
	for _, tt := range []struct {
		name, head string
		status     int
	}{
		{"ours", "GET / HTTP/1.1\nHost: " + addr, 200},
		{"our form", "POST /login HTTP/1.1\nHost: " + addr + "\nOrigin: http://" + addr + "\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 0", 303},
		{"evil host", "GET / HTTP/1.1\nHost: evil.example", 403},
		{"evil host and origin", "GET / HTTP/1.1\nHost: evil.example\nOrigin: http://evil.example", 403},
		{"absolute target", "GET http://evil.example/ HTTP/1.1\nHost: " + addr, 403},
		{"empty host", "GET / HTTP/1.1\nHost:", 403},
		{"HTTP/1.0", "GET / HTTP/1.0", 403},
		{"two origins", "POST /login HTTP/1.1\nHost: " + addr + "\nOrigin: http://" + addr + "\nOrigin: http://" + addr + "\nContent-Length: 0", 403},
		{"null", "POST /login HTTP/1.1\nHost: " + addr + "\nOrigin: null\nContent-Length: 0", 403},
		{"cross-site", "POST /login HTTP/1.1\nHost: " + addr + "\nSec-Fetch-Site: cross-site\nContent-Length: 0", 403},
		{"same-site, other port", "POST /logout HTTP/1.1\nHost: " + addr + "\nSec-Fetch-Site: same-site\nContent-Length: 0", 403},
		{"static files too", "GET /static/style.css HTTP/1.1\nHost: evil.example", 403},
		{"the callback too", "POST /callback HTTP/1.1\nHost: evil.example\nContent-Length: 0", 403},
		{"JSON for a form", "POST /login HTTP/1.1\nHost: " + addr + "\nContent-Type: application/json\nContent-Length: 2\n\n{}", 415},
		{"text for a form", "POST /login HTTP/1.1\nHost: " + addr + "\nContent-Type: text/plain\nContent-Length: 0", 415},
		{"a large form", "POST /login HTTP/1.1\nHost: " + addr + "\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 65537\n\n" + strings.Repeat("x", 65537), 413},
		{"start by GET", "GET /login HTTP/1.1\nHost: " + addr, 303},
		{"cancel by GET", "GET /cancel HTTP/1.1\nHost: " + addr, 404},
		{"logout by GET", "GET /logout HTTP/1.1\nHost: " + addr, 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, strings.ReplaceAll(tt.head, "\n", "\r\n")+"\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, 16)
			if _, err := io.ReadFull(conn, buf); err != nil || string(buf[9:12]) != fmt.Sprint(tt.status) {
				t.Errorf("got %q, %v, want %d", buf, err, tt.status)
			}
		})
	}
	if b.server.n != 1 {
		t.Errorf("%d logins were started, want the one of our own form", b.server.n)
	}
}
