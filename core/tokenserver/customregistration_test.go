package tokenserver_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func customBed(t *testing.T) *servertest.Bed {
	t.Helper()
	secret := func(text string) wire.ConfigSecret { return wire.ConfigSecret{Secret: wire.SecretString(text)} }
	return servertest.New(t, func(c *tokenserver.Config) {
		c.IdentityProviders = []idp.Custom{
			{ID: "one", Kind: wire.ProviderOneStep, Answers: map[string]wire.ConfigSecret{"anna": secret("open sesame")}},
			{ID: "two", Kind: wire.ProviderTwoStep, Answers: map[string]wire.ConfigSecret{"anna": secret("4711")}},
			{ID: "other", Kind: wire.ProviderTwoStep, Answers: map[string]wire.ConfigSecret{"anna": secret("4711")}},
			{ID: "code", Kind: wire.ProviderQRCode},
		}
	})
}

func (d *device) customInit(t testing.TB, provider, user string) reply {
	t.Helper()
	return d.json(t, wire.PathCustomInit, wire.CustomInit{Version: 1, Provider: provider, Data: wire.Sent{Secret: wire.SecretString(user)}}, d.auth())
}

// session is what a first step returns.
func (d *device) session(t testing.TB, provider, user string) string {
	t.Helper()
	var got wire.CustomSession
	d.customInit(t, provider, user).into(t, &got)
	return string(got.Session.Bytes())
}

func (d *device) custom(t testing.TB, provider, data string, more ...string) reply {
	t.Helper()
	return d.token(t, append([]string{"grant_type", wire.GrantCustom, "provider", provider, "data", data}, more...)...)
}

// A session of a first step is good for its device and its provider only.
func TestCustomSession(t *testing.T) {
	bed := customBed(t)
	d, thief := newDevice(t, bed), newDevice(t, bed)
	s := d.session(t, "two", "anna")
	for what, r := range map[string]reply{
		"another device's":   thief.custom(t, "two", "4711", "session", s),
		"another provider's": d.custom(t, "other", "4711", "session", s),
		"no session":         d.custom(t, "two", "4711"),
		"not base64":         d.custom(t, "two", "4711", "session", "?"),
		"made up":            d.custom(t, "two", "4711", "session", strings.Repeat("A", 100)),
		"changed":            d.custom(t, "two", "4711", "session", "A"+s[1:]),
	} {
		if r.status != http.StatusBadRequest || r.name() != "invalid_grant" {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
	if r := d.custom(t, "two", "4711", "session", s); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	d.customInit(t, "one", "anna").want(t, 400, wire.CodeIllegalArgument)
	d.customInit(t, "code", "anna").want(t, 400, wire.CodeIllegalArgument)
	d.customInit(t, "none", "anna").want(t, 400, wire.CodeIdentityProviderNotFound)
	d.customInit(t, "two", strings.Repeat("x", wire.MaxCustomData+1)).want(t, 400, wire.CodeIllegalArgument)
	d.custom(t, "none", "4711").want(t, 400, wire.CodeIdentityProviderNotFound)
	d.custom(t, "", "").want(t, 400, wire.CodeIdentityProviderNotFound)
	d.custom(t, "one", strings.Repeat("x", wire.MaxCustomData+1)).want(t, 400, wire.CodeIllegalArgument)
	d.json(t, wire.PathCustomInit, wire.CustomInit{Version: 2, Provider: "two"}, d.auth()).want(t, 400, wire.CodeConfiguration)
	newDevice(t, bed).json(t, wire.PathCustomInit, wire.CustomInit{Version: 1, Provider: "two"}, bearer("x")).want(t, 401, wire.CodeDeviceDeregistered)
}

// Whether there is such a user the first step does not tell, and guessing comes
// to an end: for a device, for a source, and for a user whatever the device.
func TestCustomGuessing(t *testing.T) {
	bed := customBed(t)
	d := newDevice(t, bed)
	var known, unknown wire.CustomSession
	d.customInit(t, "two", "anna").into(t, &known)
	d.customInit(t, "two", "nobody").into(t, &unknown)
	if known.Info != unknown.Info || unknown.Session.IsZero() {
		t.Errorf("%+v and %+v differ", known, unknown)
	}
	for range 10 {
		if r := d.custom(t, "two", "0000", "session", d.session(t, "two", "anna")); r.name() != "invalid_grant" {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	for _, d := range []*device{d, newDevice(t, bed)} {
		r := d.custom(t, "two", "4711", "session", d.session(t, "two", "anna"))
		if r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") != "60" || r.name() != "slow_down" {
			t.Errorf("%d %v %s", r.status, r.header, r.body)
		}
	}
	bed.Clock.Move(time.Minute)
	if r := d.custom(t, "two", "4711", "session", d.session(t, "two", "anna")); r.status != http.StatusOK {
		t.Errorf("a minute later: %d %s", r.status, r.body)
	}
}

// Secrets of a registration reach no log.
func TestCustomSecretsAreNotLogged(t *testing.T) {
	bed := customBed(t)
	d := newDevice(t, bed)
	session := d.session(t, "two", "anna")
	d.custom(t, "two", "4711", "session", session)
	d.custom(t, "one", "wrong-marker")
	d.custom(t, "one", "open sesame")
	for _, secret := range []string{"4711", "wrong-marker", "open sesame", session} {
		if strings.Contains(bed.Logged(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}
