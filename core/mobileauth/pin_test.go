package mobileauth_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// withPINs accepts with one PIN after the other.
func withPINs(t *testing.T, pins ...string) mobileauth.Ask {
	return func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		t.Helper()
		switch {
		case r.PIN == nil:
			t.Error("no PIN is asked for")
		case len(pins) == 0:
			t.Errorf("a PIN too many is asked for: %v", r.PIN.Err)
		default:
			r.PIN.Give(wire.SecretString(pins[0]))
			pins = pins[1:]
			return wire.Accept, nil
		}
		return "", errLater
	}
}

func (p *phone) failures(t *testing.T) int {
	t.Helper()
	c, err := p.PINChallenge(t.Context(), p.profile)
	if err != nil {
		t.Fatal(err)
	}
	return c.Failures
}

func (p *phone) entries(t *testing.T) []journal.Entry {
	t.Helper()
	list, err := p.journal.Entries(t.Context(), journal.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAcceptWithPIN(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	id := push(bed, tokenserver.DemoPushPIN, "Pay 100 euros")
	calls := 0
	result, err := p.openOne(t.Context(), id, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		calls++
		if r.Level != mobileauth.LevelCalm || len(r.Reasons) != 0 {
			t.Errorf("level %s, %v: the PIN is the second step", r.Level, r.Reasons)
		}
		if r.PIN == nil || r.PIN.Failures != calls-1 || r.PIN.Max != 3 || r.PIN.Remaining() != 4-calls || r.PIN.Profile.ID != p.profile || wire.CodeOf(r.PIN.Err) != map[bool]int{true: 0, false: wire.CodeIncorrectPIN}[calls == 1] {
			t.Errorf("call %d: %+v", calls, r.PIN)
		}
		r.PIN.Give(wire.SecretString("00000")) // changed one's mind: the last one counts
		r.PIN.Give(wire.SecretString(map[bool]string{true: "00000", false: testPIN}[calls < 3]))
		bed.Clock.Move(10 * time.Second)
		return wire.Accept, nil
	})
	if err != nil || calls != 3 || result.State != wire.StateAccepted || bed.State(id) != wire.StateAccepted || result.Took != 30*time.Second {
		t.Errorf("%+v, %v after %d calls, %s", result, err, calls, bed.State(id))
	}
	if got := p.failures(t); got != 0 {
		t.Errorf("%d failures after the right PIN", got)
	}
	if list := p.entries(t); len(list) != 1 || list[0].Result != journal.Accepted || list[0].Took != 30*time.Second {
		t.Errorf("a wrong PIN is no request of its own: %+v", list)
	}
}

func TestDenyTakesNoPIN(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	for _, given := range []string{"", "00000"} {
		id := push(bed, tokenserver.DemoPushPIN, "x")
		result, err := p.openOne(t.Context(), id, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			if given != "" {
				r.PIN.Give(wire.SecretString(given))
			}
			return wire.Deny, nil
		})
		if err != nil || result.State != wire.StateDenied || bed.State(id) != wire.StateDenied || p.failures(t) != 0 {
			t.Errorf("%+v, %v, %s", result, err, bed.State(id))
		}
	}
	// Whoever does not know of PINs cannot accept, and nothing is sent.
	id := push(bed, tokenserver.DemoPushPIN, "x")
	_, err := p.openOne(t.Context(), id, always(wire.Accept))
	wantCode(t, err, wire.CodeCanceled)
	if bed.State(id) != wire.StateClaimed || p.failures(t) != 0 {
		t.Errorf("%s", bed.State(id))
	}
	// A deny after a wrong PIN.
	wrong := false
	result, err := p.openOne(t.Context(), id, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		if wrong = !wrong; wrong {
			r.PIN.Give(wire.SecretString("00000"))
			return wire.Accept, nil
		}
		return wire.Deny, nil
	})
	if err != nil || result.State != wire.StateDenied || p.failures(t) != 1 {
		t.Errorf("%+v, %v", result, err)
	}
}

func TestWrongPINsToTheLimit(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	id := push(bed, tokenserver.DemoPushPIN, "x")
	_, err := p.openOne(t.Context(), id, withPINs(t, "00000", "11111", "22222"))
	wantCode(t, err, wire.CodeUserDeregistered)
	if p.IsUserRegistered(p.profile) || p.LoggedIn(p.profile) || bed.State(id) != wire.StateFailed {
		t.Errorf("registered %v, %s", p.IsUserRegistered(p.profile), bed.State(id))
	}
	if list := p.entries(t); len(list) != 1 || list[0].Result != journal.Failed || list[0].Code != wire.CodeUserDeregistered {
		t.Errorf("%+v", list)
	}
	if intents, err := p.journal.Intents(t.Context()); err != nil || len(intents) != 0 {
		t.Errorf("%+v, %v", intents, err)
	}
}

// A challenge lives two minutes and a request longer: who thinks for long gets
// another one.
func TestSlowPIN(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Types[3].RequestExpiresIn = 10 * time.Minute })
	p := enrolledPhone(t, bed)
	id := push(bed, tokenserver.DemoPushPIN, "x")
	result, err := p.openOne(t.Context(), id, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		bed.Clock.Move(5 * time.Minute)
		r.PIN.Give(wire.SecretString(testPIN))
		return wire.Accept, nil
	})
	if err != nil || result.State != wire.StateAccepted {
		t.Errorf("%+v, %v", result, err)
	}
	id = push(bed, tokenserver.DemoPushPIN, "x")
	_, err = p.openOne(t.Context(), id, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		bed.Clock.Move(10 * time.Minute)
		r.PIN.Give(wire.SecretString(testPIN))
		return wire.Accept, nil
	})
	wantCode(t, err, wire.CodeOTPExpired)
	if bed.State(id) != wire.StateExpired {
		t.Error(bed.State(id))
	}
}

// The server goes away between claim and answer, before or after it heard the
// answer: it is accepted once, and no try of the PIN is lost.
func TestServerDownWhileAnsweringWithPIN(t *testing.T) {
	for name, breakAt := range map[string]func(*servertest.Bed){
		"before the answer arrives": func(b *servertest.Bed) { b.Down(true) },
		"after it was heard":        func(b *servertest.Bed) { b.After(func(path string) { b.Down(path == wire.PathAnswer) }) },
	} {
		t.Run(name, func(t *testing.T) {
			bed := servertest.New(t)
			p := enrolledPhone(t, bed)
			id := push(bed, tokenserver.DemoPushPIN, "x")
			tries := 0
			result, err := p.HandlePending(t.Context(), p.profile, id, func(mobileauth.Sending) {
				if tries++; tries == 3 {
					bed.After(func(string) {})
					bed.Down(false)
				}
			}, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
				breakAt(bed)
				r.PIN.Give(wire.SecretString(testPIN))
				return wire.Accept, nil
			})
			if err != nil || result.State != wire.StateAccepted || tries < 3 || bed.State(id) != wire.StateAccepted || p.failures(t) != 0 {
				t.Errorf("%+v, %v after %d tries, %s", result, err, tries, bed.State(id))
			}
			if list := p.entries(t); len(list) != 1 {
				t.Errorf("%+v", list)
			}
		})
	}
}

// The server is away for longer than the PIN's challenge lives: the person is
// asked once more, and nothing was counted. If the refusal of a wrong one was
// lost, the count tells.
func TestServerDownForLongerThanAChallenge(t *testing.T) {
	for _, first := range []string{testPIN, "00000"} {
		bed := servertest.New(t, func(c *tokenserver.Config) { c.Types[3].RequestExpiresIn = 10 * time.Minute })
		p := enrolledPhone(t, bed)
		id := push(bed, tokenserver.DemoPushPIN, "x")
		if first != testPIN {
			bed.After(func(path string) { bed.Down(path == wire.PathAnswer) })
		}
		calls := 0
		result, err := p.HandlePending(t.Context(), p.profile, id, func(mobileauth.Sending) {
			bed.Clock.Move(3 * time.Minute)
			bed.After(func(string) {})
			bed.Down(false)
		}, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			if calls++; calls == 1 {
				bed.Down(first == testPIN)
				r.PIN.Give(wire.SecretString(first))
				return wire.Accept, nil
			}
			wantCode(t, r.PIN.Err, wire.CodePINChallenge)
			if want := map[bool]int{true: 0, false: 1}[first == testPIN]; r.PIN.Failures != want {
				t.Errorf("%d failures; want %d", r.PIN.Failures, want)
			}
			r.PIN.Give(wire.SecretString(testPIN))
			return wire.Accept, nil
		})
		if err != nil || calls != 2 || result.State != wire.StateAccepted {
			t.Errorf("%+v, %v after %d calls", result, err, calls)
		}
	}
}

// The program ends while the server is down. The next run sends the answer, if
// the PIN's challenge still lives; else the request can be answered anew.
func TestResumeWithPIN(t *testing.T) {
	for away, sent := range map[time.Duration]bool{time.Minute: true, 3 * time.Minute: false} {
		bed := servertest.New(t, func(c *tokenserver.Config) { c.Types[3].RequestExpiresIn = 10 * time.Minute })
		p := enrolledPhone(t, bed)
		id := push(bed, tokenserver.DemoPushPIN, "x")
		ctx, stop := context.WithCancel(t.Context())
		_, err := p.HandlePending(ctx, p.profile, id, func(mobileauth.Sending) { stop() }, func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			bed.Down(true)
			r.PIN.Give(wire.SecretString(testPIN))
			return wire.Accept, nil
		})
		wantCode(t, err, wire.CodeServerNotReachable)
		kept, err := os.ReadFile(filepath.Join(p.dir, "history-unsent.json"))
		if err != nil || strings.Contains(string(kept), testPIN) {
			t.Errorf("%v, or the PIN was written down", err)
		}
		bed.Clock.Move(away)
		bed.Down(false)
		p.open(t)
		if err := p.Login(t.Context(), p.profile, pin(testPIN)); err != nil {
			t.Fatal(err)
		}
		results, err := p.Resume(t.Context(), p.profile)
		if sent {
			if err != nil || len(results) != 1 || results[0].State != wire.StateAccepted || bed.State(id) != wire.StateAccepted {
				t.Errorf("%+v, %v, %s", results, err, bed.State(id))
			}
			continue
		}
		wantCode(t, err, wire.CodePINChallenge)
		if list := p.entries(t); bed.State(id) != wire.StateClaimed || p.failures(t) != 0 || len(list) != 1 || list[0].Result != journal.Failed || list[0].Code != wire.CodePINChallenge {
			t.Errorf("%s, %+v", bed.State(id), list)
		}
		if results, err := p.Resume(t.Context(), p.profile); err != nil || len(results) != 0 {
			t.Errorf("resumed twice: %+v, %v", results, err)
		}
		if got := p.waiting(t); len(got) != 1 || got[0].TransactionID != id {
			t.Errorf("%+v", got)
		}
		if result, err := p.openOne(t.Context(), id, withPINs(t, testPIN)); err != nil || result.State != wire.StateAccepted {
			t.Errorf("%+v, %v", result, err)
		}
	}
}

// The PIN is in nothing that is sent, sealed or not, and what was sent once is
// worth nothing a second time.
func TestPINIsNeverSent(t *testing.T) {
	bed := servertest.New(t, noPauses)
	p := enrolledPhone(t, bed)
	var sent []byte
	var answer []byte
	p.hook.set(func(r *http.Response) error {
		body, err := r.Request.GetBody()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(body)
		sent = append(sent, data...)
		if r.Request.URL.Path == wire.PathAnswer && answer == nil {
			answer = bytes.Clone(data)
		}
		return err
	})
	id := push(bed, tokenserver.DemoPushPIN, "x")
	if _, err := p.openOne(t.Context(), id, withPINs(t, "00000", testPIN)); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sent, []byte(testPIN)) || answer == nil {
		t.Error("the PIN was sent")
	}
	// The answer with the wrong PIN, once more: it is in force already, and counts
	// as no try.
	if _, err := p.PostSealed(t.Context(), p.profile, wire.PathAnswer, answer); err != nil || p.failures(t) != 0 {
		t.Errorf("%v, %d failures", err, p.failures(t))
	}
	id = push(bed, tokenserver.DemoPushPIN, "y")
	if _, err := p.openOne(t.Context(), id, func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		_, err := p.PostSealed(ctx, p.profile, wire.PathAnswer, answer)
		if err != nil || bed.State(id) != wire.StateClaimed {
			t.Errorf("%v, %s", err, bed.State(id))
		}
		return wire.Deny, nil
	}); err != nil {
		t.Error(err)
	}
}
