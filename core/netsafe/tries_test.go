package netsafe

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func right() bool { return true }

func wrong() bool { return false }

func TestTries(t *testing.T) {
	var tries Tries
	start := time.Now()
	want := func(what string, at time.Duration, check func() bool, wantOK, wantWait bool, names ...string) {
		t.Helper()
		if ok, wait := tries.Try(start.Add(at), check, names...); ok != wantOK || wait != wantWait {
			t.Errorf("%s: %v, %v; want %v, %v", what, ok, wait, wantOK, wantWait)
		}
	}
	for i := range 9 {
		want("a wrong one", time.Duration(i)*time.Second, wrong, false, false, "anna", "here")
		want("a right one in between", time.Duration(i)*time.Second, right, true, false, "anna", "here")
	}
	want("the tenth wrong one", 9*time.Second, wrong, false, false, "anna", "here")
	want("one of its names", 10*time.Second, right, false, true, "anna")
	want("the other, and a new one", 10*time.Second, right, false, true, "bert", "here")
	want("a new one", 10*time.Second, right, true, false, "bert", "elsewhere")
	want("a moment before the oldest is a minute old", time.Minute-1, right, false, true, "anna")
	want("when it is", time.Minute, wrong, false, false, "anna")
	want("and again", time.Minute, right, false, true, "anna")
	want("after a minute", 2*time.Minute, right, true, false, "anna")
}

func TestTriesAtOnce(t *testing.T) {
	var tries Tries
	var checked atomic.Int32
	var all sync.WaitGroup
	now := time.Now()
	for range 100 {
		all.Go(func() {
			tries.Try(now, func() bool { checked.Add(1); return false }, "anna")
		})
	}
	all.Wait()
	if checked.Load() != maxTries {
		t.Errorf("%d were checked", checked.Load())
	}
}

// Memory is bounded: what is old makes room, and where nothing is, all do.
func TestTriesOfManyNames(t *testing.T) {
	now := time.Now()
	for what, c := range map[string]struct {
		at       time.Duration // of the name that is one too many
		left     int
		lateWait bool
	}{
		"the others are old": {TryWindow, 2, true},
		"none is old":        {TryWindow - 1, 1, false},
	} {
		var tries Tries
		for range maxTries {
			tries.Try(now.Add(time.Second), wrong, "late")
		}
		for i := range maxTryNames - 1 {
			tries.Try(now, wrong, strconv.Itoa(i))
		}
		tries.Try(now.Add(c.at), wrong, "new")
		if got := len(tries.wrong); got != c.left {
			t.Errorf("%s: %d names are left; want %d", what, got, c.left)
		}
		if _, wait := tries.Try(now.Add(c.at), right, "late"); wait != c.lateWait {
			t.Errorf("%s: wait %v; want %v", what, wait, c.lateWait)
		}
	}
}

func TestSource(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:4711":            "192.0.2.7",
		"[::ffff:192.0.2.7]:4711":   "192.0.2.7",
		"[2001:db8:1:2:3::4]:4711":  "2001:db8:1:2::/64", // one customer's
		"[2001:db8:1:2::5]:1":       "2001:db8:1:2::/64",
		"[fe80::1%eth0]:4711":       "fe80::/64",
		"[::1]:4711":                "::/64",
		"somewhere without a port!": "somewhere without a port!",
	} {
		if got := Source(&http.Request{RemoteAddr: remote}); got != want {
			t.Errorf("%s: %s; want %s", remote, got, want)
		}
	}
}
