package bridge_test

import (
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device/sensor"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestOTP(t *testing.T) {
	const service = "OneginiOtpMobileAuthRequestClient"
	b := newBed(t)
	p := b.open(origin, "")
	id := p.register()
	otp, _ := b.Start("Log in as anna")
	p.call(service, "start", obj{"otp": otp}).fails(wire.CodeNotEnrolled)
	var enrolled bool
	p.call("OneginiMobileAuthClient", "isEnrolled", obj{"profileId": id}).into(&enrolled)
	if enrolled {
		t.Error("enrolled before enrolling")
	}
	p.call("OneginiMobileAuthClient", "enroll").ok()
	if p.call("OneginiMobileAuthClient", "isEnrolled", obj{"profileId": id}).into(&enrolled); !enrolled {
		t.Error("not enrolled after enrolling")
	}

	for accept, state := range map[bool]wire.State{true: wire.StateAccepted, false: wire.StateDenied} {
		otp, transaction := b.Start("Log in as anna")
		start := p.call(service, "start", obj{"otp": otp})
		if e := start.event("onConfirmationRequest"); e.Type != "otp" || e.Message != "Log in as anna" || e.ProfileID != id {
			t.Errorf("%+v", e)
		}
		p.call(service, "start", obj{"otp": otp}).fails(wire.CodeInProgress)
		p.call(service, "replyToChallenge", obj{"accept": accept}).done() // the result goes to start
		if accept {
			start.event("onSuccess")
		} else {
			start.fails(wire.CodeCanceled)
		}
		if got := b.State(transaction); got != state {
			t.Errorf("the server says %s, want %s", got, state)
		}
		p.call(service, "start", obj{"otp": otp}).fails(wire.CodeAlreadyAnswered)
	}
	p.call(service, "replyToChallenge", obj{"accept": true}).fails(wire.CodeInvalidMethod)
	p.call(service, "start", obj{"otp": "not an OTP"}).fails(wire.CodeIllegalArgument)
	p.call(service, "start", obj{}).fails(wire.CodeIllegalArgument)

	otp, _ = b.Start("too late")
	b.Clock.Move(3 * time.Minute)
	p.call(service, "start", obj{"otp": otp}).fails(wire.CodeOTPExpired)
}

// An open question ends with its page, and the transaction stays unanswered.
func TestOTPOfAPageThatGoes(t *testing.T) {
	b := newBed(t)
	p := b.open(origin, "")
	p.enrolled()
	otp, transaction := b.Start("Log in")
	p.call("OneginiOtpMobileAuthRequestClient", "start", obj{"otp": otp}).event("onConfirmationRequest")
	p.close()
	select {
	case <-b.phone.left:
	case <-time.After(patience):
		t.Fatal("the question is still open")
	}
	if got := b.State(transaction); got != wire.StateClaimed {
		t.Errorf("the transaction is %s", got)
	}
	// The page comes back and can be asked again.
	p = b.open(origin, "")
	start := p.call("OneginiOtpMobileAuthRequestClient", "start", obj{"otp": otp})
	start.event("onConfirmationRequest")
	p.call("OneginiOtpMobileAuthRequestClient", "replyToChallenge", obj{"accept": true}).done()
	start.event("onSuccess")
}

// network takes devices off the way of answers.
type network struct{ tried chan struct{} }

func (n network) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != wire.PathAnswer {
		return http.DefaultTransport.RoundTrip(r)
	}
	select {
	case n.tried <- struct{}{}:
	default:
	}
	return nil, syscall.ECONNREFUSED
}

// An answer that did not get through before the bridge ended is sent when the
// user of a kept device logs in again.
func TestAnswerIsKept(t *testing.T) {
	root, secrets := t.TempDir(), vault.NewMemory()
	keep := func(o *bridge.Options) {
		o.Store = func(id string) (vault.Vault, *safefile.Dir, error) {
			files, err := safefile.Open(root + "/" + id)
			return vault.Namespace(secrets, id+"/"), files, err
		}
	}
	tried := make(chan struct{}, 1)
	b := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) {
		keep(o)
		o.HTTP = &http.Client{Transport: network{tried}}
	})
	p := b.open(origin, "")
	id := p.enrolled()
	otp, transaction := b.Start("Log in")
	p.call("OneginiOtpMobileAuthRequestClient", "start", obj{"otp": otp}).event("onConfirmationRequest")
	p.call("OneginiOtpMobileAuthRequestClient", "replyToChallenge", obj{"accept": true})
	<-tried
	b.bridge.Close()
	if got := b.State(transaction); got != wire.StateClaimed {
		t.Errorf("the server says %s", got)
	}

	again := b.another(keep)
	p = again.open(origin, "")
	p.call(loginService, "authenticate", obj{"profileId": id}).event("onPinRequest")
	p.call(loginService, "providePin", obj{"pin": goodPIN}).event("onSuccess")
	if got := b.State(transaction); got != wire.StateAccepted {
		t.Errorf("the server says %s", got)
	}
}

// flaky refuses the first answer.
type flaky struct {
	tried chan struct{}
	once  *sync.Once
}

func (f flaky) RoundTrip(r *http.Request) (_ *http.Response, err error) {
	if r.URL.Path == wire.PathAnswer {
		f.once.Do(func() {
			err = syscall.ECONNREFUSED
			close(f.tried)
		})
	}
	if err != nil {
		return nil, err
	}
	return http.DefaultTransport.RoundTrip(r)
}

// An answer that was given is sent, also where its page does not wait for that.
func TestAnswerOfAPageThatGoes(t *testing.T) {
	t.Parallel() // it takes the pause between two tries
	tried := make(chan struct{})
	b := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) {
		o.HTTP = &http.Client{Transport: flaky{tried, &sync.Once{}}}
	})
	p := b.open(origin, "")
	p.enrolled()
	otp, transaction := b.Start("Log in")
	p.call("OneginiOtpMobileAuthRequestClient", "start", obj{"otp": otp}).event("onConfirmationRequest")
	p.call("OneginiOtpMobileAuthRequestClient", "replyToChallenge", obj{"accept": true})
	<-tried
	p.close()
	select {
	case <-b.phone.left:
	case <-time.After(patience):
		t.Fatal("the page's calls do not end")
	}
	if got := b.State(transaction); got != wire.StateAccepted {
		t.Errorf("the server says %s", got)
	}
}

const loginService = "OneginiUserAuthenticationClient"

// withFinger is a page whose user has registered the fingerprint.
func withFinger(t *testing.T, rule string) (*bed, *page, string) {
	t.Helper()
	b := newBed(t)
	b.phone.sensor, _ = sensor.Parse(rule)
	p := b.open(origin, "")
	id := p.register()
	p.call("OneginiAuthenticatorRegistrationClient", "start", obj{"authenticatorType": "Fingerprint"}).event("onPinRequest")
	p.call("OneginiAuthenticatorRegistrationClient", "providePin", obj{"pin": goodPIN}).event("onSuccess")
	return b, p, id
}

func byFinger(id string) []any {
	return []any{obj{"profileId": id}, obj{"authenticatorType": "Fingerprint"}}
}

func TestFingerprint(t *testing.T) {
	_, p, id := withFinger(t, "fail:1")
	p.call(loginService, "authenticate", byFinger(id)...).event("onFingerprintRequest")
	accept := p.call(loginService, "respondToFingerprintRequest", obj{"accept": true})
	accept.event("onFingerprintCaptured")
	accept.event("onFingerprintFailed")
	accept.event("onFingerprintCaptured")
	accept.event("onSuccess")

	p.call(loginService, "authenticate", byFinger(id)...).event("onFingerprintRequest")
	p.call(loginService, "respondToFingerprintRequest", obj{"accept": false}).fails(wire.CodeCanceled)

	login := p.call(loginService, "authenticate", byFinger(id)...)
	login.event("onFingerprintRequest")
	p.call(loginService, "fallbackToPin").ok()
	login.event("onPinRequest")
	p.call(loginService, "providePin", obj{"pin": goodPIN}).event("onSuccess")
}

// While the sensor waits for a finger the app can still go over to the PIN, deny
// or cancel.
func TestFingerprintWaits(t *testing.T) {
	b := newBed(t)
	waiting := make(chan bool, 8)
	b.phone.sensor = sensor.NewHand(func(on bool) { waiting <- on })
	p := b.open(origin, "")
	id := p.register()
	p.call("OneginiAuthenticatorRegistrationClient", "start", obj{"authenticatorType": "Fingerprint"}).event("onPinRequest")
	p.call("OneginiAuthenticatorRegistrationClient", "providePin", obj{"pin": goodPIN}).event("onSuccess")
	reading := func() *pending {
		p.call(loginService, "authenticate", byFinger(id)...).event("onFingerprintRequest")
		accept := p.call(loginService, "respondToFingerprintRequest", obj{"accept": true})
		if !<-waiting {
			t.Fatal("the sensor does not wait")
		}
		return accept
	}
	accept := reading()
	p.call(loginService, "fallbackToPin").ok()
	accept.event("onPinRequest")
	p.call(loginService, "providePin", obj{"pin": goodPIN}).event("onSuccess")
	<-waiting
	reading()
	p.call(loginService, "respondToFingerprintRequest", obj{"accept": false}).fails(wire.CodeCanceled)
	<-waiting
	reading()
	p.call(loginService, "cancelFlow").fails(wire.CodeCanceled)
	<-waiting
	if b.phone.sensor.(*sensor.Hand).Waiting() {
		t.Error("the sensor still waits")
	}
}

func TestLockedSensor(t *testing.T) {
	_, p, id := withFinger(t, "lockout")
	p.call(loginService, "authenticate", byFinger(id)...).event("onFingerprintRequest")
	p.call(loginService, "respondToFingerprintRequest", obj{"accept": true}).event("onPinRequest")
	p.call(loginService, "providePin", obj{"pin": goodPIN}).event("onSuccess")
	p.call(loginService, "authenticate", byFinger(id)...).fails(wire.CodeNoSuchAuthenticator)
}

func TestAuthenticators(t *testing.T) {
	const service = "OneginiAuthenticatorsClient"
	_, p, id := withFinger(t, "match")
	type authenticator struct {
		AuthenticatorType, AuthenticatorID, Name string
		IsPreferred, IsRegistered                bool
	}
	var all, registered, others []authenticator
	p.call(service, "getAll", obj{"profileId": id}).into(&all)
	p.call(service, "getRegistered", obj{"profileId": id}).into(&registered)
	p.call(service, "getNotRegistered", obj{"profileId": id}).into(&others)
	if len(all) != 2 || len(registered) != 2 || len(others) != 0 || others == nil || all[0].AuthenticatorType != "PIN" || all[0].Name == "" || !all[0].IsRegistered {
		t.Errorf("%+v, %+v, %+v", all, registered, others)
	}
	p.call(service, "setPreferred", obj{"authenticatorType": "Fingerprint"}).ok()
	var one authenticator
	if p.call(service, "getPreferred").into(&one); one.AuthenticatorType != "Fingerprint" || !one.IsPreferred {
		t.Errorf("%+v", one)
	}
	p.call(loginService, "authenticate", obj{"profileId": id}).event("onFingerprintRequest")
	p.call(loginService, "cancelFlow").fails(wire.CodeCanceled)
	p.call("OneginiAuthenticatorRegistrationClient", "deregister", obj{"authenticatorType": "Fingerprint"}).ok()
	if f := p.call(service, "setPreferred", obj{"authenticatorType": "Fingerprint"}).fails(8006); f.Description != "Onegini: No such authenticator found" {
		t.Errorf("%q", f.Description)
	}
	p.call(service, "setPreferred", obj{"authenticatorType": 7}).fails(8006)
}

// A phone without a sensor has the PIN alone.
func TestNoSensor(t *testing.T) {
	p := newBed(t, func(o *bridge.Options, _ *tokenserver.Config) { o.Phone = &person{user: "anna"} }).open(origin, "")
	id := p.register()
	var all []obj
	if p.call("OneginiAuthenticatorsClient", "getAll", obj{"profileId": id}).into(&all); len(all) != 1 {
		t.Errorf("%v", all)
	}
}
