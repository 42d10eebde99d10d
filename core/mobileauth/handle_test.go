package mobileauth_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestAcceptAndDeny(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	for decision, state := range map[mobileauth.Decision]wire.State{wire.Accept: wire.StateAccepted, wire.Deny: wire.StateDenied} {
		otp, id := bed.Start("Log in to My Example Bank")
		if got := bed.State(id); got != wire.StateInitialized {
			t.Errorf("state %s before it was scanned", got)
		}
		result, err := p.handle(t.Context(), otp, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			if got := bed.State(id); got != wire.StateClaimed {
				t.Errorf("state %s while the person is asked", got)
			}
			if r.Message != "Log in to My Example Bank" || r.Portal != bed.Config.Clients[0].ShownName() || r.TransactionID != id ||
				r.Profile.ID != p.profile || r.Server.Own != bed.Origin || r.Method != wire.MethodOTP || r.Source != intake.SourceFile {
				t.Errorf("request %+v", r)
			}
			if left := r.TimeLeft(bed.Clock.Now()); left != 2*time.Minute {
				t.Errorf("time left %s", left)
			}
			return decision, nil
		})
		if err != nil || result.State != state || result.NotRecorded != nil {
			t.Errorf("%s: %+v, %v", decision, result, err)
		}
		if got := bed.State(id); got != state {
			t.Errorf("state %s, want %s", got, state)
		}
		_, err = p.handle(t.Context(), otp, always(wire.Accept))
		wantCode(t, err, wire.CodeAlreadyAnswered)
	}
	entries, err := p.journal.Entries(t.Context(), journal.Filter{})
	if err != nil || len(entries) != 2 {
		t.Errorf("history %+v, %v", entries, err)
	}
}

func TestWhatCannotBeHandled(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	otp, id := bed.Start("x")
	never := func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
		t.Error("somebody was asked")
		return wire.Accept, nil
	}
	_, err := p.handle(t.Context(), otp, never)
	wantCode(t, err, wire.CodeNotEnrolled)
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "hello world", strings.Repeat("A", 5000), otp + "\n" + otp, "e30="} {
		_, err = p.handle(t.Context(), bad, never)
		wantCode(t, err, wire.CodeIllegalArgument)
	}
	_, err = p.HandleOTP(t.Context(), mobileauth.Incoming{ProfileID: "NOBODY", OTP: otp}, never)
	wantCode(t, err, wire.CodeProfileNotRegistered)

	other := servertest.New(t)
	foreign, _ := other.Start("x")
	_, err = p.handle(t.Context(), foreign, never)
	wantCode(t, err, wire.CodeOTPUnknown)
	guess := wire.EncodeOTP(id, wire.SecretString(strings.Repeat("A", 26)))
	_, err = p.handle(t.Context(), guess, never)
	wantCode(t, err, wire.CodeOTPUnknown)

	bed.Clock.Move(3 * time.Minute)
	_, err = p.handle(t.Context(), otp, never)
	wantCode(t, err, wire.CodeOTPExpired)
	if got := bed.State(id); got != wire.StateExpired {
		t.Errorf("state %s", got)
	}
	if err := p.Logout(t.Context(), p.profile); err != nil {
		t.Fatal(err)
	}
	_, err = p.handle(t.Context(), otp, never)
	wantCode(t, err, wire.CodeNoUserAuthenticated)
}

func TestExpiryEndsTheQuestion(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	_, err := p.handle(t.Context(), otp, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		bed.Clock.Move(2*time.Minute + time.Second)
		<-ctx.Done()
		wantCode(t, context.Cause(ctx), wire.CodeOTPExpired)
		return "", context.Cause(ctx)
	})
	wantCode(t, err, wire.CodeOTPExpired)
	if got := bed.State(id); got != wire.StateExpired {
		t.Errorf("state %s", got)
	}
	// An answer one millisecond too late is refused by the server's clock.
	otp, id = bed.Start("x")
	_, err = p.handle(t.Context(), otp, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		bed.After(func(string) {})
		bed.Clock.Move(2 * time.Minute)
		return wire.Accept, nil
	})
	wantCode(t, err, wire.CodeOTPExpired)
	if got := bed.State(id); got != wire.StateExpired {
		t.Errorf("state %s", got)
	}
}

func TestNoAnswerIsNoAnswer(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	_, err := p.handle(t.Context(), otp, func(context.Context, mobileauth.Request) (mobileauth.Decision, error) { return "", errLater })
	wantCode(t, err, wire.CodeCanceled)
	if !errors.Is(err, errLater) {
		t.Errorf("%v does not tell why", err)
	}
	_, err = p.handle(t.Context(), otp, always("maybe"))
	wantCode(t, err, wire.CodeIllegalArgument)
	if got := bed.State(id); got != wire.StateClaimed {
		t.Errorf("state %s", got)
	}
	// The same device may ask again while the request lives.
	if _, err := p.handle(t.Context(), otp, always(wire.Accept)); err != nil || bed.State(id) != wire.StateAccepted {
		t.Errorf("%v, %s", err, bed.State(id))
	}
}

func TestOneRequestAtATime(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	first, _ := bed.Start("first")
	second, _ := bed.Start("second")
	_, err := p.handle(t.Context(), first, func(ctx context.Context, _ mobileauth.Request) (mobileauth.Decision, error) {
		_, err := p.handle(ctx, second, always(wire.Accept))
		wantCode(t, err, wire.CodeInProgress)
		wantCode(t, p.Enroll(ctx, p.profile, nil), wire.CodeInProgress)
		return wire.Accept, nil
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := p.handle(t.Context(), second, always(wire.Accept)); err != nil {
		t.Error(err)
	}
}

func TestTwoDevicesOneCode(t *testing.T) {
	bed := servertest.New(t)
	a, b := enrolledPhone(t, bed), enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	_, err := a.handle(t.Context(), otp, func(ctx context.Context, _ mobileauth.Request) (mobileauth.Decision, error) {
		_, err := b.handle(ctx, otp, always(wire.Accept))
		wantCode(t, err, wire.CodeClaimedElsewhere)
		return wire.Deny, nil
	})
	if err != nil || bed.State(id) != wire.StateDenied {
		t.Errorf("%v, %s", err, bed.State(id))
	}
}

func TestHostileTextArrivesClean(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, _ := bed.Start("pay\u202e 1\x1b[31m\x00<b>{{7*7}}</b>\nsecond line")
	_, err := p.handle(t.Context(), otp, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		if strings.ContainsAny(r.Message, "\u202e\x1b\x00") || !strings.Contains(r.Message, "<U+202E>") || !strings.Contains(r.Message, "\n") {
			t.Errorf("message %q", r.Message)
		}
		return wire.Deny, nil
	})
	if err != nil {
		t.Error(err)
	}
}
