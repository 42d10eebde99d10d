package netsafe

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// formTarget is what may stand in form-action: an origin, the port may be *; or an
// app's own scheme. Nothing of it can end the directive or the header.
var formTarget = regexp.MustCompile(`^(https?://(\[[0-9a-f:]+\]|[0-9a-z.-]+)(:([0-9]{1,5}|\*))?|[a-z][a-z0-9+.-]*:)$`)

// webSchemes are no app's own: one of them alone would let a form go anywhere.
var webSchemes = []string{"http:", "https:", "ws:", "wss:", "data:", "blob:", "javascript:"}

// PageHeaders sets the headers of every page, style and script of ours: nothing
// is loaded from elsewhere, nothing runs inline, nothing is framed, kept in a
// cache or told to other sites. Under TLS it also sets HSTS.
//
// A form may be sent to our own origin, and to the origins in formAction. A login
// page whose POST ends in a redirect needs the redirect's origin there: Chromium
// holds the directive against redirects too. What is neither an origin
// nor an app's scheme, in lower case, is left out, so that the browser blocks
// rather than the policy breaks.
func PageHeaders(formAction ...string) func(http.Handler) http.Handler {
	forms := "'self'"
	for _, o := range formAction {
		if formTarget.MatchString(o) && !slices.Contains(webSchemes, o) {
			forms += " " + o
		}
	}
	policy := strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' data:",
		"connect-src 'self'",
		"form-action " + forms,
		"base-uri 'none'",
		"frame-ancestors 'none'",
	}, "; ")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", policy)
			h.Set("X-Content-Type-Options", "nosniff")
			// Not no-referrer: with it Chromium sends "Origin: null" on our own
			// forms, which Guard refuses.
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Cache-Control", "no-store")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
			if r.TLS != nil {
				h.Set("Strict-Transport-Security", "max-age=31536000")
			}
			next.ServeHTTP(w, r)
		})
	}
}
