package tokenserver_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// withPIN adds a proof of the PIN.
func (p *profile) withPIN(t testing.TB, a wire.Answer, pin string) wire.Answer {
	t.Helper()
	a.PINChallenge = p.challenge(t).Challenge
	a.PINProof = wire.PINProof(p.pinKey(t, pin, p.salt), a.PINChallenge, p.device.id, p.bed.Origin, a.Binding()...)
	return a
}

func TestPushOutcome(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Push.AfterDenial = 0 })
	p := enrolled(t, newDevice(t, bed))
	for _, c := range []struct {
		kind     string
		decision wire.Decision
		pin      bool
		state    wire.State
	}{
		{"login-push", wire.Accept, false, wire.StateAccepted},
		{"login-push", wire.Deny, false, wire.StateDenied},
		{"transfer-push-pin", wire.Deny, false, wire.StateDenied}, // denying never takes the PIN
		{"transfer-push-pin", wire.Accept, true, wire.StateAccepted},
	} {
		id := startPush(t, bed, c.kind)
		_, d, hash := p.claim(t, id)
		a := p.answerTo(d, hash, c.decision)
		if c.pin {
			a = p.withPIN(t, a, testPIN)
		}
		sealed := p.seal(t, a)
		for range 2 { // the same bytes again: the same outcome, without a second try of the PIN
			var out wire.Outcome
			r, _ := p.sealed(t, wire.PathAnswer, sealed, &out)
			if r.status != 200 || out.State != c.state || out.Challenge != d.Challenge || bed.State(id) != c.state {
				t.Errorf("%s, %s: %d %s %+v, %s", c.kind, c.decision, r.status, r.body, out, bed.State(id))
			}
		}
		if got := p.challenge(t).Failures; got != 0 {
			t.Errorf("%d failures", got)
		}
	}
}

func TestPushPINRefused(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.PIN.MaxFailures = 100 })
	p := enrolled(t, newDevice(t, bed))
	id, other := startPush(t, bed, "transfer-push-pin"), startPush(t, bed, "transfer-push-pin")
	_, d, hash := p.claim(t, id)
	_, d2, hash2 := p.claim(t, other)
	good := func() wire.Answer { return p.answerTo(d, hash, wire.Accept) }
	used := p.withPIN(t, good(), "00000")
	for i, c := range []struct {
		what  string
		a     wire.Answer
		code  int
		count bool
	}{
		{"no PIN", good(), wire.CodePINChallenge, false},
		{"a wrong PIN", used, wire.CodeIncorrectPIN, true},
		{"the same again", used, wire.CodePINChallenge, false},
		{"the proof of a login", func() wire.Answer {
			a := good()
			a.PINChallenge = p.challenge(t).Challenge
			a.PINProof = p.proof(t, testPIN, a.PINChallenge)
			return a
		}(), wire.CodeIncorrectPIN, true},
		{"the proof of another transaction", func() wire.Answer {
			a, b := good(), p.withPIN(t, p.answerTo(d2, hash2, wire.Accept), testPIN)
			a.PINChallenge, a.PINProof = b.PINChallenge, b.PINProof
			return a
		}(), wire.CodeIncorrectPIN, true},
		{"a proof for other details", func() wire.Answer {
			a := p.withPIN(t, p.answerTo(d, "other", wire.Accept), testPIN)
			a.DetailsHash = hash
			return a
		}(), wire.CodeIncorrectPIN, true},
		{"an unknown challenge", func() wire.Answer {
			a := good()
			a.PINChallenge = "AAAAAAAAAAAAAAAAAAAAAAAAAA"
			a.PINProof = wire.PINProof(p.pinKey(t, testPIN, p.salt), a.PINChallenge, p.device.id, bed.Origin, a.Binding()...)
			return a
		}(), wire.CodePINChallenge, false},
		// Where anything else is wrong no try is counted.
		{"other details, wrong PIN", p.withPIN(t, p.answerTo(d, "other", wire.Accept), "00000"), wire.CodeMessageNotAuthentic, false},
		{"another challenge, wrong PIN", p.withPIN(t, p.answerTo(d2, hash, wire.Accept), "00000"), wire.CodeMessageNotAuthentic, false},
	} {
		before := p.challenge(t).Failures
		a := c.a
		if a.TransactionID == other {
			a.TransactionID = id
		}
		r, _ := p.answer(t, a)
		after := p.challenge(t).Failures
		if r.code() != c.code || (after-before == 1) != c.count || after-before > 1 {
			t.Errorf("%d, %s: %d %s; %d failures counted", i, c.what, r.status, r.body, after-before)
		}
		if c.code == wire.CodeIncorrectPIN && !strings.Contains(r.body, fmt.Sprintf(`"failures":%d,"remaining":%d`, after, 100-after)) {
			t.Errorf("%s: %s", c.what, r.body)
		}
		if got := bed.State(id); got != wire.StateClaimed {
			t.Fatalf("%s: %s", c.what, got)
		}
	}
	// The challenge of a PIN lives two minutes.
	a := p.withPIN(t, good(), testPIN)
	if r, _ := p.answer(t, a); r.status != 200 || bed.State(id) != wire.StateAccepted {
		t.Errorf("%d %s", r.status, r.body)
	}
	login := p.challenge(t)
	if r := p.grantPIN(t, login.Challenge, wire.PINProof(p.pinKey(t, testPIN, p.salt), login.Challenge, p.device.id, bed.Origin, a.Binding()...)); r.code() != wire.CodeIncorrectPIN {
		t.Errorf("an approval's proof logs in: %d %s", r.status, r.body)
	}
}

func TestPushWrongPINsToTheLimit(t *testing.T) {
	bed := servertest.New(t)
	d := newDevice(t, bed)
	p := enrolled(t, d)
	id := startPush(t, bed, "transfer-push-pin")
	_, details, hash := p.claim(t, id)
	for i, want := range []string{`"failures":1,"remaining":2`, `"failures":2,"remaining":1`} {
		r, _ := p.answer(t, p.withPIN(t, p.answerTo(details, hash, wire.Accept), "00000"))
		r.want(t, 400, wire.CodeIncorrectPIN)
		if !strings.Contains(r.body, want) || bed.State(id) != wire.StateClaimed {
			t.Errorf("wrong PIN %d: %s, %s", i+1, r.body, bed.State(id))
		}
	}
	r, _ := p.answer(t, p.withPIN(t, p.answerTo(details, hash, wire.Accept), "00000"))
	r.want(t, 400, wire.CodeUserDeregistered)
	if bed.State(id) != wire.StateFailed || alive(t, bed, p.access) {
		t.Errorf("it is %s", bed.State(id))
	}
	d.json(t, wire.PathPINChallenge, wire.PINChallengeRequest{Version: 1, ProfileID: p.id}, d.auth()).want(t, 400, wire.CodeUserDeregistered)
}

// The right PIN and many wrong ones at once: it is accepted if, and only if, the
// right one was in time, and fails if the last wrong one was before it.
func TestPushRightAndWrongPINs(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Push.MaxOpen = wire.MaxPending })
	for range 15 {
		p := enrolled(t, newDevice(t, bed))
		id := startPush(t, bed, "transfer-push-pin", "device_id", p.device.id)
		_, d, hash := p.claim(t, id)
		bodies := []string{p.seal(t, p.withPIN(t, p.answerTo(d, hash, wire.Accept), testPIN))}
		for range 9 {
			bodies = append(bodies, p.seal(t, p.withPIN(t, p.answerTo(d, hash, wire.Accept), "00000")))
		}
		codes := make([]int, len(bodies))
		parallel(len(bodies), func(i int) {
			r := call(t, bed, "POST", wire.PathAnswer, wire.ContentSealed, bodies[i], bearer(p.access))
			codes[i] = r.code()
			if r.status == 200 && bed.State(id) != wire.StateAccepted {
				t.Errorf("confirmed, and it is %s", bed.State(id))
			}
		})
		_, err := bed.Store.Profile(t.Context(), p.id)
		state := bed.State(id)
		if (codes[0] == 0) != (state == wire.StateAccepted) {
			t.Fatalf("the right PIN was told %d, and it is %s", codes[0], state)
		}
		if gone := err != nil; gone && state != wire.StateAccepted && state != wire.StateFailed || !gone && state == wire.StateFailed {
			t.Fatalf("the user is gone: %v, and it is %s; %v", gone, state, codes)
		}
	}
}
