package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// newPush is a transaction that was pushed to the user of a profile.
func newPush(id, profileID, method string) tokenserver.Transaction {
	t := newTransaction(id)
	t.Method, t.UserID, t.OTPHash = method, "user of "+profileID, tokenserver.Hash{}
	return t
}

// newPushClaim is a profile's claim of a pushed transaction.
func newPushClaim(id, deviceID, profileID, challenge string) tokenserver.Claim {
	c := newClaim(id, deviceID, profileID, challenge)
	c.OTPHash = tokenserver.Hash{}
	return c
}

// manyPushes lets everything through.
var manyPushes = tokenserver.PushConfig{MaxOpen: 1000, Denials: 1000}

// push starts a pushed transaction.
func (f fixture) push(t *testing.T, x tokenserver.Transaction, rules tokenserver.PushConfig, want time.Time) {
	t.Helper()
	next, err := f.AddPush(t.Context(), x, rules)
	ok(t, err)
	if !next.Equal(want) {
		t.Fatalf("push %s: the next one at %v; want %v", x.ID, next, want)
	}
	if _, err := f.Transaction(t.Context(), x.ID); (err == nil) != want.IsZero() {
		t.Fatalf("push %s: it was stored: %v", x.ID, err == nil)
	}
}

// waiting lists the ids of what waits for a profile.
func (f fixture) waiting(t *testing.T, p tokenserver.Profile, now time.Time, limit int) []string {
	t.Helper()
	list, err := f.Pending(t.Context(), p, now, limit)
	ok(t, err)
	ids := []string{}
	for _, x := range list {
		ids = append(ids, x.ID)
	}
	return ids
}

// sameUser adds a second enrolled profile of a user on another device.
func (f fixture) sameUser(t *testing.T, deviceID, profileID, ofProfile string) {
	t.Helper()
	ok(t, f.AddDevice(t.Context(), newDevice(deviceID)))
	p := newProfile(profileID, deviceID)
	p.UserID = "user of " + ofProfile
	ok(t, f.AddProfile(t.Context(), p))
	ok(t, f.SetPIN(t.Context(), profileID, newPIN("salt"), nil))
	ok(t, f.BeginEnrollment(t.Context(), newEnrollment(profileID, profileID), false))
	ok(t, f.ActivateEnrollment(t.Context(), profileID, tokenserver.HashText(profileID), false, start))
}

func testPending(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	f.sameUser(t, "tablet", "P2", "P1")
	f.enrolled(t, "other", "P3")
	second := newPush("second", "P1", wire.MethodPushPIN)
	second.Created = start.Add(time.Millisecond)
	only := newPush("tablet only", "P1", wire.MethodPush)
	only.Created, only.ForDevice = start.Add(2*time.Millisecond), "tablet"
	for _, x := range []tokenserver.Transaction{only, second, newPush("first", "P1", wire.MethodPush), newPush("of another", "P3", wire.MethodPush)} {
		f.push(t, x, manyPushes, time.Time{})
	}
	ok(t, f.AddTransaction(t.Context(), newTransaction("by OTP")))
	f.claim(t, newClaim("by OTP", "device", "P1", "x"), start, tokenserver.Claimed)

	got, err := f.Pending(t.Context(), newProfile("P1", "device"), start, 10)
	ok(t, err)
	equal(t, got, []tokenserver.Transaction{newPush("first", "P1", wire.MethodPush), second})
	p1, p2, p3 := newProfile("P1", "device"), newProfile("P2", "tablet"), newProfile("P3", "other")
	p2.UserID = p1.UserID
	equal(t, f.waiting(t, p2, start, 10), []string{"first", "second", "tablet only"})
	equal(t, f.waiting(t, p2, start, 2), []string{"first", "second"})
	equal(t, f.waiting(t, p3, start, 10), []string{"of another"})
	equal(t, f.waiting(t, p1, newTransaction("").Expires, 10), []string{})

	// Who claims it has it, and no other device sees it any more.
	c := newPushClaim("first", "device", "P1", "c")
	f.claim(t, c, start, tokenserver.Claimed)
	equal(t, f.waiting(t, p2, start, 10), []string{"second", "tablet only"})
	equal(t, f.waiting(t, p1, start, 10), []string{"first", "second"})
	f.answer(t, newAnswer(c, wire.Accept), start, tokenserver.Answered)
	equal(t, f.waiting(t, p1, start, 10), []string{"second"})
}

func testPushClaims(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	f.sameUser(t, "tablet", "P2", "P1")
	f.enrolled(t, "other", "P3")
	f.push(t, newPush("T", "P1", wire.MethodPush), manyPushes, time.Time{})
	only := newPush("only", "P1", wire.MethodPush)
	only.ForDevice = "tablet"
	f.push(t, only, manyPushes, time.Time{})
	ok(t, f.AddTransaction(t.Context(), newTransaction("by OTP")))

	// Neither another user nor another device learns that it exists.
	f.claim(t, newPushClaim("T", "other", "P3", "x"), start, tokenserver.ClaimUnknown)
	f.claim(t, newPushClaim("only", "device", "P1", "x"), start, tokenserver.ClaimUnknown)
	// No OTP stands for a pushed one, and an OTP's needs it.
	f.claim(t, newClaim("T", "device", "P1", "x"), start, tokenserver.ClaimUnknown)
	f.claim(t, newPushClaim("by OTP", "device", "P1", "x"), start, tokenserver.ClaimUnknown)
	for _, id := range []string{"T", "only", "by OTP"} {
		if s := f.state(t, id); s != wire.StateInitialized {
			t.Fatalf("refused claims left %s %s", id, s)
		}
	}

	asP2 := func(id, challenge string) tokenserver.Claim {
		c := newPushClaim(id, "tablet", "P2", challenge)
		c.UserID = "user of P1"
		return c
	}
	f.claim(t, asP2("only", "x"), start, tokenserver.Claimed)
	f.claim(t, newPushClaim("only", "device", "P1", "x"), start, tokenserver.ClaimUnknown)
	f.claim(t, newPushClaim("T", "device", "P1", "first"), start, tokenserver.Claimed)
	f.claim(t, asP2("T", "x"), start, tokenserver.ClaimElsewhere)
	again := newPushClaim("T", "device", "P1", "second")
	f.claim(t, again, start, tokenserver.Claimed)
	f.answer(t, newAnswer(newPushClaim("T", "device", "P1", "first"), wire.Accept), start, tokenserver.AnswerMismatch)
	f.answer(t, newAnswer(again, wire.Accept), start, tokenserver.Answered)
	f.claim(t, asP2("T", "x"), start, tokenserver.ClaimAnswered)
	f.claim(t, asP2("only", "x"), newTransaction("").Expires, tokenserver.ClaimExpired)
}

// What takes the PIN is not accepted without it, and the answer that has it ends
// the count of wrong ones.
func testPushPIN(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	for _, id := range []string{"denied", "accepted", "late", "removed"} {
		f.push(t, newPush(id, "P1", wire.MethodPushPIN), manyPushes, time.Time{})
	}
	claimed := func(id string) tokenserver.Claim {
		c := newPushClaim(id, "device", "P1", "challenge of "+id)
		f.claim(t, c, start, tokenserver.Claimed)
		return c
	}
	proved := func(c tokenserver.Claim) tokenserver.Answer {
		a := newAnswer(c, wire.Accept)
		a.PINProved = true
		return a
	}
	count := func(n string) {
		t.Helper()
		if _, attempt, err := f.CountPINFailure(t.Context(), "device", "P1", f.challenge(t, "P1"), 3, start); attempt != tokenserver.PINCounted || err != nil {
			t.Fatalf("%s: %d, %v", n, attempt, err)
		}
	}
	failures := func(want int) {
		t.Helper()
		if p, err := f.Profile(t.Context(), "P1"); err != nil || p.Failures != want {
			t.Fatalf("%d failures, %v; want %d", p.Failures, err, want)
		}
	}

	f.answer(t, newAnswer(claimed("denied"), wire.Deny), start, tokenserver.Answered)

	c := claimed("accepted")
	f.answer(t, newAnswer(c, wire.Accept), start, tokenserver.AnswerNeedsProof)
	wrong := newAnswer(c, wire.Accept)
	wrong.DetailsHash = "other"
	f.answer(t, wrong, start, tokenserver.AnswerMismatch) // no PIN helps with that
	if s := f.state(t, "accepted"); s != wire.StateClaimed {
		t.Fatalf("it is %s without a PIN", s)
	}
	count("first")
	count("second")
	failures(2)
	f.answer(t, proved(c), start, tokenserver.Answered)
	failures(0)
	// The confirmation was lost: no second PIN is asked for.
	f.answer(t, newAnswer(c, wire.Accept), start, tokenserver.AnswerRepeated)

	// The PIN was right, but too late: it counts for the PIN all the same.
	c = claimed("late")
	count("third")
	f.answer(t, proved(c), newTransaction("").Expires, tokenserver.AnswerExpired)
	failures(0)

	c = claimed("removed")
	ok(t, f.RemoveProfile(t.Context(), "device", "P1", start))
	f.answer(t, proved(c), start, tokenserver.AnswerTooLate)
	if s := f.state(t, "removed"); s != wire.StateFailed {
		t.Errorf("it is %s", s)
	}
}

// What takes the fingerprint is accepted with it, or with the PIN; no fingerprint
// stands in for a PIN.
func testPushFingerprint(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	for id, method := range map[string]string{"finger": wire.MethodPushFingerprint, "by PIN": wire.MethodPushFingerprint, "denied": wire.MethodPushFingerprint, "PIN": wire.MethodPushPIN} {
		f.push(t, newPush(id, "P1", method), manyPushes, time.Time{})
	}
	answer := func(id string, d wire.Decision, pin, finger bool, want tokenserver.AnswerResult) {
		t.Helper()
		c := newPushClaim(id, "device", "P1", "challenge of "+id)
		f.claim(t, c, start, tokenserver.Claimed)
		a := newAnswer(c, d)
		a.PINProved, a.FingerprintProved = pin, finger
		f.answer(t, a, start, want)
	}
	answer("finger", wire.Accept, false, false, tokenserver.AnswerNeedsProof)
	answer("finger", wire.Accept, false, true, tokenserver.Answered)
	answer("by PIN", wire.Accept, true, false, tokenserver.Answered)
	answer("denied", wire.Deny, false, false, tokenserver.Answered)
	answer("PIN", wire.Accept, false, true, tokenserver.AnswerNeedsProof)
	if s := f.state(t, "PIN"); s != wire.StateClaimed {
		t.Errorf("a fingerprint made what takes the PIN %s", s)
	}
}

// A user is asked by push only so often, whoever asks.
func testPushRules(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	f.enrolled(t, "other", "P3")
	rules := tokenserver.PushConfig{MaxOpen: 2, AfterDenial: 30 * time.Second, Denials: 3, DenialsWithin: 10 * time.Minute, Quiet: 15 * time.Minute}
	n := 0
	push := func(at time.Time, want time.Time) string {
		t.Helper()
		n++
		x := newPush(fmt.Sprint("T", n), "P1", wire.MethodPush)
		x.ClientID, x.Created, x.Expires = fmt.Sprint("portal", n%2), at, at.Add(time.Minute)
		f.push(t, x, rules, want)
		return x.ID
	}
	deny := func(id string, at time.Time) {
		t.Helper()
		c := newPushClaim(id, "device", "P1", id)
		f.claim(t, c, at, tokenserver.Claimed)
		f.answer(t, newAnswer(c, wire.Deny), at, tokenserver.Answered)
	}
	var now, none time.Time
	at := func(d time.Duration) time.Time { return start.Add(d) }

	first := push(at(0), none)
	push(at(time.Second), none)
	push(at(2*time.Second), at(time.Minute)) // the first one expires then
	f.push(t, newPush("other user", "P3", wire.MethodPush), rules, none)
	ok(t, f.AddTransaction(t.Context(), newTransaction("by OTP"))) // needs no rule: somebody has to scan it

	now = at(5 * time.Second)
	deny(first, now)
	push(now, now.Add(30*time.Second))
	push(now.Add(30*time.Second-time.Millisecond), now.Add(30*time.Second))
	now = now.Add(30 * time.Second)
	second := push(now, none)
	deny(second, now)
	now = at(2 * time.Minute)
	third := push(now, none)
	deny(third, now)
	push(now.Add(time.Minute), now.Add(15*time.Minute))
	push(now.Add(15*time.Minute-time.Millisecond), now.Add(15*time.Minute))
	now = now.Add(15 * time.Minute)
	fourth := push(now, none)
	deny(fourth, now) // the three before are long ago
	push(now.Add(30*time.Second), none)

	// What has expired takes no room, swept or not.
	now = at(time.Hour)
	push(now, none)
	push(now, none)
	push(now, now.Add(time.Minute))
	push(now.Add(time.Minute), none)

	// The caps of the table hold as well.
	for i := range 2 * Limits().OpenTransactions {
		x := newPush(fmt.Sprint("many", i), "P3", wire.MethodPush)
		if _, err := f.AddPush(t.Context(), x, tokenserver.PushConfig{MaxOpen: 10_000, Denials: 1}); err != nil {
			wantErr(t, err, tokenserver.ErrFull)
			return
		}
	}
	t.Error("the table has no end")
}

// Two devices of one user open the same requests: each has one winner.
func testPushRaces(t *testing.T, f fixture) {
	const pushes = 200
	f.enrolled(t, "d0", "P0")
	f.sameUser(t, "d1", "P1", "P0")
	for i := range pushes {
		f.push(t, newPush(fmt.Sprint("T", i), "P0", wire.MethodPush), manyPushes, time.Time{})
	}
	var won [2]atomic.Int32
	race(2, func(n int) {
		for i := range pushes {
			c := newPushClaim(fmt.Sprint("T", i), fmt.Sprint("d", n), fmt.Sprint("P", n), fmt.Sprint(i, n))
			c.UserID = "user of P0"
			switch got, err := f.Claim(t.Context(), c, start); {
			case err != nil:
				t.Error(err)
			case got == tokenserver.Claimed:
				won[n].Add(1)
			case got != tokenserver.ClaimElsewhere:
				t.Errorf("claim: %d", got)
			}
		}
	})
	if a, b := won[0].Load(), won[1].Load(); a+b != pushes {
		t.Errorf("%d and %d of %d were won", a, b, pushes)
	}
	// However many portals ask at once, no more wait than may.
	var stored atomic.Int32
	rules := tokenserver.PushConfig{MaxOpen: 3, Denials: 1}
	race(20, func(n int) {
		next, err := f.AddPush(t.Context(), newPush(fmt.Sprint("N", n), "nobody", wire.MethodPush), rules)
		if err != nil {
			t.Error(err)
		} else if next.IsZero() {
			stored.Add(1)
		}
	})
	if stored.Load() != 3 {
		t.Errorf("%d wait", stored.Load())
	}
}
