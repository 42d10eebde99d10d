package netsafe

import (
	"net/http"
	"strings"
)

// PageHeaders sets what a page may load and who may frame it: nothing but this
// server's own files, nobody. A login page that redirects after its POST names
// the redirect's origin in formAction, as Chromium blocks the redirect
// otherwise.
func PageHeaders(formAction ...string) func(http.Handler) http.Handler {
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action " + strings.Join(append([]string{"'self'"}, formAction...), " ") + "; base-uri 'none'; frame-ancestors 'none'"
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			// Not no-referrer: Chromium would then send "Origin: null" with our own
			// forms, which Guard refuses.
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Cache-Control", "no-store")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
			next.ServeHTTP(w, r)
		})
	}
}
