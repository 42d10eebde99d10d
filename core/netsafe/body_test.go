package netsafe

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadBody(t *testing.T) {
	const limit = 8
	for _, tt := range []struct {
		name, contentType, encoding string
		body                        io.Reader
		status                      int // 0 is read
	}{
		{"right", "application/json", "", strings.NewReader("12345678"), 0},
		{"with a charset", "Application/JSON; charset=\"UTF-8\"", "", strings.NewReader("{}"), 0},
		{"another accepted type", "text/x", "identity", strings.NewReader("{}"), 0},
		{"empty", "text/x", "", strings.NewReader(""), 0},
		{"no type", "", "", strings.NewReader("{}"), 415},
		{"a form's text type", "text/plain", "", strings.NewReader("{}"), 415},
		{"a type in a parameter", "text/plain; x=application/json", "", strings.NewReader("{}"), 415},
		{"two types in one", "application/json, text/plain", "", strings.NewReader("{}"), 415},
		{"another charset", "application/json; charset=utf-7", "", strings.NewReader("{}"), 415},
		{"compressed", "application/json", "gzip", strings.NewReader("{}"), 415},
		{"two encodings", "application/json", "identity, gzip", strings.NewReader("{}"), 415},
		{"too long, announced", "application/json", "", strings.NewReader("123456789"), 413},
		{"too long, without an end", "application/json", "", endless{}, 413},
		{"broken off", "application/json", "", iotest.ErrReader(io.ErrUnexpectedEOF), 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", tt.body)
			if tt.contentType != "" {
				r.Header.Set("Content-Type", tt.contentType)
			}
			if tt.encoding != "" {
				r.Header.Set("Content-Encoding", tt.encoding)
			}
			data, err := ReadBody(httptest.NewRecorder(), r, limit, "application/json", "text/x")
			if tt.status == 0 {
				again, _ := io.ReadAll(r.Body)
				if err != nil || string(again) != string(data) {
					t.Errorf("got %q, %v, then %q", data, err, again)
				}
				return
			}
			if StatusOf(err) != tt.status {
				t.Errorf("got %d (%v), want %d", StatusOf(err), err, tt.status)
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestReadBodyTwoTypes(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
	r.Header["Content-Type"] = []string{"application/json", "text/plain"}
	if _, err := ReadBody(httptest.NewRecorder(), r, 10, "application/json"); StatusOf(err) != 415 {
		t.Errorf("got %v", err)
	}
}

func TestReadForm(t *testing.T) {
	for _, tt := range []struct {
		body   string
		status int
	}{
		{"a=1&b=%C3%A4+x", 0},
		{"", 0},
		{"a=1&a=2", 400},
		{"a=%zz", 400},
		{"a=1;b=2", 400},
		{"a=" + strings.Repeat("x", 100), 413},
	} {
		r := httptest.NewRequest(http.MethodPost, "/?a=0", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		form, err := ReadForm(httptest.NewRecorder(), r, 100)
		if tt.status == 0 && (err != nil || tt.body != "" && (form.Get("a") != "1" || form.Get("b") != "ä x")) ||
			tt.status != 0 && StatusOf(err) != tt.status {
			t.Errorf("%q: got %v, %v", tt.body, form, err)
		}
	}
	if StatusOf(errors.New("another")) != 500 {
		t.Error("another error is no client's fault")
	}
}

func TestPageHeaders(t *testing.T) {
	serve := func(r *http.Request, formAction ...string) http.Header {
		w := httptest.NewRecorder()
		PageHeaders(formAction...)(http.NotFoundHandler()).ServeHTTP(w, r)
		return w.Header()
	}
	h := serve(httptest.NewRequest(http.MethodGet, "/", nil))
	for name, want := range map[string]string{
		"Content-Security-Policy":      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=()",
		"Strict-Transport-Security":    "",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if h := serve(httptest.NewRequest(http.MethodGet, "https://a/", nil)); h.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS under TLS")
	}
	h = serve(httptest.NewRequest(http.MethodGet, "/", nil),
		"http://127.0.0.1:*", "https://[::1]:8443", "https://a.example; script-src *", "https://a.example/x", "*", "data:", "https://a\r\nX: y",
		"myapp:", "com.example.app:", "http:", "https:", "javascript:", "Myapp:", "my app:", "myapp://x", "myapp: *", "1:")
	if want := "form-action 'self' http://127.0.0.1:* https://[::1]:8443 myapp: com.example.app:;"; !strings.Contains(h.Get("Content-Security-Policy"), want) {
		t.Errorf("policy %q does not hold %q", h.Get("Content-Security-Policy"), want)
	}
}
