package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// answered ends a transaction, which queues its callback.
func (f fixture) answered(t *testing.T, id string, now time.Time) {
	t.Helper()
	ok(t, f.AddTransaction(t.Context(), newTransaction(id)))
	c := newClaim(id, "device", "P1", id)
	f.claim(t, c, now, tokenserver.Claimed)
	f.answer(t, newAnswer(c, wire.Accept), now, tokenserver.Answered)
}

func testCallbacks(t *testing.T, f fixture) {
	ctx := t.Context()
	f.enrolled(t, "device", "P1")
	silent := newTransaction("silent")
	silent.CallbackURI = ""
	ok(t, f.AddTransaction(ctx, silent))
	c := newClaim("silent", "device", "P1", "x")
	f.claim(t, c, start, tokenserver.Claimed)
	f.answer(t, newAnswer(c, wire.Deny), start, tokenserver.Answered)
	if list := f.callbacks(t); len(list) != 0 {
		t.Errorf("a callback to nowhere: %+v", list)
	}

	f.answered(t, "T", start)
	until := start.Add(30 * time.Second)
	list, err := f.LeaseCallbacks(ctx, start.Add(-time.Millisecond), until, 10)
	if err != nil || len(list) != 0 {
		t.Errorf("due before it was queued: %+v, %v", list, err)
	}
	list, err = f.LeaseCallbacks(ctx, start, until, 10)
	ok(t, err)
	if len(list) != 1 {
		t.Fatalf("%d callbacks are due", len(list))
	}
	id := list[0].ID
	equal(t, list, []tokenserver.Callback{{
		ID: id, TransactionID: "T", ClientID: "portal", URI: "https://portal.example/callback", State: wire.StateAccepted,
		UserID: "user of P1", Attempts: 1, NextAt: until,
	}})
	due := func(now time.Time) int {
		t.Helper()
		list, err := f.LeaseCallbacks(ctx, now, now, 10)
		ok(t, err)
		return len(list)
	}
	if due(until.Add(-time.Millisecond)) != 0 {
		t.Error("leased twice")
	}
	if due(until) != 1 {
		t.Error("a lease never ends")
	}
	ok(t, f.RetryCallback(ctx, id, until.Add(time.Hour)))
	if due(until.Add(time.Hour-time.Millisecond)) != 0 || due(until.Add(time.Hour)) != 1 {
		t.Error("put off wrongly")
	}
	list, err = f.LeaseCallbacks(ctx, until.Add(2*time.Hour), until, 10)
	ok(t, err)
	if len(list) != 1 || list[0].Attempts != 4 {
		t.Errorf("after four leases: %+v", list)
	}

	ok(t, f.RemoveCallback(ctx, id))
	wantErr(t, f.RemoveCallback(ctx, id), tokenserver.ErrNotFound)
	wantErr(t, f.RetryCallback(ctx, id, start), tokenserver.ErrNotFound)
	if due(until.Add(1000*time.Hour)) != 0 {
		t.Error("a removed callback is due")
	}

	// The id names a callback for ever: a portal knows repeated ones by it.
	f.answered(t, "U", start)
	list, err = f.LeaseCallbacks(ctx, start, until, 10)
	ok(t, err)
	if len(list) != 1 || list[0].ID == id {
		t.Errorf("the next callback has the id of the last one: %+v", list)
	}
}

// Several leasers share the work: each callback goes to one of them.
func testCallbackLeases(t *testing.T, f fixture) {
	f.enrolled(t, "device", "P1")
	const n = 40
	for i := range n {
		f.answered(t, string(rune('A'+i)), start.Add(time.Duration(i)*time.Millisecond))
	}
	list, err := f.LeaseCallbacks(t.Context(), start.Add(time.Second), start.Add(time.Second), 3)
	ok(t, err)
	names := map[string]bool{}
	for _, c := range list {
		names[c.TransactionID] = true
	}
	if len(list) != 3 || !names["A"] || !names["B"] || !names["C"] {
		t.Errorf("of many callbacks the oldest are first, got %v", names)
	}

	// Those of a client that is busy wait, however many they are.
	other := newTransaction("other")
	other.ClientID = "other"
	ok(t, f.AddTransaction(t.Context(), other))
	c := newClaim("other", "device", "P1", "x")
	f.claim(t, c, start, tokenserver.Claimed)
	f.answer(t, newAnswer(c, wire.Accept), start.Add(time.Second), tokenserver.Answered)
	list, err = f.LeaseCallbacks(t.Context(), start.Add(time.Second), start.Add(time.Second), n, "portal", "third")
	ok(t, err)
	if len(list) != 1 || list[0].ClientID != "other" {
		t.Errorf("with all but one client busy: %+v", list)
	}
	list, err = f.LeaseCallbacks(t.Context(), start.Add(time.Second), start.Add(time.Second), n, "portal", "other")
	ok(t, err)
	if len(list) != 0 {
		t.Errorf("with all clients busy: %+v", list)
	}

	var mu sync.Mutex
	got := map[int64]int{}
	race(4, func(int) {
		for range n {
			list, err := f.LeaseCallbacks(t.Context(), start.Add(2*time.Second), start.Add(time.Hour), 3)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			for _, c := range list {
				got[c.ID]++
			}
			mu.Unlock()
		}
	})
	for id, times := range got {
		if times != 1 {
			t.Errorf("callback %d was leased %d times", id, times)
		}
	}
	if len(got) != n+1 {
		t.Errorf("%d of %d callbacks were leased", len(got), n+1)
	}
}
