package tokenserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// THREATS A34: a token that is for another server, of another kind or of other
// scopes opens no resource, and the answer is RFC 6750's.
func TestResourcesLookAtTheToken(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	soon := bed.Clock.Now().Add(time.Minute)
	user := tokenserver.Token{
		Kind: tokenserver.AccessToken, ProfileID: p.id, DeviceID: p.device.id, Family: "f", Scope: wire.ScopeMobileAuth,
		Audience: bed.Origin.String(), Expires: soon,
	}
	for name, change := range map[string]func(*tokenserver.Token){
		"user":             func(*tokenserver.Token) {},
		"user, all scopes": func(k *tokenserver.Token) { k.Scope = "application-details" },
		"another audience": func(k *tokenserver.Token) { k.Audience = "https://id.example" },
		"no audience":      func(k *tokenserver.Token) { k.Audience = "" },
		"refresh":          func(k *tokenserver.Token) { k.Kind = tokenserver.RefreshToken },
		"expired":          func(k *tokenserver.Token) { k.Expires = bed.Clock.Now() },
	} {
		token := user
		change(&token)
		token.Hash = tokenserver.HashText(name)
		if err := bed.Store.AddTokens(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		path, token string
		status      int
		reason      string // in WWW-Authenticate
	}{
		{"/devices", "user", 200, ""},
		{"/user-id-decorated", "user", 200, ""},
		{"/devices", "another audience", 401, "invalid_token"},
		{"/devices", "no audience", 401, "invalid_token"},
		{"/devices", "refresh", 401, "invalid_token"},
		{"/devices", "expired", 401, "invalid_token"},
		{"/devices", "guess", 401, "invalid_token"},
		{"/application-details", "user", 403, "insufficient_scope"},
		{"/application-details", "user, all scopes", 403, "insufficient_scope"}, // not the device's own
		{"/mirror-request", "expired", 401, "invalid_token"},
	} {
		r := call(t, bed, http.MethodGet, wire.PathResources+c.path, "", "", bearer(c.token))
		if challenge := r.header.Get("WWW-Authenticate"); r.status != c.status || !strings.Contains(challenge, c.reason) || c.status != 200 && !strings.HasPrefix(challenge, "Bearer ") {
			t.Errorf("%s with %s: %d, %q", c.path, c.token, r.status, challenge)
		}
	}
	for name, edit := range map[string]func(*http.Request){
		"none":           func(*http.Request) {},
		"Basic":          p.auth(),
		"in the address": func(r *http.Request) { r.URL.RawQuery = "access_token=user" },
		"twice":          func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer user", "Bearer user"} },
	} {
		if r := call(t, bed, http.MethodGet, wire.PathResources+"/devices", "", "", edit); r.status != 401 || strings.Contains(r.header.Get("WWW-Authenticate"), "error=") {
			t.Errorf("%s: %d, %q", name, r.status, r.header.Get("WWW-Authenticate"))
		}
	}
}
