package bridge_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/wire"
)

// Registration, login, change of the PIN, logout and deregistration, as an app
// goes through them.
func TestLife(t *testing.T) {
	p := newBed(t).open(origin, "")
	start := p.call("OneginiUserRegistrationClient", "start", obj{})
	if page := start.event("onRegistrationRequest").URL; page == "" {
		t.Error("no address of the login page")
	}
	if e := start.event("onCreatePinRequest"); e.PINLength != 5 || e.ProfileID == "" || e.Code != 0 {
		t.Errorf("%+v", e)
	}
	// Events go to the latest action, and the earlier ones are let go.
	weak := p.call("OneginiUserRegistrationClient", "createPin", obj{"pin": "11111"})
	if e := weak.event("onCreatePinRequest"); e.Code != wire.CodePINSimilarDigits || e.Description == "" {
		t.Errorf("%+v", e)
	}
	good := p.call("OneginiUserRegistrationClient", "createPin", obj{"pin": 12356}) // apps may give a number
	id := good.event("onSuccess").ProfileID
	start.done()
	weak.done()
	if got := p.profiles(); len(got) != 1 || got[0] != id || p.loggedIn() != id {
		t.Fatalf("profiles %v, logged in %q; want %q", got, p.loggedIn(), id)
	}

	change := p.call("OneginiChangePinClient", "start")
	change.event("onPinRequest")
	give := p.call("OneginiChangePinClient", "providePin", obj{"pin": goodPIN})
	give.event("onCreatePinRequest")
	p.call("OneginiChangePinClient", "createPin", obj{"pin": "97531"}).event("onSuccess")

	p.call("OneginiUserAuthenticationClient", "logout").ok()
	if f := p.call("OneginiUserAuthenticationClient", "getAuthenticatedUserProfile").fails(8005); f.Description != "Onegini: No user authenticated." {
		t.Errorf("%q", f.Description)
	}
	login := p.call("OneginiUserAuthenticationClient", "authenticate", obj{"profileId": id})
	if e := login.event("onPinRequest"); e.Max != 3 || e.Remaining != 3 || e.Code != 0 {
		t.Errorf("%+v", e)
	}
	wrong := p.call("OneginiUserAuthenticationClient", "providePin", obj{"pin": goodPIN})
	if e := wrong.event("onPinRequest"); e.Remaining != 2 || e.Code != 8012 ||
		e.Description != "Onegini: Incorrect Pin. Check the maxFailureCount and remainingFailureCount properties for details." {
		t.Errorf("%+v", e)
	}
	p.call("OneginiUserAuthenticationClient", "providePin", obj{"pin": "97531"}).event("onSuccess")
	if p.loggedIn() != id {
		t.Error("nobody is logged in")
	}
	if value := p.call("OneginiUserDeregistrationClient", "deregister", obj{"profileId": id}).ok(); value == nil {
		t.Error("deregister is answered with nothing")
	}
	if f := p.call("OneginiUserAuthenticationClient", "authenticate", obj{"profileId": id}).fails(8003); f.Description != "Onegini: No registered user found." {
		t.Errorf("%q", f.Description)
	}
}

func TestWrongPINsDeregister(t *testing.T) {
	p := newBed(t).open(origin, "")
	id := p.register()
	p.call("OneginiUserAuthenticationClient", "logout").ok()
	at := p.call("OneginiUserAuthenticationClient", "authenticate", obj{"profileId": id})
	for range 3 {
		at.event("onPinRequest")
		at = p.call("OneginiUserAuthenticationClient", "providePin", obj{"pin": "54321"})
	}
	at.fails(wire.CodeUserDeregistered)
	if got := p.profiles(); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

// Canceling ends a flow wherever it is, by 9006 to the cancel's callback, and
// leaves nothing behind.
func TestCancel(t *testing.T) {
	p := newBed(t).open(origin, "")
	start := p.call("OneginiUserRegistrationClient", "start", obj{})
	start.event("onRegistrationRequest")
	start.event("onCreatePinRequest")
	if f := p.call("OneginiUserRegistrationClient", "cancelFlow").fails(9006); f.Description != "Onegini: the operation was canceled." {
		t.Errorf("%q", f.Description)
	}
	start.done()
	if got := p.profiles(); len(got) != 0 {
		t.Errorf("left %v", got)
	}
	id := p.register()
	for service, action := range map[string]string{
		"OneginiChangePinClient": "start", "OneginiUserAuthenticationClient": "authenticate", "OneginiAuthenticatorRegistrationClient": "start",
	} {
		p.call(service, action, obj{"profileId": id, "authenticatorType": "Fingerprint"}).event("onPinRequest")
		p.call(service, "cancelFlow").fails(9006)
	}
	if p.loggedIn() != id {
		t.Error("canceling logged out")
	}
}

// While the login page is open, the app can cancel as well; the browser is free
// for the next registration then.
func TestCancelBeforeThePageComesBack(t *testing.T) {
	b := newBed(t)
	shown := make(chan string, 1)
	b.phone.opened = func(_ context.Context, page string) error { shown <- page; return nil }
	p, q := b.open(origin, ""), b.open(otherOrigin, "")
	p.call("OneginiUserRegistrationClient", "start", obj{}).event("onRegistrationRequest")
	page := <-shown
	q.call("OneginiUserRegistrationClient", "start", obj{}).fails(wire.CodeInProgress) // THREATS T32: one page at a time
	p.call("OneginiUserRegistrationClient", "cancelFlow").fails(9006)
	if err := visit(t.Context(), page+"&user_id=anna"); err == nil {
		t.Error("the canceled registration still listens")
	}
	b.phone.opened = nil
	q.register()
}

// An app whose user does not choose a PIN holds nobody up: its page has come back.
func TestRegisterWhileAnotherChoosesAPIN(t *testing.T) {
	b := newBed(t)
	p, q := b.open(origin, ""), b.open(otherOrigin, "")
	start := p.call("OneginiUserRegistrationClient", "start", obj{})
	start.event("onRegistrationRequest")
	start.event("onCreatePinRequest")
	q.register()
	p.call("OneginiUserRegistrationClient", "createPin", obj{"pin": goodPIN}).event("onSuccess")
}

func TestNoSuchFlow(t *testing.T) {
	p := newBed(t).open(origin, "")
	for _, c := range []struct {
		service, action string
		code            int
	}{
		{"OneginiUserRegistrationClient", "createPin", 8007},
		{"OneginiUserRegistrationClient", "cancelFlow", 8007},
		{"OneginiUserRegistrationClient", "respondToRegistrationRequest", 8002},
		{"OneginiUserAuthenticationClient", "providePin", 8008},
		{"OneginiUserAuthenticationClient", "cancelFlow", 8008},
		{"OneginiUserAuthenticationClient", "respondToFingerprintRequest", 8009},
		{"OneginiUserAuthenticationClient", "fallbackToPin", 8009},
		{"OneginiChangePinClient", "createPin", 8007},
		{"OneginiChangePinClient", "providePin", 8008},
		{"OneginiChangePinClient", "start", 8005},
		{"OneginiMobileAuthClient", "enroll", 8005},
		{"OneginiOtpMobileAuthRequestClient", "start", 8005},
		{"OneginiAuthenticatorsClient", "getPreferred", 8005},
		{"OneginiAuthenticatorsClient", "getAll", 8003},
		{"OneginiAuthenticatorRegistrationClient", "start", 8005},
		{"OneginiAppToWebSingleSignOnClient", "start", 8005},
		{"OneginiUserAuthenticationClient", "logout", 8005},
		{"OneginiUserAuthenticationClient", "getImplicitlyAuthenticatedUserProfile", 8005},
	} {
		p.call(c.service, c.action, obj{}).fails(c.code)
	}
	// The second start of a flow that waits, and an action that it does not wait for.
	p.register()
	p.call("OneginiChangePinClient", "start").event("onPinRequest")
	p.call("OneginiChangePinClient", "start").fails(wire.CodeInProgress)
	p.call("OneginiChangePinClient", "createPin", obj{"pin": "97531"}).fails(8007)
	p.call("OneginiChangePinClient", "providePin", obj{"pin": goodPIN}).event("onCreatePinRequest")
}

// An unknown service or action fails as Cordova's own does: with a text.
func TestUnknownCall(t *testing.T) {
	p := newBed(t).open(origin, "")
	for _, c := range [][2]string{{"OneginiClient", "explode"}, {"Nobody", "start"}, {"", ""}} {
		var text string
		r := p.call(c[0], c[1]).answer()
		if err := json.Unmarshal(r.Value, &text); err != nil || r.OK || text != "Missing Command Error" {
			t.Errorf("%v: %+v %s", c, r, r.Value)
		}
	}
	p.call("OneginiUserRegistrationClient", "isUserRegistered", 7).fails(wire.CodeIllegalArgument)
}

// The app shows the login page itself, and gives the address to which it led.
func TestRegisterInTheApp(t *testing.T) {
	p := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) { o.AppRedirect = appRedirect }).open(origin, "")
	start := p.call("OneginiUserRegistrationClient", "start", obj{"scopes": []string{"read"}})
	page := start.event("onRegistrationRequest").URL
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(page + "&user_id=bert")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	final := p.call("OneginiUserRegistrationClient", "respondToRegistrationRequest", obj{"url": resp.Header.Get("Location")})
	final.event("onCreatePinRequest")
	p.call("OneginiUserRegistrationClient", "createPin", obj{"pin": goodPIN}).event("onSuccess")

	p.call("OneginiUserRegistrationClient", "start").event("onRegistrationRequest")
	p.call("OneginiUserRegistrationClient", "respondToRegistrationRequest", obj{"url": "cordovaexample://loginsuccess?code=x&state=y"}).fails(8002)
}

func customProviders(_ *bridge.Options, c *tokenserver.Config) {
	secret := func(text string) map[string]wire.ConfigSecret {
		return map[string]wire.ConfigSecret{"bert": {Secret: wire.SecretString(text)}}
	}
	c.IdentityProviders = []idp.Custom{
		{ID: "one", Name: "One step", Kind: wire.ProviderOneStep, Answers: secret("invitation"), Result: idp.Info{Status: 2000, Data: "welcome"}},
		{ID: "two", Name: "Two steps", Kind: wire.ProviderTwoStep, Answers: secret("answer"), Challenge: idp.Info{Status: 1000, Data: "question"}},
	}
}

func TestCustomProviders(t *testing.T) {
	const service = "OneginiUserRegistrationClient"
	p := newBed(t, customProviders).open(origin, "")
	var list []struct{ IdentityProviderID, IdentityProviderName string }
	if err := json.Unmarshal(p.call("OneginiIdentityProvidersClient", "getIdentityProviders").ok(), &list); err != nil || len(list) != 2 ||
		list[0].IdentityProviderID != "one" || list[0].IdentityProviderName != "One step" {
		t.Errorf("%+v, %v", list, err)
	}

	p.call(service, "start", obj{"identityProviderId": "nobody"}).fails(8013)
	if e := p.call(service, "start", obj{"identityProviderId": "one"}).event("onCustomRegistrationCompleteRequest"); e.Provider != "one" {
		t.Errorf("%+v", e)
	}
	p.call(service, "respondToCustomRegistrationCompleteRequest", obj{"identityProviderId": "one", "accept": false}).fails(9006)

	p.call(service, "start", obj{"identityProviderId": "one"}).event("onCustomRegistrationCompleteRequest")
	p.call(service, "respondToCustomRegistrationCompleteRequest", obj{"identityProviderId": "one", "accept": true, "data": "invitation"}).event("onCreatePinRequest")
	if e := p.call(service, "createPin", obj{"pin": goodPIN}).event("onSuccess"); e.Status != 2000 || e.Data != "welcome" {
		t.Errorf("%+v", e)
	}

	p.call(service, "start", obj{"identityProviderId": "two"}).event("onCustomRegistrationInitRequest")
	p.call(service, "respondToCustomRegistrationCompleteRequest", obj{"accept": true}).fails(8002) // too early
	if e := p.call(service, "respondToCustomRegistrationInitRequest", obj{"accept": true, "data": "bert"}).event("onCustomRegistrationCompleteRequest"); e.Status != 1000 || e.Data != "question" {
		t.Errorf("%+v", e)
	}
	p.call(service, "respondToCustomRegistrationCompleteRequest", obj{"accept": true, "data": "answer"}).event("onCreatePinRequest")
	p.call(service, "cancelFlow").fails(9006)
}
