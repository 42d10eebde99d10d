package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

func newExtension(c tokenserver.Claim, by time.Duration) tokenserver.Extension {
	return tokenserver.Extension{TransactionID: c.TransactionID, DeviceID: c.DeviceID, ProfileID: c.ProfileID, ChallengeHash: c.ChallengeHash, By: by}
}

func (f fixture) extend(t *testing.T, e tokenserver.Extension, now time.Time, want tokenserver.AnswerResult, expires time.Time) {
	t.Helper()
	at, got, err := f.Extend(t.Context(), e, now)
	ok(t, err)
	if got != want || !at.Equal(expires) {
		t.Fatalf("extension: %d until %v; want %d until %v", got, at, want, expires)
	}
}

// Who holds a transaction gets more time for it, once.
func testExtension(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	f.enrolled(t, "other", "P2")
	var none time.Time
	ends, later := newTransaction("").Expires, start.Add(50*time.Second).Add(2*time.Minute)
	at := start.Add(50 * time.Second)
	ok(t, f.AddTransaction(t.Context(), newTransaction("T")))
	c := newClaim("T", "device", "P1", "challenge")

	f.extend(t, newExtension(newClaim("unknown", "device", "P1", "challenge"), 2*time.Minute), at, tokenserver.AnswerUnknown, none)
	f.extend(t, newExtension(c, 2*time.Minute), at, tokenserver.AnswerUnknown, none) // not claimed
	f.claim(t, c, start, tokenserver.Claimed)
	f.extend(t, newExtension(newClaim("T", "other", "P2", "challenge"), 2*time.Minute), at, tokenserver.AnswerElsewhere, none)
	f.extend(t, newExtension(newClaim("T", "device", "P1", "guess"), 2*time.Minute), at, tokenserver.AnswerMismatch, none)
	f.extend(t, newExtension(c, 2*time.Minute), ends, tokenserver.AnswerExpired, none)
	if got, err := f.Transaction(t.Context(), "T"); err != nil || got.Extended || !got.Expires.Equal(ends) {
		t.Fatalf("refused extensions left %+v, %v", got, err)
	}

	f.extend(t, newExtension(c, 2*time.Minute), at, tokenserver.Answered, later)
	f.extend(t, newExtension(c, 2*time.Minute), at.Add(time.Minute), tokenserver.AnswerRepeated, later) // the answer was lost
	got, err := f.Transaction(t.Context(), "T")
	ok(t, err)
	want := newTransaction("T")
	want.State, want.Expires, want.Extended = wire.StateClaimed, later, true
	want.DeviceID, want.ProfileID, want.UserID, want.DeviceKind, want.KeyStorage = c.DeviceID, c.ProfileID, c.UserID, c.DeviceKind, c.KeyStorage
	equal(t, got, want)

	// It is not expired at its first end, nor swept; and no new claim gives more.
	removed, err := f.Sweep(t.Context(), ends.Add(time.Second), 100)
	ok(t, err)
	if removed.Expired != 0 {
		t.Fatal("the sweep went by the first expiry")
	}
	again := newClaim("T", "device", "P1", "again")
	f.claim(t, again, ends.Add(time.Second), tokenserver.Claimed)
	f.extend(t, newExtension(again, 2*time.Minute), ends.Add(time.Second), tokenserver.AnswerRepeated, later)
	f.answer(t, newAnswer(again, wire.Accept), later.Add(-time.Millisecond), tokenserver.Answered)
	f.extend(t, newExtension(again, 2*time.Minute), later.Add(-time.Millisecond), tokenserver.AnswerTooLate, none)

	// More time is never less.
	ok(t, f.AddTransaction(t.Context(), newTransaction("long")))
	c = newClaim("long", "device", "P1", "challenge")
	f.claim(t, c, start, tokenserver.Claimed)
	f.extend(t, newExtension(c, time.Second), start, tokenserver.Answered, ends)
}

// However often it is asked for at once, it is given once.
func testExtensionRaces(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	ok(t, f.AddTransaction(t.Context(), newTransaction("T")))
	c := newClaim("T", "device", "P1", "challenge")
	f.claim(t, c, start, tokenserver.Claimed)
	var given, repeated atomic.Int32
	race(20, func(i int) {
		switch _, got, err := f.Extend(t.Context(), newExtension(c, 2*time.Minute), start.Add(time.Duration(i)*time.Second)); {
		case err != nil:
			t.Error(err)
		case got == tokenserver.Answered:
			given.Add(1)
		case got == tokenserver.AnswerRepeated:
			repeated.Add(1)
		}
	})
	if given.Load() != 1 || repeated.Load() != 19 {
		t.Errorf("%d given, %d repeated", given.Load(), repeated.Load())
	}
}
