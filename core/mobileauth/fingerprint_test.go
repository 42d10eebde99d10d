package mobileauth_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/device/sensor"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const fingerType = "pay-fingerprint"

// withFingers adds a type that takes the fingerprint.
func withFingers(c *tokenserver.Config) {
	noPauses(c)
	c.Types = append(c.Types, tokenserver.AuthType{Name: fingerType, Method: wire.MethodPushFingerprint, RequestExpiresIn: 2 * time.Minute})
}

// fingerPhone is an enrolled phone with a sensor and a registered fingerprint.
func fingerPhone(t *testing.T, bed *servertest.Bed, s device.Sensor) *phone {
	t.Helper()
	p := &phone{bed: bed, vault: vault.NewMemory(), dir: t.TempDir(), sensor: s}
	p.open(t)
	p.register(t, tokenserver.DemoUser)
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Fatal(err)
	}
	if err := p.RegisterAuthenticator(t.Context(), p.profile, device.AuthenticatorFingerprint, pin(testPIN)); err != nil {
		t.Fatal(err)
	}
	return p
}

func rule(t *testing.T, text string) device.Sensor {
	t.Helper()
	s, err := sensor.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (p *phone) fingerprint(t *testing.T) bool {
	t.Helper()
	list, err := p.Authenticators(t.Context(), p.profile)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(list, func(a device.Authenticator) bool {
		return a.Type == device.AuthenticatorFingerprint && a.Registered
	})
}

// asker answers a request that takes the fingerprint, and notes what happened.
type asker struct {
	t      *testing.T
	answer device.FingerprintAnswer
	after  func(device.FingerprintRequest) // a finger was another one
	told   []string
}

func (a *asker) ask(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
	a.told = append(a.told, r.Method)
	if (r.Fingerprint != nil) != (r.Method == wire.MethodPushFingerprint) || (r.PIN != nil) != (r.Method == wire.MethodPushPIN) || r.Level != mobileauth.LevelCalm {
		a.t.Errorf("%s: %v, %v, level %s", r.Method, r.Fingerprint, r.PIN, r.Level)
	}
	if r.PIN != nil {
		r.PIN.Give(wire.SecretString(testPIN))
		return wire.Accept, nil
	}
	r.Fingerprint.Give(func(_ context.Context, f device.FingerprintRequest) (device.FingerprintAnswer, error) {
		switch {
		case f.Captured:
			a.told = append(a.told, "captured")
		case f.Failed:
			a.told = append(a.told, "failed")
			if a.after != nil {
				a.after(f)
			}
		default:
			a.told = append(a.told, "asked")
			return a.answer, nil
		}
		return device.FingerprintAccept, nil
	})
	return wire.Accept, nil
}

func TestAcceptWithFingerprint(t *testing.T) {
	change := func(to device.FingerprintAnswer) func(device.FingerprintRequest) {
		return func(f device.FingerprintRequest) { f.Change(to) }
	}
	const fp, withPIN = wire.MethodPushFingerprint, wire.MethodPushPIN
	for name, c := range map[string]struct {
		rule   string
		answer device.FingerprintAnswer
		after  func(device.FingerprintRequest)
		told   []string
		state  wire.State
		kept   bool // the fingerprint is registered afterwards
	}{
		"right finger": {"match", device.FingerprintAccept, nil, []string{fp, "asked", "captured"}, wire.StateAccepted, true},
		"wrong finger first": {
			"fail:1", device.FingerprintAccept, nil,
			[]string{fp, "asked", "captured", "failed", "captured"},
			wire.StateAccepted, true,
		},
		"denied":          {"match", device.FingerprintDeny, nil, []string{fp, "asked"}, wire.StateDenied, true},
		"PIN wanted":      {"match", device.FingerprintFallbackToPIN, nil, []string{fp, "asked", withPIN}, wire.StateAccepted, true},
		"too many":        {"fail:100", device.FingerprintAccept, nil, nil, wire.StateAccepted, false},
		"removed":         {"removed", device.FingerprintAccept, nil, []string{fp, "asked", withPIN}, wire.StateAccepted, false},
		"denied later":    {"fail:2", device.FingerprintAccept, change(device.FingerprintDeny), []string{fp, "asked", "captured", "failed"}, wire.StateDenied, true},
		"PIN later":       {"fail:2", device.FingerprintAccept, change(device.FingerprintFallbackToPIN), []string{fp, "asked", "captured", "failed", withPIN}, wire.StateAccepted, true},
		"locked by phone": {"lockout", device.FingerprintAccept, nil, []string{fp, "asked", withPIN}, wire.StateAccepted, false},
	} {
		t.Run(name, func(t *testing.T) {
			bed := servertest.New(t, withFingers)
			p := fingerPhone(t, bed, rule(t, c.rule))
			id := push(bed, fingerType, "x")
			a := &asker{t: t, answer: c.answer, after: c.after}
			result, err := p.openOne(t.Context(), id, a.ask)
			if err != nil || result.State != c.state || bed.State(id) != c.state {
				t.Errorf("%+v, %v, %s", result, err, bed.State(id))
			}
			if c.told != nil && !slices.Equal(a.told, c.told) {
				t.Errorf("told %v; want %v", a.told, c.told)
			}
			if p.fingerprint(t) != c.kept {
				t.Errorf("registered: %v", !c.kept)
			}
			if list := p.entries(t); len(list) != 1 {
				t.Errorf("%+v", list)
			}
		})
	}
}

// Whoever does not know of fingerprints accepts, and the sensor reads; denying
// takes no finger.
func TestFingerprintByItself(t *testing.T) {
	bed := servertest.New(t, withFingers)
	p := fingerPhone(t, bed, rule(t, "fail:2"))
	for decision, want := range map[mobileauth.Decision]wire.State{wire.Accept: wire.StateAccepted, wire.Deny: wire.StateDenied} {
		id := push(bed, fingerType, "x")
		result, err := p.openOne(t.Context(), id, always(decision))
		if err != nil || result.State != want || bed.State(id) != want {
			t.Errorf("%+v, %v, %s", result, err, bed.State(id))
		}
	}
}

// A phone without a sensor, or without a fingerprint, asks for the PIN.
func TestNoFingerprint(t *testing.T) {
	bed := servertest.New(t, withFingers)
	p := enrolledPhone(t, bed)
	id := push(bed, fingerType, "x")
	a := &asker{t: t}
	if result, err := p.openOne(t.Context(), id, a.ask); err != nil || result.State != wire.StateAccepted || !slices.Equal(a.told, []string{wire.MethodPushPIN}) {
		t.Errorf("%+v, %v, %v", result, err, a.told)
	}
}

// The server has forgotten the fingerprint: the PIN serves, and it is gone here
// as well.
func TestFingerprintUnknownToServer(t *testing.T) {
	bed := servertest.New(t, withFingers)
	p := fingerPhone(t, bed, rule(t, "match"))
	if err := bed.Store.RemoveAuthenticator(t.Context(), p.profile, device.AuthenticatorFingerprint); err != nil {
		t.Fatal(err)
	}
	id := push(bed, fingerType, "x")
	a := &asker{t: t, answer: device.FingerprintAccept}
	result, err := p.openOne(t.Context(), id, a.ask)
	if err != nil || result.State != wire.StateAccepted || !slices.Equal(a.told, []string{wire.MethodPushFingerprint, "asked", "captured", wire.MethodPushPIN}) {
		t.Errorf("%+v, %v, %v", result, err, a.told)
	}
	if p.fingerprint(t) {
		t.Error("it is registered here still")
	}
	if list := p.entries(t); len(list) != 1 || list[0].Result != journal.Accepted {
		t.Errorf("%+v", list)
	}
}

// While the sensor waits the request expires, or the caller gives up: nobody
// answers.
func TestFingerprintNobodyTouches(t *testing.T) {
	bed := servertest.New(t, withFingers)
	ctx, stop := context.WithCancel(t.Context())
	var end func()
	p := fingerPhone(t, bed, sensor.NewHand(func(waiting bool) {
		if waiting {
			end()
		}
	}))
	id := push(bed, fingerType, "x")
	end = stop
	_, err := p.openOne(ctx, id, always(wire.Accept))
	wantCode(t, err, wire.CodeCanceled)
	if bed.State(id) != wire.StateClaimed {
		t.Error(bed.State(id))
	}
	end = func() { bed.Clock.Move(2 * time.Minute) }
	_, err = p.openOne(t.Context(), id, always(wire.Accept))
	wantCode(t, err, wire.CodeOTPExpired)
	if list := p.entries(t); len(list) != 2 || list[0].Result != journal.Expired || list[1].Result != journal.Unanswered {
		t.Errorf("%+v", list)
	}
}
