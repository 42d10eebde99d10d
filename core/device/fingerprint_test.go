package device_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/device/sensor"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// newPhoneWith is a phone with a fingerprint sensor, and a profile on it that is
// logged in.
func newPhoneWith(t *testing.T, s device.Sensor) (*phone, device.Profile) {
	t.Helper()
	p := newPhone(t, servertest.New(t))
	p.open(t, device.Options{Sensor: s})
	return p, p.register(t)
}

func rule(t *testing.T, text string) device.Sensor {
	t.Helper()
	r, err := sensor.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// withFingerprint registers the fingerprint, prefers it and logs out.
func (p *phone) withFingerprint(t *testing.T, id string) {
	t.Helper()
	if err := p.RegisterAuthenticator(t.Context(), id, device.AuthenticatorFingerprint, pins(goodPIN)); err != nil {
		t.Fatal(err)
	}
	if err := p.SetPreferredAuthenticator(t.Context(), id, device.AuthenticatorFingerprint, ""); err != nil {
		t.Fatal(err)
	}
	if err := p.Logout(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// fingers answers the first question and notes what was asked and told.
type fingers struct {
	answer device.FingerprintAnswer
	told   []string
}

func (f *fingers) ask(_ context.Context, r device.FingerprintRequest) (device.FingerprintAnswer, error) {
	switch {
	case r.Captured:
		f.told = append(f.told, "captured")
		return device.FingerprintAccept, nil
	case r.Failed:
		f.told = append(f.told, "failed")
		return device.FingerprintAccept, nil
	}
	f.told = append(f.told, "asked")
	return f.answer, nil
}

func noPIN(t *testing.T) device.AskPIN {
	return func(context.Context, device.PINRequest) (wire.Secret, error) {
		t.Error("the PIN was asked for")
		return wire.Secret{}, errGaveUp
	}
}

// wantAuthenticators holds the list to what is preferred and what is registered.
func (p *phone) wantAuthenticators(t *testing.T, id, preferred string, fingerprint bool) {
	t.Helper()
	list, err := p.Authenticators(t.Context(), id)
	want := []device.Authenticator{
		{Type: "PIN", ID: "PIN", Name: "PIN", Registered: true, Preferred: preferred == "PIN"},
		{Type: "Fingerprint", ID: "Fingerprint", Name: "Fingerprint", Registered: fingerprint, Preferred: preferred == "Fingerprint"},
	}
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("authenticators %+v, %v; want %+v", list, err, want)
	}
	if one, err := p.PreferredAuthenticator(t.Context(), id); err != nil || one.Type != preferred || !one.Preferred {
		t.Errorf("preferred %+v, %v; want %s", one, err, preferred)
	}
	_, err = p.bed.Store.Authenticator(t.Context(), id, device.AuthenticatorFingerprint)
	if (err == nil) != fingerprint {
		t.Errorf("at the server: %v", err)
	}
}

func TestRegisterFingerprint(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	ctx, id := t.Context(), profile.ID
	p.wantAuthenticators(t, id, "PIN", false)
	wantCode(t, p.SetPreferredAuthenticator(ctx, id, device.AuthenticatorFingerprint, ""), wire.CodeNoSuchAuthenticator)
	wantCode(t, p.LoginWith(ctx, id, device.Login{Authenticator: device.AuthenticatorFingerprint, PIN: noPIN(t), Fingerprint: (&fingers{}).ask}), wire.CodeNoSuchAuthenticator)
	wantCode(t, p.DeregisterAuthenticator(ctx, id, device.AuthenticatorFingerprint), wire.CodeNoSuchAuthenticator)

	// Canceled at the PIN, also after a wrong one: nothing is left.
	wantCode(t, p.RegisterAuthenticator(ctx, id, device.AuthenticatorFingerprint, pins()), wire.CodeCanceled)
	wantCode(t, p.RegisterAuthenticator(ctx, id, device.AuthenticatorFingerprint, pins("00000")), wire.CodeCanceled)
	p.wantAuthenticators(t, id, "PIN", false)

	var asked []device.PINRequest
	list := []string{"00000", goodPIN}
	err := p.RegisterAuthenticator(ctx, id, device.AuthenticatorFingerprint, func(_ context.Context, r device.PINRequest) (wire.Secret, error) {
		asked = append(asked, r)
		return wire.SecretString(list[len(asked)-1]), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(asked) != 2 || asked[0].Failures != 1 || wire.CodeOf(asked[1].Err) != wire.CodeIncorrectPIN || asked[1].Failures != 2 {
		t.Errorf("asked %+v", asked)
	}
	p.wantAuthenticators(t, id, "PIN", true) // not preferred by itself
	if q, err := p.bed.Store.Profile(ctx, id); err != nil || q.Failures != 0 {
		t.Errorf("the right PIN leaves %d wrong ones, %v", q.Failures, err)
	}
	wantCode(t, p.RegisterAuthenticator(ctx, id, device.AuthenticatorFingerprint, pins(goodPIN)), wire.CodeNoSuchAuthenticator)

	// It survives a restart of the program, a logout and a new PIN.
	if err := p.SetPreferredAuthenticator(ctx, id, device.AuthenticatorFingerprint, device.AuthenticatorFingerprint); err != nil {
		t.Fatal(err)
	}
	p.open(t, device.Options{Sensor: rule(t, "match")})
	p.wantAuthenticators(t, id, "Fingerprint", true)
	f := fingers{answer: device.FingerprintAccept}
	if err := p.LoginWith(ctx, id, device.Login{PIN: noPIN(t), Fingerprint: f.ask}); err != nil || !p.LoggedIn(id) {
		t.Fatal(err)
	}
	if want := []string{"asked", "captured"}; !slices.Equal(f.told, want) {
		t.Errorf("told %v", f.told)
	}
	if err := p.ChangePIN(ctx, id, pins(goodPIN), create("97531")); err != nil {
		t.Fatal(err)
	}
	if err := p.LoginWith(ctx, id, device.Login{PIN: noPIN(t), Fingerprint: f.ask}); err != nil {
		t.Fatal(err)
	}

	if err := p.DeregisterAuthenticator(ctx, id, device.AuthenticatorFingerprint); err != nil {
		t.Fatal(err)
	}
	p.wantAuthenticators(t, id, "PIN", false)
	if err := p.LoginWith(ctx, id, device.Login{PIN: pins("97531"), Fingerprint: f.ask}); err != nil {
		t.Error(err)
	}
}

func TestAuthenticatorsThatAreNot(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	ctx, id := t.Context(), profile.ID
	_, err := p.Authenticators(ctx, "NOBODY")
	wantCode(t, err, wire.CodeProfileNotRegistered)
	_, err = p.PreferredAuthenticator(ctx, "NOBODY")
	wantCode(t, err, wire.CodeProfileNotRegistered)
	_, err = p.ProveFingerprint(ctx, "NOBODY", (&fingers{}).ask, "challenge")
	wantCode(t, err, wire.CodeProfileNotRegistered)
	_, err = p.ProveFingerprint(ctx, id, (&fingers{}).ask, "challenge")
	wantCode(t, err, wire.CodeNoSuchAuthenticator)
	for _, kind := range []string{"", "invalid", "Custom", "PIN"} {
		wantCode(t, p.RegisterAuthenticator(ctx, id, kind, pins(goodPIN)), wire.CodeNoSuchAuthenticator)
		wantCode(t, p.DeregisterAuthenticator(ctx, id, kind), wire.CodeNoSuchAuthenticator)
		if kind == "PIN" {
			continue
		}
		wantCode(t, p.SetPreferredAuthenticator(ctx, id, kind, ""), wire.CodeNoSuchAuthenticator)
		if kind != "" {
			wantCode(t, p.LoginWith(ctx, id, device.Login{Authenticator: kind, PIN: pins(goodPIN)}), wire.CodeNoSuchAuthenticator)
		}
	}
	wantCode(t, p.SetPreferredAuthenticator(ctx, id, "PIN", "another"), wire.CodeNoSuchAuthenticator)
	if err := p.SetPreferredAuthenticator(ctx, id, "PIN", "PIN"); err != nil {
		t.Error(err)
	}
	wantCode(t, p.LoginWith(ctx, "NOBODY", device.Login{PIN: noPIN(t)}), wire.CodeProfileNotRegistered)
	wantCode(t, p.LoginWith(ctx, id, device.Login{}), wire.CodeIllegalArgument)

	// Whoever is not logged in learns that before anything else.
	if err := p.Logout(ctx, id); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"dummy", "PIN", "Fingerprint"} {
		wantCode(t, p.RegisterAuthenticator(ctx, id, kind, pins(goodPIN)), wire.CodeNoUserAuthenticated)
		wantCode(t, p.DeregisterAuthenticator(ctx, id, kind), wire.CodeNoUserAuthenticated)
		wantCode(t, p.SetPreferredAuthenticator(ctx, id, kind, ""), wire.CodeNoUserAuthenticated)
	}
	wantCode(t, p.RegisterAuthenticator(ctx, "NOBODY", "PIN", pins(goodPIN)), wire.CodeProfileNotRegistered)
}

// A phone without a sensor has no fingerprint, whatever was registered before.
func TestNoSensor(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	p.withFingerprint(t, profile.ID)
	p.open(t, device.Options{})
	list, err := p.Authenticators(t.Context(), profile.ID)
	if err != nil || len(list) != 1 || list[0].Type != "PIN" || !list[0].Preferred {
		t.Errorf("%+v, %v", list, err)
	}
	f := fingers{answer: device.FingerprintAccept}
	wantCode(t, p.LoginWith(t.Context(), profile.ID, device.Login{Authenticator: "Fingerprint", PIN: noPIN(t), Fingerprint: f.ask}), wire.CodeNoSuchAuthenticator)
	if err := p.LoginWith(t.Context(), profile.ID, device.Login{PIN: pins(goodPIN), Fingerprint: f.ask}); err != nil || len(f.told) != 0 {
		t.Errorf("%v, told %v", err, f.told)
	}
	wantCode(t, p.RegisterAuthenticator(t.Context(), profile.ID, "Fingerprint", pins(goodPIN)), wire.CodeNoSuchAuthenticator)
	p.open(t, device.Options{Sensor: rule(t, "match")})
	p.wantAuthenticators(t, profile.ID, "Fingerprint", true)
}

// What the sensor says, and what becomes of the login and of the fingerprint.
func TestFingers(t *testing.T) {
	for name, c := range map[string]struct {
		sensor string
		answer device.FingerprintAnswer
		told   []string
		code   int  // of the login; the PIN is given where it is asked for
		pin    bool // the PIN logged in
		kept   bool // the fingerprint is still registered
	}{
		"the right one":      {"match", device.FingerprintAccept, []string{"asked", "captured"}, 0, false, true},
		"two wrong ones":     {"fail:2", device.FingerprintAccept, []string{"asked", "captured", "failed", "captured", "failed", "captured"}, 0, false, true},
		"four wrong ones":    {"fail:4", device.FingerprintAccept, nil, 0, false, true},
		"five wrong ones":    {"fail:5", device.FingerprintAccept, nil, 0, true, false},
		"locked out":         {"lockout", device.FingerprintAccept, []string{"asked"}, 0, true, false},
		"removed":            {"removed", device.FingerprintAccept, []string{"asked"}, 0, true, false},
		"the PIN instead":    {"match", device.FingerprintFallbackToPIN, []string{"asked"}, 0, true, true},
		"denied":             {"match", device.FingerprintDeny, []string{"asked"}, wire.CodeCanceled, false, true},
		"no sensible answer": {"match", 99, []string{"asked"}, wire.CodeCanceled, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			p, profile := newPhoneWith(t, rule(t, c.sensor))
			p.withFingerprint(t, profile.ID)
			f, usedPIN := fingers{answer: c.answer}, false
			err := p.LoginWith(t.Context(), profile.ID, device.Login{Fingerprint: f.ask, PIN: func(context.Context, device.PINRequest) (wire.Secret, error) {
				usedPIN = true
				return wire.SecretString(goodPIN), nil
			}})
			wantCode(t, err, c.code)
			if usedPIN != c.pin || p.LoggedIn(profile.ID) != (c.code == 0) || c.told != nil && !slices.Equal(f.told, c.told) {
				t.Errorf("PIN used %v, logged in %v, told %v", usedPIN, p.LoggedIn(profile.ID), f.told)
			}
			preferred := "PIN"
			if c.kept {
				preferred = "Fingerprint"
			}
			p.wantAuthenticators(t, profile.ID, preferred, c.kept)
			if !c.kept { // it can be registered again
				p.withFingerprint(t, profile.ID)
				p.wantAuthenticators(t, profile.ID, "Fingerprint", true)
			}
		})
	}
}

// While the sensor waits, the person can still do something else.
func TestMindChangedAtTheSensor(t *testing.T) {
	for name, c := range map[string]struct {
		change device.FingerprintAnswer
		code   int
	}{
		"the PIN instead": {device.FingerprintFallbackToPIN, 0},
		"denied":          {device.FingerprintDeny, wire.CodeCanceled},
	} {
		t.Run(name, func(t *testing.T) {
			waits := make(chan bool, 10)
			hand := sensor.NewHand(func(waiting bool) { waits <- waiting })
			p, profile := newPhoneWith(t, hand)
			p.withFingerprint(t, profile.ID)
			ask := func(_ context.Context, r device.FingerprintRequest) (device.FingerprintAnswer, error) {
				r.Change(device.FingerprintAccept) // says nothing new
				go func() {
					<-waits
					r.Change(c.change)
					r.Change(device.FingerprintDeny) // too late
				}()
				return device.FingerprintAccept, nil
			}
			wantCode(t, p.LoginWith(t.Context(), profile.ID, device.Login{PIN: pins(goodPIN), Fingerprint: ask}), c.code)
			if p.LoggedIn(profile.ID) != (c.code == 0) {
				t.Error("logged in or not")
			}
			p.wantAuthenticators(t, profile.ID, "Fingerprint", true)
		})
	}
}

func TestCanceledAtTheSensor(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, profile := newPhoneWith(t, sensor.NewHand(func(waiting bool) {
		if waiting {
			cancel()
		}
	}))
	p.withFingerprint(t, profile.ID)
	login := device.Login{PIN: noPIN(t), Fingerprint: (&fingers{answer: device.FingerprintAccept}).ask}
	wantCode(t, p.LoginWith(ctx, profile.ID, login), wire.CodeCanceled)
	login.Fingerprint = func(context.Context, device.FingerprintRequest) (device.FingerprintAnswer, error) {
		return device.FingerprintAccept, errGaveUp
	}
	wantCode(t, p.LoginWith(t.Context(), profile.ID, login), wire.CodeCanceled)
	if p.LoggedIn(profile.ID) {
		t.Error("logged in")
	}
	p.wantAuthenticators(t, profile.ID, "Fingerprint", true)
}

// brokenSensor fails for a reason of its own.
type brokenSensor struct{}

func (brokenSensor) Read(context.Context) (device.Finger, error) { return 0, errors.New("no power") }

func TestSensorFails(t *testing.T) {
	p, profile := newPhoneWith(t, brokenSensor{})
	p.withFingerprint(t, profile.ID)
	if err := p.LoginWith(t.Context(), profile.ID, device.Login{PIN: pins(goodPIN), Fingerprint: (&fingers{answer: device.FingerprintAccept}).ask}); err != nil {
		t.Error(err)
	}
	p.wantAuthenticators(t, profile.ID, "Fingerprint", true)
}

// One finger at a time, and one login at a time.
func TestOneFingerAtATime(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	p.withFingerprint(t, profile.ID)
	f := fingers{answer: device.FingerprintAccept}
	err := p.LoginWith(t.Context(), profile.ID, device.Login{PIN: noPIN(t), Fingerprint: func(ctx context.Context, r device.FingerprintRequest) (device.FingerprintAnswer, error) {
		_, err := p.ProveFingerprint(ctx, profile.ID, f.ask, "challenge")
		wantCode(t, err, wire.CodeInProgress)
		wantCode(t, p.LoginWith(ctx, profile.ID, device.Login{PIN: noPIN(t), Fingerprint: f.ask}), wire.CodeInProgress)
		wantCode(t, p.Login(ctx, profile.ID, pins(goodPIN)), wire.CodeInProgress)
		return f.ask(ctx, r)
	}})
	if err != nil {
		t.Error(err)
	}
}
