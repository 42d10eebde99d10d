package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// Two devices scan the same thousand codes: each has one winner, and the other
// one is told.
func testClaimRaces(t *testing.T, f fixture) {
	const codes = 1000
	f.enrolled(t, "d0", "P0")
	f.enrolled(t, "d1", "P1")
	for i := range codes {
		ok(t, f.AddTransaction(t.Context(), newTransaction(fmt.Sprint("T", i))))
	}
	var won [2][codes]bool
	race(2, func(n int) {
		for i := range codes {
			id := fmt.Sprint("T", i)
			c := newClaim(id, fmt.Sprint("d", n), fmt.Sprint("P", n), fmt.Sprint(id, n))
			got, err := f.Claim(t.Context(), c, start)
			won[n][i] = got == tokenserver.Claimed
			if err != nil || got != tokenserver.Claimed && got != tokenserver.ClaimElsewhere {
				t.Errorf("claim of %s: %d, %v", id, got, err)
			}
		}
	})
	for i := range codes {
		if won[0][i] == won[1][i] {
			t.Fatalf("code %d: claimed by the first %v, by the second %v", i, won[0][i], won[1][i])
		}
		got, err := f.Transaction(t.Context(), fmt.Sprint("T", i))
		ok(t, err)
		if (got.DeviceID == "d0") != won[0][i] {
			t.Fatalf("code %d belongs to %s, who did not win it", i, got.DeviceID)
		}
	}
}

// Accepting, denying, expiring and losing the profile race, all in the last
// millisecond and the one after: one of them happens, once, with one callback.
func testAnswerRaces(t *testing.T, f fixture) {
	const rounds = 25
	for i := range rounds {
		id, profile := fmt.Sprint("T", i), fmt.Sprint("P", i)
		f.enrolled(t, "device", profile)
		ok(t, f.AddTransaction(t.Context(), newTransaction(id)))
		c := newClaim(id, "device", profile, id)
		f.claim(t, c, start, tokenserver.Claimed)
		expires := newTransaction(id).Expires
		var accepted, denied, expired atomic.Int32
		answer := func(d wire.Decision, count *atomic.Int32) {
			got, err := f.Answer(t.Context(), newAnswer(c, d), expires.Add(-time.Millisecond))
			switch {
			case err != nil:
				t.Error(err)
			case got == tokenserver.Answered:
				count.Add(1)
			case got != tokenserver.AnswerRepeated && got != tokenserver.AnswerTooLate && got != tokenserver.AnswerExpired:
				t.Errorf("answer: %d", got)
			}
		}
		race(7, func(n int) {
			switch n {
			case 0, 1:
				answer(wire.Accept, &accepted)
			case 2, 3:
				answer(wire.Deny, &denied)
			case 4, 5:
				r, err := f.Sweep(t.Context(), expires, 100)
				if err != nil {
					t.Error(err)
				}
				expired.Add(int32(r.Expired))
			case 6:
				if err := f.RemoveProfile(t.Context(), "device", profile, expires.Add(-time.Millisecond)); err != nil {
					t.Error(err)
				}
			}
		})
		ends := accepted.Load() + denied.Load() + expired.Load()
		state := f.state(t, id)
		want := map[wire.State]int32{wire.StateAccepted: accepted.Load(), wire.StateDenied: denied.Load(), wire.StateExpired: expired.Load(), wire.StateFailed: 1 - ends}
		if ends > 1 || want[state] != 1 {
			t.Fatalf("%d accepted, %d denied, %d expired, and it is %s", accepted.Load(), denied.Load(), expired.Load(), state)
		}
		queued := 0
		for _, cb := range f.callbacks(t) {
			if cb.TransactionID == id {
				queued++
				if cb.State != state {
					t.Errorf("the callback says %s, the transaction %s", cb.State, state)
				}
			}
		}
		if queued != 1 {
			t.Fatalf("%d callbacks", queued)
		}
	}
}
