package storetest

import (
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

func testTransactions(t *testing.T, f fixture) {
	ctx := t.Context()
	_, err := f.Transaction(ctx, "T")
	wantErr(t, err, tokenserver.ErrNotFound)
	want := newTransaction("T")
	ok(t, f.AddTransaction(ctx, want))
	got, err := f.Transaction(ctx, "T")
	ok(t, err)
	equal(t, got, want)

	f.enrolled(t, "device", "P1")
	c := newClaim("T", "device", "P1", "challenge")
	f.claim(t, c, start, tokenserver.Claimed)
	want.State, want.UserID, want.DeviceID, want.ProfileID = wire.StateClaimed, "user of P1", "device", "P1"
	want.DeviceKind, want.KeyStorage = wire.KindDesktop, "keyring"
	got, err = f.Transaction(ctx, "T")
	ok(t, err)
	equal(t, got, want)

	f.answer(t, newAnswer(c, wire.Accept), start.Add(time.Second), tokenserver.Answered)
	want.State, want.Ended = wire.StateAccepted, start.Add(time.Second)
	got, err = f.Transaction(ctx, "T")
	ok(t, err)
	equal(t, got, want)
}

func (f fixture) claim(t *testing.T, c tokenserver.Claim, now time.Time, want tokenserver.ClaimResult) {
	t.Helper()
	if got, err := f.Claim(t.Context(), c, now); got != want || err != nil {
		t.Fatalf("claim: %d, %v; want %d", got, err, want)
	}
}

func (f fixture) answer(t *testing.T, a tokenserver.Answer, now time.Time, want tokenserver.AnswerResult) {
	t.Helper()
	if got, err := f.Answer(t.Context(), a, now); got != want || err != nil {
		t.Fatalf("answer: %d, %v; want %d", got, err, want)
	}
}

func testClaims(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	f.enrolled(t, "device", "P2")
	f.enrolled(t, "other", "P3")
	f.profile(t, "other", "bare")
	ok(t, f.AddTransaction(t.Context(), newTransaction("T")))
	ok(t, f.AddTransaction(t.Context(), newTransaction("U")))

	good := newClaim("T", "device", "P1", "first")
	changed := func(change func(*tokenserver.Claim)) tokenserver.Claim {
		c := good
		change(&c)
		return c
	}
	f.claim(t, changed(func(c *tokenserver.Claim) { c.TransactionID = "nothing" }), start, tokenserver.ClaimUnknown)
	f.claim(t, changed(func(c *tokenserver.Claim) { c.OTPHash = tokenserver.HashText("guess") }), start, tokenserver.ClaimUnknown)
	f.claim(t, changed(func(c *tokenserver.Claim) { c.OTPHash = tokenserver.HashText("otp of U") }), start, tokenserver.ClaimUnknown)
	f.claim(t, newClaim("T", "other", "bare", "x"), start, tokenserver.ClaimNotEnrolled)
	if s := f.state(t, "T"); s != wire.StateInitialized {
		t.Fatalf("refused claims left it %s", s)
	}
	f.claim(t, good, start, tokenserver.Claimed)

	// Only the same device and profile may ask again; then the new question counts.
	f.claim(t, newClaim("T", "other", "P3", "x"), start, tokenserver.ClaimElsewhere)
	f.claim(t, newClaim("T", "device", "P2", "x"), start, tokenserver.ClaimElsewhere)
	f.claim(t, changed(func(c *tokenserver.Claim) { c.OTPHash = tokenserver.HashText("guess") }), start, tokenserver.ClaimUnknown)
	again := newClaim("T", "device", "P1", "second")
	f.claim(t, again, start, tokenserver.Claimed)
	f.answer(t, newAnswer(good, wire.Accept), start, tokenserver.AnswerMismatch)
	f.answer(t, newAnswer(again, wire.Deny), start, tokenserver.Answered)

	f.claim(t, again, start, tokenserver.ClaimAnswered)
	f.claim(t, newClaim("T", "other", "P3", "x"), start, tokenserver.ClaimAnswered)
	if s := f.state(t, "T"); s != wire.StateDenied {
		t.Errorf("it is %s", s)
	}

	// An enrollment that goes away takes the claim along.
	f.claim(t, newClaim("U", "other", "P3", "x"), start, tokenserver.Claimed)
	ok(t, f.RemoveProfile(t.Context(), "other", "P3", start))
	f.claim(t, newClaim("U", "other", "P3", "y"), start, tokenserver.ClaimAnswered)
	f.claim(t, newClaim("U", "device", "P1", "y"), start, tokenserver.ClaimAnswered)
}

func testAnswers(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	f.enrolled(t, "device", "P2")
	f.enrolled(t, "other", "P3")
	for _, id := range []string{"A", "B", "unclaimed"} {
		ok(t, f.AddTransaction(t.Context(), newTransaction(id)))
	}
	a, b := newClaim("A", "device", "P1", "challenge a"), newClaim("B", "device", "P1", "challenge b")
	f.claim(t, a, start, tokenserver.Claimed)
	f.claim(t, b, start, tokenserver.Claimed)

	good := newAnswer(a, wire.Accept)
	for what, try := range map[string]struct {
		change func(*tokenserver.Answer)
		want   tokenserver.AnswerResult
	}{
		"unknown":           {func(x *tokenserver.Answer) { x.TransactionID = "nothing" }, tokenserver.AnswerUnknown},
		"not claimed":       {func(x *tokenserver.Answer) { x.TransactionID = "unclaimed" }, tokenserver.AnswerUnknown},
		"another device":    {func(x *tokenserver.Answer) { x.DeviceID, x.ProfileID = "other", "P3" }, tokenserver.AnswerElsewhere},
		"another profile":   {func(x *tokenserver.Answer) { x.ProfileID = "P2" }, tokenserver.AnswerElsewhere},
		"another challenge": {func(x *tokenserver.Answer) { x.ChallengeHash = tokenserver.HashText("guess") }, tokenserver.AnswerMismatch},
		"other details":     {func(x *tokenserver.Answer) { x.DetailsHash = "other" }, tokenserver.AnswerMismatch},
		"no details":        {func(x *tokenserver.Answer) { x.DetailsHash = "" }, tokenserver.AnswerMismatch},
		"meant for B":       {func(x *tokenserver.Answer) { x.ChallengeHash, x.DetailsHash = b.ChallengeHash, b.DetailsHash }, tokenserver.AnswerMismatch},
	} {
		x := good
		try.change(&x)
		if got, err := f.Answer(t.Context(), x, start); got != try.want || err != nil {
			t.Errorf("%s: %d, %v; want %d", what, got, err, try.want)
		}
	}
	if list := f.callbacks(t); len(list) != 0 || f.state(t, "A") != wire.StateClaimed || f.state(t, "B") != wire.StateClaimed {
		t.Fatalf("refused answers left A %s, B %s and %d callbacks", f.state(t, "A"), f.state(t, "B"), len(list))
	}

	f.answer(t, good, start, tokenserver.Answered)
	f.answer(t, good, start, tokenserver.AnswerRepeated)
	f.answer(t, good, start.Add(time.Hour), tokenserver.AnswerRepeated) // also when asked late
	f.answer(t, newAnswer(a, wire.Deny), start, tokenserver.AnswerTooLate)
	f.answer(t, newAnswer(newClaim("A", "device", "P1", "guess"), wire.Accept), start, tokenserver.AnswerTooLate)
	f.answer(t, newAnswer(newClaim("A", "other", "P3", "challenge a"), wire.Accept), start, tokenserver.AnswerElsewhere)
	list := f.callbacks(t)
	if len(list) != 1 || list[0].TransactionID != "A" || list[0].State != wire.StateAccepted {
		t.Errorf("callbacks %+v", list)
	}

	ok(t, f.RemoveProfile(t.Context(), "device", "P1", start))
	f.answer(t, newAnswer(b, wire.Accept), start, tokenserver.AnswerTooLate)
	f.answer(t, good, start, tokenserver.AnswerRepeated)
	if s := f.state(t, "B"); s != wire.StateFailed {
		t.Errorf("B is %s", s)
	}
}

// What has an expiry is valid before it and no longer at it, to the millisecond,
// and whether or not Sweep came by.
func testExpiry(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	expires := newTransaction("").Expires
	last := expires.Add(-time.Millisecond)
	for _, id := range []string{"claim", "late claim", "answer", "late answer"} {
		ok(t, f.AddTransaction(t.Context(), newTransaction(id)))
	}
	f.claim(t, newClaim("claim", "device", "P1", "x"), last, tokenserver.Claimed)
	f.claim(t, newClaim("late claim", "device", "P1", "x"), expires, tokenserver.ClaimExpired)
	answered, late := newClaim("answer", "device", "P1", "a"), newClaim("late answer", "device", "P1", "l")
	f.claim(t, answered, start, tokenserver.Claimed)
	f.claim(t, late, start, tokenserver.Claimed)
	f.answer(t, newAnswer(answered, wire.Accept), last, tokenserver.Answered)
	f.answer(t, newAnswer(late, wire.Accept), expires, tokenserver.AnswerExpired)
	f.claim(t, late, expires, tokenserver.ClaimExpired)
	got, err := f.Transaction(t.Context(), "late answer")
	ok(t, err)
	if got.StateAt(last) != wire.StateClaimed || got.StateAt(expires) != wire.StateExpired {
		t.Errorf("it is %s before its expiry and %s at it", got.StateAt(last), got.StateAt(expires))
	}

	// Once swept, the end stands even for a clock that goes backwards.
	removed, err := f.Sweep(t.Context(), expires, 100)
	ok(t, err)
	if removed.Expired != 3 {
		t.Errorf("%d expired; want 3", removed.Expired)
	}
	f.answer(t, newAnswer(late, wire.Accept), start, tokenserver.AnswerExpired)
	f.claim(t, newClaim("late claim", "device", "P1", "x"), start, tokenserver.ClaimExpired)
	f.answer(t, newAnswer(answered, wire.Accept), expires, tokenserver.AnswerRepeated)
	states := map[string]wire.State{}
	for _, c := range f.callbacks(t) {
		states[c.TransactionID] = c.State
	}
	equal(t, states, map[string]wire.State{
		"claim": wire.StateExpired, "late claim": wire.StateExpired, "late answer": wire.StateExpired, "answer": wire.StateAccepted,
	})
}
