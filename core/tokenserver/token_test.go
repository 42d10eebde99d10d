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

func (d *device) refresh(t testing.TB, token string) reply {
	t.Helper()
	return d.token(t, "grant_type", "refresh_token", "refresh_token", token)
}

func TestRefreshRotates(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	p := newProfile(t, d)
	newDevice(t, bed).refresh(t, p.refresh).wantInvalidGrant(t) // a thief without the device
	d.refresh(t, p.access).wantInvalidGrant(t)
	d.refresh(t, "").wantInvalidGrant(t)

	var second, third tokens
	d.refresh(t, p.refresh).into(t, &second)
	if second.Refresh == p.refresh || second.Access == p.access || second.Profile != p.id || second.User != "anna" || !alive(t, bed, second.Access) {
		t.Errorf("%+v", second)
	}
	d.refresh(t, second.Refresh).into(t, &third)
	d.refresh(t, p.refresh).wantInvalidGrant(t) // used again: the family is over
	d.refresh(t, third.Refresh).wantInvalidGrant(t)
	for _, access := range []string{p.access, second.Access, third.Access} {
		if alive(t, bed, access) {
			t.Error("an access token of a revoked family lives on")
		}
	}
	if r := p.login(t, testPIN); r.status != http.StatusOK {
		t.Errorf("the PIN does not work any more: %d %s", r.status, r.body)
	}
}

func TestRefreshSurvivesALostResponse(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	p := newProfile(t, d)
	bed.After(func(path string) { bed.Down(path == wire.PathToken) })
	req, _ := http.NewRequestWithContext(t.Context(), "POST", bed.Origin.URL(wire.PathToken), strings.NewReader(form("grant_type", "refresh_token", "refresh_token", p.refresh)))
	req.Header.Set("Content-Type", formType)
	req.SetBasicAuth(d.id, d.secret)
	if resp, err := web.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Fatal("the response was to be lost")
	}
	bed.After(func(string) {})
	bed.Down(false)
	var got, next tokens
	d.refresh(t, p.refresh).into(t, &got)
	d.refresh(t, got.Refresh).into(t, &next)
	bed.Clock.Move(24 * time.Hour)
	d.refresh(t, next.Refresh).wantInvalidGrant(t) // past its life
}

// An access token is for this server and this purpose only.
func TestAccessTokenOfAnotherKind(t *testing.T) {
	bed := servertest.New(t)
	p := enrolled(t, newDevice(t, bed))
	otp, _ := bed.Start("x")
	parsed, err := wire.ParseOTP(otp)
	if err != nil {
		t.Fatal(err)
	}
	good := tokenserver.Token{
		Kind: tokenserver.AccessToken, ProfileID: p.id, DeviceID: p.device.id, Family: "f", Scope: "x " + wire.ScopeMobileAuth,
		Audience: bed.Origin.String(), Expires: bed.Clock.Now().Add(time.Minute),
	}
	for what, c := range map[string]struct {
		change func(*tokenserver.Token)
		status int
	}{
		"good":             {func(*tokenserver.Token) {}, 200},
		"another scope":    {func(k *tokenserver.Token) { k.Scope = "read" }, 401},
		"part of a scope":  {func(k *tokenserver.Token) { k.Scope = wire.ScopeMobileAuth + "x" }, 401},
		"no scope":         {func(k *tokenserver.Token) { k.Scope = "" }, 401},
		"another audience": {func(k *tokenserver.Token) { k.Audience = "https://id.example" }, 401},
		"no audience":      {func(k *tokenserver.Token) { k.Audience = "" }, 401},
		"refresh":          {func(k *tokenserver.Token) { k.Kind = tokenserver.RefreshToken }, 401},
		"expired":          {func(k *tokenserver.Token) { k.Expires = bed.Clock.Now() }, 401},
	} {
		token := good
		c.change(&token)
		token.Hash = tokenserver.HashText(what)
		if err := bed.Store.AddTokens(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		body := p.seal(t, wire.Redeem{Context: p.place(wire.KindRedeem, parsed.TransactionID), OTP: wire.Sent{Secret: parsed.Code}, Nonce: "n"})
		for path, body := range map[string]string{wire.PathRedeem: body, wire.PathEnroll: "{}", wire.PathPIN: "{}", wire.PathAnswer: body, wire.PathEnrollProof: body} {
			r := call(t, bed, "POST", path, wire.ContentSealed, body, bearer(what))
			if c.status == 401 {
				r.want(t, 401, wire.CodeUserNotAuthenticated)
				if r.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s: no WWW-Authenticate", what)
				}
			} else if path == wire.PathRedeem && r.status != 200 {
				t.Errorf("%s: %d %s", what, r.status, r.body)
			}
		}
	}
	for what, edit := range map[string]func(*http.Request){
		"none":             func(*http.Request) {},
		"an empty one":     bearer(""),
		"Basic":            p.auth(),
		"another scheme":   header("Authorization", "DPoP good"),
		"in the address":   func(r *http.Request) { r.URL.RawQuery = "access_token=good" },
		"twice":            func(r *http.Request) { r.Header["Authorization"] = []string{"Bearer good", "Bearer good"} },
		"an unknown token": bearer("guess"),
	} {
		r := call(t, bed, "POST", wire.PathRedeem, wire.ContentSealed, "x", edit)
		if r.status != 401 || r.code() != wire.CodeUserNotAuthenticated {
			t.Errorf("%s: %d %s", what, r.status, r.body)
		}
	}
}

func TestRevoke(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	p, q := newProfile(t, d), newProfile(t, d)
	revoke := func(d *device, token string) {
		t.Helper()
		if r := call(t, bed, "POST", wire.PathRevoke, formType, form("token", token), d.auth()); r.status != http.StatusOK || r.body != "" {
			t.Errorf("%d %s", r.status, r.body)
		}
	}
	revoke(newDevice(t, bed), p.access)
	revoke(d, "unknown") // as if it had been there (RFC 7009, 2.2)
	if !alive(t, bed, p.access) {
		t.Fatal("another device revoked a token")
	}
	revoke(d, p.refresh)
	if alive(t, bed, p.access) || !alive(t, bed, q.access) {
		t.Error("revoking a refresh token: wrong tokens live")
	}
	d.refresh(t, p.refresh).wantInvalidGrant(t)
	revoke(d, q.access)
	if r := d.refresh(t, q.refresh); alive(t, bed, q.access) || r.status != http.StatusOK {
		t.Errorf("revoking an access token: %d", r.status)
	}
	call(t, bed, "POST", wire.PathRevoke, formType, form("token", p.access)).want(t, 401, wire.CodeDeviceDeregistered)
	call(t, bed, "POST", wire.PathRevoke, formType, "", d.auth()).want(t, 400, wire.CodeIllegalArgument)
}

func TestDeviceCredentials(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	p := newProfile(t, d)
	for what, auth := range map[string]func(*http.Request){
		"none":           func(*http.Request) {},
		"a wrong secret": basic(d.id, d.secret+"x"),
		"no secret":      basic(d.id, ""),
		"unknown":        basic("nobody", d.secret),
		"bearer":         bearer(p.access),
		"a bad escape":   basic(d.id, "%zz"),
	} {
		for _, path := range []string{wire.PathToken, wire.PathRevoke, wire.PathPINChallenge, wire.PathDeregister} {
			r := call(t, bed, "POST", path, formType, form("client_id", d.id, "client_secret", d.secret), auth)
			if r.status != 401 || r.code() != wire.CodeDeviceDeregistered || r.name() != "invalid_client" {
				t.Errorf("%s at %s: %d %s", what, path, r.status, r.body)
			}
		}
	}
}

func TestDeregister(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	p := enrolled(t, d)
	otp, id := bed.Start("x")
	p.redeem(t, otp)
	newDevice(t, bed).json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: p.id}, bearer(p.access)).want(t, 401, wire.CodeDeviceDeregistered)
	thief := newDevice(t, bed)
	thief.json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: p.id}, thief.auth()).want(t, 400, wire.CodeUserDeregistered)
	d.json(t, wire.PathDeregister, wire.Deregister{Version: 2, ProfileID: p.id}, d.auth()).want(t, 400, wire.CodeConfiguration)
	if !alive(t, bed, p.access) || bed.State(id) != wire.StateClaimed {
		t.Fatal("refused and done nevertheless")
	}
	if r := d.json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: p.id}, d.auth()); r.status != http.StatusNoContent {
		t.Errorf("%d %s", r.status, r.body)
	}
	if alive(t, bed, p.access) || bed.State(id) != wire.StateFailed {
		t.Errorf("after it: %s", bed.State(id))
	}
	d.refresh(t, p.refresh).wantInvalidGrant(t)
	d.json(t, wire.PathPINChallenge, wire.PINChallengeRequest{Version: 1, ProfileID: p.id}, d.auth()).want(t, 400, wire.CodeUserDeregistered)
	d.json(t, wire.PathDeregister, wire.Deregister{Version: 1, ProfileID: p.id}, d.auth()).want(t, 400, wire.CodeUserDeregistered)
}

func TestRegistrationCodeOnce(t *testing.T) {
	bed := servertest.New(t)
	code := string(bed.RegistrationCode("anna").Bytes())
	a, b := newDevice(t, bed), newDevice(t, bed)
	grant := func(d *device, code string) reply {
		return d.token(t, "grant_type", wire.GrantRegistrationCode, "code", code)
	}
	if r := grant(a, code); r.status != http.StatusOK {
		t.Fatalf("%d %s", r.status, r.body)
	}
	grant(b, code).wantInvalidGrant(t)
	late := string(bed.RegistrationCode("anna").Bytes())
	bed.Clock.Move(10 * time.Minute)
	grant(b, late).wantInvalidGrant(t)
	gone := string(bed.RegistrationCode("somebody who left").Bytes())
	grant(b, gone).want(t, 400, wire.CodeUserDeregistered)
}
