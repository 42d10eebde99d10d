package mobileauth_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// The server goes away between redeem and answer, before or after it heard the
// answer: the answer is kept, sent again, and counts once.
func TestServerDownWhileAnswering(t *testing.T) {
	for name, breakAt := range map[string]func(*servertest.Bed){
		"before the answer arrives": func(b *servertest.Bed) { b.Down(true) },
		"after it was heard": func(b *servertest.Bed) {
			b.After(func(path string) {
				if path == wire.PathAnswer {
					b.Down(true)
				}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			bed := servertest.New(t)
			p := enrolledPhone(t, bed)
			otp, id := bed.Start("x")
			tries := 0
			in := mobileauth.Incoming{ProfileID: p.profile, OTP: otp, Notify: func(s mobileauth.Sending) {
				wantCode(t, s.Err, wire.CodeServerNotReachable)
				if tries++; tries == 3 {
					bed.After(func(string) {})
					bed.Down(false)
				}
			}}
			result, err := p.HandleOTP(t.Context(), in, func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
				breakAt(bed)
				return wire.Accept, nil
			})
			if err != nil || result.State != wire.StateAccepted || tries < 3 {
				t.Errorf("%+v, %v after %d tries", result, err, tries)
			}
			if got := bed.State(id); got != wire.StateAccepted {
				t.Errorf("state %s", got)
			}
			entries, _ := p.journal.Entries(t.Context(), journal.Filter{})
			if len(entries) != 1 {
				t.Errorf("%d entries in the history, want one", len(entries))
			}
		})
	}
}

// The program ends while the server is down; the next run sends the answer.
func TestResumeAfterRestart(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	ctx, stop := context.WithCancel(t.Context())
	_, err := p.HandleOTP(ctx, mobileauth.Incoming{ProfileID: p.profile, OTP: otp, Notify: func(mobileauth.Sending) { stop() }},
		func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
			bed.Down(true)
			return wire.Accept, nil
		})
	wantCode(t, err, wire.CodeServerNotReachable)
	bed.Down(false)
	if got := bed.State(id); got != wire.StateClaimed {
		t.Fatalf("state %s", got)
	}
	p.open(t)
	if err := p.Login(t.Context(), p.profile, pin(testPIN)); err != nil {
		t.Fatal(err)
	}
	results, err := p.Resume(t.Context(), p.profile)
	if err != nil || len(results) != 1 || results[0].State != wire.StateAccepted || bed.State(id) != wire.StateAccepted {
		t.Errorf("%+v, %v, %s", results, err, bed.State(id))
	}
	if results, err := p.Resume(t.Context(), p.profile); err != nil || len(results) != 0 {
		t.Errorf("resumed twice: %+v, %v", results, err)
	}
}

// Scanning the code again after a crash does not ask again: the answer stands.
func TestScanningAgainSendsTheKeptAnswer(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	ctx, stop := context.WithCancel(t.Context())
	_, err := p.HandleOTP(ctx, mobileauth.Incoming{ProfileID: p.profile, OTP: otp, Notify: func(mobileauth.Sending) { stop() }},
		func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
			bed.Down(true)
			return wire.Deny, nil
		})
	wantCode(t, err, wire.CodeServerNotReachable)
	bed.Down(false)
	result, err := p.handle(t.Context(), otp, func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
		t.Error("asked again")
		return wire.Accept, nil
	})
	if err != nil || result.State != wire.StateDenied || bed.State(id) != wire.StateDenied {
		t.Errorf("%+v, %v, %s", result, err, bed.State(id))
	}
}

func TestServerDownUntilExpiry(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, _ := bed.Start("x")
	_, err := p.HandleOTP(t.Context(), mobileauth.Incoming{ProfileID: p.profile, OTP: otp, Notify: func(mobileauth.Sending) { bed.Clock.Move(time.Minute) }},
		func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
			bed.Down(true)
			return wire.Accept, nil
		})
	wantCode(t, err, wire.CodeOTPExpired)
	if intents, err := p.journal.Intents(t.Context()); err != nil || len(intents) != 0 {
		t.Errorf("kept %d answers, %v", len(intents), err)
	}
}

func TestServerDownAtRedeem(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	bed.Down(true)
	_, err := p.handle(t.Context(), otp, always(wire.Accept))
	wantCode(t, err, wire.CodeServerNotReachable)
	bed.Down(false)
	bed.After(func(path string) { bed.Down(path == wire.PathRedeem) }) // claims it, but the phone does not hear
	_, err = p.handle(t.Context(), otp, always(wire.Accept))
	wantCode(t, err, wire.CodeServerNotReachable)
	bed.After(func(string) {})
	bed.Down(false)
	if _, err := p.handle(t.Context(), otp, always(wire.Accept)); err != nil || bed.State(id) != wire.StateAccepted {
		t.Errorf("%v, %s", err, bed.State(id))
	}
}

// Whatever sealed message is changed, swapped or sent twice on its way is
// refused with 10107 and nobody is asked, or the answer does not count.
func TestTamperedMessages(t *testing.T) {
	bed := servertest.New(t)
	p, other := enrolledPhone(t, bed), enrolledPhone(t, bed)
	var recorded []byte
	body := func(f func([]byte) []byte) func(*http.Response) error {
		return func(r *http.Response) error {
			if r.Header.Get("Content-Type") != wire.ContentSealed {
				return nil
			}
			b, err := io.ReadAll(r.Body)
			b = f(b)
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
			return err
		}
	}
	other.hook.set(body(func(b []byte) []byte { recorded = bytes.Clone(b); return b }))
	otherOTP, _ := bed.Start("other")
	if _, err := other.handle(t.Context(), otherOTP, always(wire.Accept)); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func([]byte) []byte{
		"byte flipped":          func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":                   func(b []byte) []byte { return b[:len(b)-1] },
		"empty":                 func([]byte) []byte { return nil },
		"for another device":    func([]byte) []byte { return recorded },
		"not a sealed message":  func([]byte) []byte { return []byte(`{"decision":"accept"}`) },
		"over the largest size": func([]byte) []byte { return make([]byte, 65<<10) },
	} {
		t.Run(name, func(t *testing.T) {
			otp, id := bed.Start("x")
			p.hook.set(body(f))
			defer p.hook.set(nil)
			_, err := p.handle(t.Context(), otp, func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
				t.Error("asked about a message that is not authentic")
				return wire.Accept, nil
			})
			if code := wire.CodeOf(err); code != wire.CodeMessageNotAuthentic && (name != "over the largest size" || code != wire.CodeServerNotReachable) {
				t.Errorf("%v", err)
			}
			if got := bed.State(id); got == wire.StateAccepted {
				t.Error("accepted")
			}
		})
	}
	// The confirmation of another transaction is none.
	first, _ := bed.Start("first")
	var outcome []byte
	p.hook.set(body(func(b []byte) []byte { outcome = bytes.Clone(b); return b }))
	if _, err := p.handle(t.Context(), first, always(wire.Accept)); err != nil {
		t.Fatal(err)
	}
	second, _ := bed.Start("second")
	p.hook.set(func(r *http.Response) error {
		if r.Request.URL.Path != wire.PathAnswer {
			return nil
		}
		return body(func([]byte) []byte { return outcome })(r)
	})
	_, err := p.handle(t.Context(), second, always(wire.Accept))
	wantCode(t, err, wire.CodeMessageNotAuthentic)
}
