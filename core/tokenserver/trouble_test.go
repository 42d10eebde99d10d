package tokenserver_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// stuck is a store that refuses new rows with an error.
type stuck struct {
	tokenserver.Store
	err error
}

func (s stuck) AddDevice(context.Context, tokenserver.Device) error { return s.err }

func (s stuck) AddAuthCode(context.Context, tokenserver.AuthCode) error { return s.err }

func (s stuck) AddPINChallenge(context.Context, tokenserver.PINChallenge) error { return s.err }

func (s stuck) AddRegistrationCode(context.Context, tokenserver.RegistrationCode) error { return s.err }

// A server that is full says so: to devices with a code, to people on a page,
// and to both when to come again.
func TestFullStore(t *testing.T) {
	bed := servertest.New(t)
	p := newProfile(t, newDevice(t, bed))
	serve := func(store tokenserver.Store, path, contentType, body string, edit ...func(*http.Request)) reply {
		t.Helper()
		server, err := tokenserver.New(tokenserver.Options{Config: bed.Config, Store: store, Sealer: sealer.Random(), Clock: bed.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		get := func(method, body string, edit ...func(*http.Request)) reply {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(method, bed.Origin.URL(path), strings.NewReader(body))
			r.URL.Scheme, r.URL.Host = "", ""
			r.Header.Set("Content-Type", contentType)
			for _, e := range edit {
				e(r)
			}
			server.Handler().ServeHTTP(w, r)
			return reply{w.Code, w.Header(), w.Body.String()}
		}
		if contentType == formType { // a login form
			page := get(http.MethodGet, "")
			found := formField.FindStringSubmatch(page.body)
			if found == nil {
				t.Fatalf("%d %s", page.status, page.body)
			}
			cookie, _, _ := strings.Cut(page.header.Get("Set-Cookie"), ";")
			body += "&form=" + found[1]
			edit = append(edit, header("Cookie", cookie))
		}
		return get(http.MethodPost, body, edit...)
	}
	login := form("user", tokenserver.DemoUser, "password", tokenserver.DemoUserPassword)
	challenge := `{"version":1,"profile_id":"` + p.id + `"}`

	full := stuck{bed.Store, tokenserver.ErrFull}
	serve(full, wire.PathRegister, jsonType, registration).want(t, 503, wire.CodeDeviceRegistration)
	serve(full, wire.PathPINChallenge, jsonType, challenge, p.auth()).want(t, 503, 0)
	for _, path := range []string{p.authorizePath(), registrationPath} {
		if r := serve(full, path, formType, login); r.status != 503 || !strings.Contains(r.body, "<h1>The server is full</h1>") {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
	for _, r := range []reply{serve(full, wire.PathRegister, jsonType, registration), serve(full, registrationPath, formType, login)} {
		if r.header.Get("Retry-After") != "60" {
			t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
		}
	}

	// Who went away does not look like a fault of the server.
	serve(stuck{bed.Store, context.Canceled}, wire.PathPINChallenge, jsonType, challenge, p.auth()).want(t, 503, 0)
}

// Whoever is no longer in the configuration is out at once, tokens or not.
func TestUserRemovedFromConfiguration(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	config := bed.Config
	config.Users = config.Users[1:]
	server, err := tokenserver.New(tokenserver.Options{Config: config, Store: bed.Store, Sealer: sealer.Random(), Clock: bed.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	for path, auth := range map[string]func(*http.Request){wire.PathRedeem: bearer(p.access), wire.PathAnswer: bearer(p.access), wire.PathEnroll: bearer(p.access), wire.PathToken: p.auth()} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, bed.Origin.URL(path), strings.NewReader(form("grant_type", "refresh_token", "refresh_token", p.refresh)))
		r.URL.Scheme, r.URL.Host = "", ""
		r.Header.Set("Content-Type", formType)
		auth(r)
		server.Handler().ServeHTTP(w, r)
		reply{w.Code, w.Header(), w.Body.String()}.want(t, 400, wire.CodeUserDeregistered)
	}
}
