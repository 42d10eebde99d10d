package mobileauth_test

import (
	"slices"
	"testing"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestEnroll(t *testing.T) {
	for _, unique := range []bool{false, true} {
		bed := servertest.New(t, func(c *tokenserver.Config) { c.Enrollment.UniqueKeys = unique })
		p := newPhone(t, bed)
		if enrolled, err := p.IsEnrolled(p.profile); enrolled || err != nil {
			t.Errorf("enrolled %v, %v before it was", enrolled, err)
		}
		var steps []mobileauth.Step
		if err := p.Enroll(t.Context(), p.profile, func(s mobileauth.Step) { steps = append(steps, s) }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(steps, []mobileauth.Step{mobileauth.StepMakingKey, mobileauth.StepSendingKey, mobileauth.StepChecking}) {
			t.Errorf("steps %v", steps)
		}
		if enrolled, err := p.IsEnrolled(p.profile); !enrolled || err != nil {
			t.Errorf("enrolled %v, %v", enrolled, err)
		}
		_, err := p.IsEnrolled("NOBODY")
		wantCode(t, err, wire.CodeProfileNotRegistered)

		q := enrolledPhone(t, bed)
		a, _ := p.Profile(p.profile)
		b, _ := q.Profile(q.profile)
		if same := string(a.ServerKey) == string(b.ServerKey); same == unique {
			t.Errorf("unique keys %v, but the server's keys are equal: %v", unique, same)
		}
		if a.OwnKey == b.OwnKey {
			t.Error("two devices with one key")
		}
	}
}

func TestEnrollAgain(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	before, _ := p.Profile(p.profile)
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Fatal(err)
	}
	if after, _ := p.Profile(p.profile); after.OwnKey == before.OwnKey {
		t.Error("the key was not replaced")
	}
	otp, id := bed.Start("x")
	if _, err := p.handle(t.Context(), otp, always(wire.Accept)); err != nil || bed.State(id) != wire.StateAccepted {
		t.Errorf("%v, %s", err, bed.State(id))
	}

	strict := servertest.New(t, func(c *tokenserver.Config) { c.Enrollment.Override = false })
	q := enrolledPhone(t, strict)
	wantCode(t, q.Enroll(t.Context(), q.profile, nil), wire.CodeAlreadyEnrolled)
	otp, id = strict.Start("x")
	if _, err := q.handle(t.Context(), otp, always(wire.Accept)); err != nil || strict.State(id) != wire.StateAccepted {
		t.Errorf("the old keys do not work any more: %v, %s", err, strict.State(id))
	}
}

func TestEnrollRefused(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Enrollment.Enabled = false })
	p := newPhone(t, bed)
	wantCode(t, p.Enroll(t.Context(), p.profile, nil), wire.CodeEnrollmentDisabled)
	wantCode(t, p.Enroll(t.Context(), "NOBODY", nil), wire.CodeProfileNotRegistered)
	if err := p.Logout(t.Context(), p.profile); err != nil {
		t.Fatal(err)
	}
	wantCode(t, p.Enroll(t.Context(), p.profile, nil), wire.CodeNoUserAuthenticated)
}

// The server goes away in the middle of an enrollment: trying again works.
func TestServerDownWhileEnrolling(t *testing.T) {
	for _, path := range []string{wire.PathEnroll, wire.PathEnrollProof} {
		bed := servertest.New(t, func(c *tokenserver.Config) { c.Enrollment.Override = false })
		p := newPhone(t, bed)
		bed.After(func(at string) { bed.Down(at == path) })
		wantCode(t, p.Enroll(t.Context(), p.profile, nil), wire.CodeServerNotReachable)
		bed.After(func(string) {})
		bed.Down(false)
		p.open(t) // even if the program ended meanwhile
		if err := p.Login(t.Context(), p.profile, pin(testPIN)); err != nil {
			t.Fatal(err)
		}
		if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
			t.Errorf("after %s: %v", path, err)
		}
		otp, id := bed.Start("x")
		if _, err := p.handle(t.Context(), otp, always(wire.Accept)); err != nil || bed.State(id) != wire.StateAccepted {
			t.Errorf("after %s: %v", path, err)
		}
	}
}
