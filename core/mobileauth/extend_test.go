package mobileauth_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// moreTime lets every type of the demo be extended; a request lives two minutes.
func moreTime(c *tokenserver.Config) {
	noPauses(c)
	for i := range c.Types {
		c.Types[i].Extend = 5 * time.Minute
	}
}

// A request that got more time is answered after its first end, however it came.
func TestExtend(t *testing.T) {
	bed := servertest.New(t, moreTime)
	p := enrolledPhone(t, bed)
	ask := func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		if r.Extend == nil {
			t.Fatal("no more time is offered")
		}
		bed.Clock.Move(90 * time.Second)
		until, err := r.Extend(ctx)
		if want := bed.Clock.Now().Add(5 * time.Minute); err != nil || !until.Equal(want) {
			t.Errorf("%v, %v; want %v", until, err, want)
		}
		bed.Clock.Move(time.Minute)
		if again, err := r.Extend(ctx); err != nil || !again.Equal(until) {
			t.Errorf("once more: %v, %v; want %v", again, err, until)
		}
		bed.Clock.Move(3 * time.Minute)
		return wire.Accept, context.Cause(ctx)
	}
	otp, scanned := bed.Start("Log in?")
	if result, err := p.handle(t.Context(), otp, ask); err != nil || bed.State(scanned) != wire.StateAccepted || result.Request.ExpiresAt.Before(bed.Clock.Now()) {
		t.Errorf("%+v, %v, %s", result, err, bed.State(scanned))
	}
	id := push(bed, tokenserver.DemoPush, "x")
	if _, err := p.openOne(t.Context(), id, ask); err != nil || bed.State(id) != wire.StateAccepted {
		t.Errorf("%v, %s", err, bed.State(id))
	}
}

// After a wrong PIN the request has its new time, and no more of it.
func TestExtendOnce(t *testing.T) {
	bed := servertest.New(t, moreTime)
	p := enrolledPhone(t, bed)
	id := push(bed, tokenserver.DemoPushPIN, "x")
	calls := 0
	_, err := p.openOne(t.Context(), id, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		if calls++; calls == 1 {
			until, err := r.Extend(ctx)
			if err != nil {
				t.Error(err)
			}
			bed.Clock.Move(3 * time.Minute)
			if left := bed.Clock.Now().Sub(until); left != -2*time.Minute {
				t.Error(left)
			}
			r.PIN.Give(wire.SecretString("00000"))
			return wire.Accept, nil
		}
		if r.Extend != nil || r.TimeLeft(bed.Clock.Now()) != 2*time.Minute {
			t.Errorf("%v left, extended again: %v", r.TimeLeft(bed.Clock.Now()), r.Extend != nil)
		}
		bed.Clock.Move(2 * time.Minute)
		r.PIN.Give(wire.SecretString(testPIN))
		return wire.Accept, nil
	})
	wantCode(t, err, wire.CodeOTPExpired)
	if calls != 2 || bed.State(id) != wire.StateExpired {
		t.Errorf("%d calls, %s", calls, bed.State(id))
	}
	// Opened a second time, a request has had its time as well.
	id = push(bed, tokenserver.DemoPush, "x")
	for first := range 2 {
		_, err := p.openOne(t.Context(), id, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			if (r.Extend != nil) != (first == 0) {
				t.Errorf("opened %d times before: offered %v", first, r.Extend != nil)
			} else if first == 0 {
				_, _ = r.Extend(ctx)
			}
			return "", errLater
		})
		wantCode(t, err, wire.CodeCanceled)
	}
}

// What fails changes nothing, and may be tried again.
func TestExtendFails(t *testing.T) {
	bed := servertest.New(t, moreTime)
	p := enrolledPhone(t, bed)
	id := push(bed, tokenserver.DemoPush, "x")
	other := push(bed, tokenserver.DemoPush, "y")
	var stale func(context.Context) (time.Time, error)
	if _, err := p.openOne(t.Context(), other, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		stale = r.Extend
		return wire.Accept, nil
	}); err != nil {
		t.Fatal(err)
	}
	_, err := stale(t.Context())
	wantCode(t, err, wire.CodeAlreadyAnswered)

	_, err = p.openOne(t.Context(), id, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		bed.Down(true)
		_, err := r.Extend(ctx)
		wantCode(t, err, wire.CodeServerNotReachable)
		bed.Down(false)
		// Its confirmation is lost: the same again.
		bed.After(func(string) { bed.Down(true) })
		_, err = r.Extend(ctx)
		wantCode(t, err, wire.CodeServerNotReachable)
		bed.After(func(string) {})
		bed.Down(false)
		until, err := r.Extend(ctx)
		if err != nil || !until.Equal(bed.Clock.Now().Add(5*time.Minute)) {
			t.Errorf("%v, %v", until, err)
		}
		// Something else is in its place.
		p.hook.set(func(resp *http.Response) error {
			resp.Header.Set("Content-Type", "text/html")
			return nil
		})
		_, err = r.Extend(ctx)
		wantCode(t, err, wire.CodeMessageNotAuthentic)
		p.hook.set(nil)
		return wire.Accept, nil
	})
	if err != nil || bed.State(id) != wire.StateAccepted {
		t.Errorf("%v, %s", err, bed.State(id))
	}
	// Too late.
	id = push(bed, tokenserver.DemoPush, "z")
	_, err = p.openOne(t.Context(), id, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		bed.Clock.Move(2 * time.Minute)
		_, err := r.Extend(t.Context())
		wantCode(t, err, wire.CodeOTPExpired)
		return wire.Accept, nil
	})
	wantCode(t, err, wire.CodeOTPExpired)
}

func TestNoMoreTime(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, _ := bed.Start("x")
	if _, err := p.handle(t.Context(), otp, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		if r.Extend != nil {
			t.Error("more time is offered, and the type allows none")
		}
		return wire.Accept, nil
	}); err != nil {
		t.Error(err)
	}
}
