package idp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/idp"
)

// A login may lead to an app's own scheme if the configuration names the very
// address; the page lets its form go there, and to no other scheme.
func TestAppRedirect(t *testing.T) {
	const app = "cordovaexample://loginsuccess"
	b := newBed(t, func(o *idp.Options) { o.Redirects = []string{"other://x", app} })
	path := authorizePath("redirect_uri", app)
	r := b.call("GET", path, "", "")
	if csp := r.header.Get("Content-Security-Policy"); r.status != http.StatusOK || !strings.Contains(csp, "form-action 'self' cordovaexample:;") {
		t.Errorf("%d %s", r.status, csp)
	}
	r = b.submit(t, path, "anna", password)
	if to := r.header.Get("Location"); r.status != http.StatusSeeOther || !strings.HasPrefix(to, app+"?code=") || b.grants.granted.RedirectURI != app {
		t.Errorf("%d %s", r.status, to)
	}
	for _, other := range []string{app + "/", app + "x", "CORDOVAEXAMPLE://loginsuccess", "cordovaexample://loginsuccess?x=1", "cordovaexample://", "third://x"} {
		r := b.call("GET", authorizePath("redirect_uri", other), "", "")
		if r.status != http.StatusBadRequest || r.header.Get("Location") != "" || !strings.Contains(r.body, "cannot send you back") {
			t.Errorf("%s: %d %s", other, r.status, r.header.Get("Location"))
		}
	}
	if r := newBed(t).call("GET", path, "", ""); r.status != http.StatusBadRequest {
		t.Errorf("without configuration: %d", r.status)
	}
}
