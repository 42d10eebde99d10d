package tokenserver_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestMetadata(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.PIN.Blacklist = []string{"19840"} })
	r := call(t, bed, "GET", wire.PathMetadata, "", "")
	var got wire.Metadata
	r.into(t, &got)
	at := bed.Origin.String()
	if got.Version != 1 || got.Issuer != at || got.AuthorizationEndpoint != at+"/oauth/authorize" || got.TokenEndpoint != at+"/oauth/token" ||
		got.RegistrationEndpoint != at+"/oauth/register" || got.RevocationEndpoint != at+"/oauth/revoke" || !got.AuthorizationIssuer ||
		len(got.ChallengeMethods) != 1 || got.ChallengeMethods[0] != "S256" || got.KDF != wire.CheapKDF || got.RegistrationNeedsToken ||
		got.PIN.Length != 5 || got.PIN.MaxFailures != 3 || got.PIN.MaxSimilar != 3 || got.PIN.AllowSequences || len(got.PIN.BlacklistedPINs) != 1 {
		t.Errorf("%s", r.body)
	}
}

func TestRegisterDevice(t *testing.T) {
	bed := servertest.New(t)
	r := call(t, bed, "POST", wire.PathRegister, jsonType, strings.Replace(registration, `"Understudy"`, `"Under\u202estudy"`, 1), header(wire.HeaderOS, "linux/6.1"))
	var got wire.DeviceCredentials
	r.into(t, &got)
	if r.status != http.StatusCreated || len(got.ClientID) < 26 || got.ClientSecret.Len() < 26 || got.IssuedAt != bed.Clock.Now().Unix() || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s", r.status, r.body)
	}
	for _, want := range []string{ // RFC 7591, 3.2.1
		`"client_secret_expires_at":0`, `"redirect_uris":["http://127.0.0.1/cb"]`, `"response_types":["code"]`, `"token_endpoint_auth_method":"client_secret_basic"`, `"urn:understudy:params:oauth:grant-type:pin"`,
	} {
		if !strings.Contains(r.body, want) {
			t.Errorf("%s is missing: %s", want, r.body)
		}
	}
	d, err := bed.Store.Device(t.Context(), got.ClientID)
	if err != nil || d.SecretHash != tokenserver.HashSecret(got.ClientSecret.Secret) || strings.Contains(d.ClientName, "\u202e") || d.OS != "linux/6.1" || d.Kind != wire.KindDesktop {
		t.Errorf("%+v, %v", d, err)
	}
	for what, change := range map[string][2]string{
		"another redirect": {"http://127.0.0.1/cb", "http://evil.example/cb"},
		"a second one":     {`"http://127.0.0.1/cb"`, `"http://127.0.0.1/cb","http://127.0.0.1/cb"`},
		"none":             {`"http://127.0.0.1/cb"`, ``},
		"another kind":     {`"desktop"`, `"toaster"`},
		"a public client":  {"client_secret_basic", "none"},
	} {
		r := call(t, bed, "POST", wire.PathRegister, jsonType, strings.Replace(registration, change[0], change[1], 1))
		if r.status != 400 || r.code() != wire.CodeDeviceRegistration {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	call(t, bed, "POST", wire.PathRegister, jsonType, strings.Replace(registration, `n":1`, `n":2`, 1)).want(t, 400, wire.CodeConfiguration)
	call(t, bed, "POST", wire.PathRegister, jsonType, "{").want(t, 400, wire.CodeIllegalArgument)
}

func TestRegistrationToken(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Device.RegistrationToken = secretOf(longText) })
	var m wire.Metadata
	call(t, bed, "GET", wire.PathMetadata, "", "").into(t, &m)
	if !m.RegistrationNeedsToken {
		t.Error("devices are not told")
	}
	for what, edit := range map[string]func(*http.Request){
		"none": func(*http.Request) {}, "empty": bearer(""), "wrong": bearer(longText + "x"), "part": bearer(longText[:10]), "Basic": basic("x", longText),
	} {
		if r := call(t, bed, "POST", wire.PathRegister, jsonType, registration, edit); r.status != 401 || r.code() != wire.CodeDeviceRegistration || strings.Contains(r.body, "client_secret") || !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	if r := call(t, bed, "POST", wire.PathRegister, jsonType, registration, bearer(longText)); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestOutdated(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) {
		c.Device.MinimumAppVersion, c.Device.RefusedOS = "1.10.2", []string{"linux/5", "windows"}
	})
	for _, c := range []struct {
		app, os string
		code    int
	}{
		{"1.10.2", "linux/6.1", 0},
		{"1.10.3", "linux/6.1", 0},
		{"1.11", "linux/6.1", 0},
		{"2", "linux/50.1", 0},
		{"1.10.2.1", "windowsx/1", 0},
		{"1.10.1", "linux/6.1", wire.CodeOutdatedApp},
		{"1.10", "linux/6.1", wire.CodeOutdatedApp},
		{"1.9.9", "linux/6.1", wire.CodeOutdatedApp},
		{"0.99.99", "linux/6.1", wire.CodeOutdatedApp},
		{"", "linux/6.1", wire.CodeOutdatedApp},
		{"dev", "linux/6.1", wire.CodeOutdatedApp},
		{"1.x.9", "linux/6.1", wire.CodeOutdatedApp},
		{"-1.10.2", "linux/6.1", wire.CodeOutdatedApp},
		{"1.10.2", "linux/5", wire.CodeOutdatedOS},
		{"1.10.2", "linux/5.15", wire.CodeOutdatedOS},
		{"1.10.2", "windows", wire.CodeOutdatedOS},
	} {
		for _, path := range []string{wire.PathRegister, wire.PathToken, wire.PathRedeem, wire.PathPINChallenge} {
			r := call(t, bed, "POST", path, jsonType, registration, header(wire.HeaderAppVersion, c.app), header(wire.HeaderOS, c.os))
			switch got := r.code(); {
			case c.code == 0 && (got == wire.CodeOutdatedApp || got == wire.CodeOutdatedOS), c.code != 0 && (got != c.code || r.status != 400):
				t.Errorf("app %q, OS %q at %s: %d %s; want %d", c.app, c.os, path, r.status, r.body, c.code)
			}
		}
	}
}

func TestOutdatedByName(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Device.MinimumAppVersion = "0" })
	for app, want := range map[string]int{"0": http.StatusCreated, "0.0.1": http.StatusCreated, "dev": http.StatusBadRequest, "": http.StatusBadRequest} {
		if r := call(t, bed, "POST", wire.PathRegister, jsonType, registration, header(wire.HeaderAppVersion, app)); r.status != want {
			t.Errorf("%q: %d %s", app, r.status, r.body)
		}
	}
}

// full is a store without room.
type full struct{ tokenserver.Store }

func (full) AddDevice(context.Context, tokenserver.Device) error { return tokenserver.ErrFull }

func (full) AddTransaction(context.Context, tokenserver.Transaction) error {
	return tokenserver.ErrFull
}

// broken is a store whose disk fails.
type broken struct{ tokenserver.Store }

func (broken) AddDevice(context.Context, tokenserver.Device) error {
	return errors.New("disk /dev/sda1 fails at sector 12")
}

// Whoever calls a server in trouble is told that it is in trouble, and nothing
// about it.
func TestStoreInTrouble(t *testing.T) {
	bed := servertest.New(t)
	for want, store := range map[int]tokenserver.Store{http.StatusServiceUnavailable: full{bed.Store}, http.StatusInternalServerError: broken{bed.Store}} {
		server, err := tokenserver.New(tokenserver.Options{Config: bed.Config, Store: store, Sealer: sealer.Random()})
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", bed.Origin.URL(wire.PathRegister), strings.NewReader(registration))
		r.URL.Scheme, r.URL.Host = "", ""
		r.Header.Set("Content-Type", jsonType)
		server.Handler().ServeHTTP(w, r)
		if w.Code != want || strings.Contains(w.Body.String(), "sda1") || strings.Contains(w.Body.String(), "client_secret") {
			t.Errorf("%d %s; want %d", w.Code, w.Body, want)
		}
	}
}
