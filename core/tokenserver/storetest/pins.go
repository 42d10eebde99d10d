package storetest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

func testPINs(t *testing.T, f fixture) {
	ctx := t.Context()
	wantErr(t, f.SetPIN(ctx, "P1", newPIN("salt"), nil), tokenserver.ErrNotFound)
	ok(t, f.AddDevice(ctx, newDevice("device")))
	ok(t, f.AddProfile(ctx, newProfile("P1", "device")))
	wantErr(t, f.SetPIN(ctx, "P1", newPIN("new"), []byte("salt")), tokenserver.ErrConflict) // there is none to replace
	ok(t, f.SetPIN(ctx, "P1", newPIN("salt"), nil))
	wantErr(t, f.SetPIN(ctx, "P1", newPIN("new"), nil), tokenserver.ErrConflict)
	wantErr(t, f.SetPIN(ctx, "P1", newPIN("new"), []byte("another")), tokenserver.ErrConflict)

	// A new PIN starts the counter anew.
	f.try(t, "P1", 3, start)
	ok(t, f.SetPIN(ctx, "P1", newPIN("new"), []byte("salt")))
	want, pin := newProfile("P1", "device"), newPIN("new")
	want.PIN = &pin
	got, err := f.Profile(ctx, "P1")
	ok(t, err)
	equal(t, got, want)

	// Out of many changes at once one succeeds.
	var set atomic.Int32
	race(8, func(i int) {
		switch err := f.SetPIN(t.Context(), "P1", newPIN(fmt.Sprint(i)), []byte("new")); {
		case err == nil:
			set.Add(1)
		case !errors.Is(err, tokenserver.ErrConflict):
			t.Error(err)
		}
	})
	if set.Load() != 1 {
		t.Errorf("%d changes of the same PIN", set.Load())
	}
}

// challenge stores a fresh challenge for a profile.
func (f fixture) challenge(t *testing.T, profileID string) tokenserver.Hash {
	t.Helper()
	c := tokenserver.PINChallenge{Hash: tokenserver.HashText(rand.Text()), ProfileID: profileID, Expires: start.Add(time.Hour)}
	ok(t, f.AddPINChallenge(t.Context(), c))
	return c.Hash
}

// try counts one try with a fresh challenge.
func (f fixture) try(t *testing.T, profileID string, most int, now time.Time) (tokenserver.Profile, tokenserver.PINAttempt) {
	t.Helper()
	p, attempt, err := f.CountPINFailure(t.Context(), "device", profileID, f.challenge(t, profileID), most, now)
	ok(t, err)
	return p, attempt
}

func testPINCounter(t *testing.T, f fixture) {
	ctx := t.Context()
	wantErr(t, f.AddPINChallenge(ctx, tokenserver.PINChallenge{Hash: tokenserver.HashText("c"), ProfileID: "P1", Expires: start.Add(time.Hour)}), tokenserver.ErrNotFound)
	f.enrolled(t, "device", "P1", newToken("access", tokenserver.AccessToken, "P1", "device", "family"))
	f.profile(t, "device", "P2")
	ok(t, f.AddProfile(ctx, newProfile("no PIN", "device")))

	// What is no try counts nothing.
	c := f.challenge(t, "P1")
	for what, try := range map[string]struct {
		device, profile string
		challenge       tokenserver.Hash
		at              time.Time
		want            tokenserver.PINAttempt
	}{
		"another device":     {"other", "P1", c, start, tokenserver.PINUnknown},
		"an unknown profile": {"device", "nobody", c, start, tokenserver.PINUnknown},
		"no PIN":             {"device", "no PIN", f.challenge(t, "no PIN"), start, tokenserver.PINUnknown},
		"another profile's":  {"device", "P2", c, start, tokenserver.PINNoChallenge},
		"a guess":            {"device", "P1", tokenserver.HashText("guess"), start, tokenserver.PINNoChallenge},
		"expired":            {"device", "P1", c, start.Add(time.Hour), tokenserver.PINNoChallenge},
	} {
		p, got, err := f.CountPINFailure(ctx, try.device, try.profile, try.challenge, 3, try.at)
		if err != nil || got != try.want || p.ID != "" {
			t.Errorf("%s: %+v, attempt %d, %v", what, p, got, err)
		}
	}

	p, attempt, err := f.CountPINFailure(ctx, "device", "P1", c, 3, start)
	if err != nil || attempt != tokenserver.PINCounted || p.Failures != 1 || p.ID != "P1" || p.PIN == nil || string(p.PIN.Salt) != "salt" {
		t.Fatalf("first try: %+v, attempt %d, %v", p, attempt, err)
	}
	if _, attempt, err = f.CountPINFailure(ctx, "device", "P1", c, 3, start); attempt != tokenserver.PINNoChallenge || err != nil {
		t.Errorf("a used challenge: attempt %d, %v", attempt, err)
	}
	failures, removed, err := f.FailPIN(ctx, "P1", 3, start)
	if failures != 1 || removed || err != nil {
		t.Errorf("first wrong PIN: %d, %v, %v", failures, removed, err)
	}
	f.try(t, "P1", 3, start)
	if failures, removed, err = f.FailPIN(ctx, "P1", 3, start); failures != 2 || removed || err != nil {
		t.Errorf("second wrong PIN: %d, %v, %v", failures, removed, err)
	}

	// A right one starts the counter anew and brings its tokens.
	if p, attempt = f.try(t, "P1", 3, start); attempt != tokenserver.PINCounted || p.Failures != 3 {
		t.Fatalf("third try: %+v, attempt %d", p, attempt)
	}
	ok(t, f.PassPIN(ctx, "P1", newToken("login", tokenserver.AccessToken, "P1", "device", "login")))
	if _, err := f.Session(ctx, tokenserver.HashText("login"), start); err != nil {
		t.Errorf("the tokens of a login: %v", err)
	}
	if p, err := f.Profile(ctx, "P1"); err != nil || p.Failures != 0 {
		t.Errorf("after a login: %d failures, %v", p.Failures, err)
	}

	// The last wrong one removes the profile and all that hangs on it.
	for range 2 {
		f.try(t, "P1", 3, start)
		_, _, err = f.FailPIN(ctx, "P1", 3, start)
		ok(t, err)
	}
	f.try(t, "P1", 3, start)
	if failures, removed, err = f.FailPIN(ctx, "P1", 3, start); failures != 3 || !removed || err != nil {
		t.Errorf("last wrong PIN: %d, %v, %v", failures, removed, err)
	}
	_, err = f.Profile(ctx, "P1")
	wantErr(t, err, tokenserver.ErrNotFound)
	_, err = f.Session(ctx, tokenserver.HashText("access"), start)
	wantErr(t, err, tokenserver.ErrNotFound)
	_, err = f.PendingEnrollment(ctx, "P1", start)
	wantErr(t, err, tokenserver.ErrNotFound)
	_, _, err = f.FailPIN(ctx, "P1", 3, start)
	wantErr(t, err, tokenserver.ErrNotFound)
	wantErr(t, f.PassPIN(ctx, "P1", newToken("late", tokenserver.AccessToken, "P1", "device", "late")), tokenserver.ErrNotFound)
	_, err = f.Session(ctx, tokenserver.HashText("late"), start)
	wantErr(t, err, tokenserver.ErrNotFound)
	if p, err := f.Profile(ctx, "P2"); err != nil || p.Failures != 0 {
		t.Errorf("the other profile: %+v, %v", p, err)
	}
}

// The process dies while it checks the last allowed try: the try counts as
// lost once no check can still be under way.
func testPINLostCheck(t *testing.T, f fixture) {
	f.profile(t, "device", "P1")
	for range 3 {
		if _, attempt := f.try(t, "P1", 3, start); attempt != tokenserver.PINCounted {
			t.Fatalf("attempt %d", attempt)
		}
	}
	for _, c := range []struct {
		after time.Duration
		want  tokenserver.PINAttempt
	}{
		{0, tokenserver.PINBusy},
		{tokenserver.PINTime - time.Millisecond, tokenserver.PINBusy},
		{tokenserver.PINTime, tokenserver.PINLocked},
		{time.Minute, tokenserver.PINLocked},
	} {
		if _, got := f.try(t, "P1", 3, start.Add(c.after)); got != c.want {
			t.Errorf("after %v: attempt %d; want %d", c.after, got, c.want)
		}
	}
	if p, err := f.Profile(t.Context(), "P1"); err != nil || p.Failures != 3 {
		t.Errorf("%d failures, %v; refused tries must not count", p.Failures, err)
	}
}

// A hundred wrong PINs at once are three, and the user is gone once.
func testManyWrongPINs(t *testing.T, f fixture) {
	f.profile(t, "device", "P1")
	var hashes []tokenserver.Hash
	for range 100 {
		hashes = append(hashes, f.challenge(t, "P1"))
	}
	var counted, removed atomic.Int32
	race(len(hashes), func(i int) {
		_, attempt, err := f.CountPINFailure(t.Context(), "device", "P1", hashes[i], 3, start)
		if err != nil {
			t.Error(err)
			return
		}
		if attempt != tokenserver.PINCounted {
			return
		}
		counted.Add(1)
		_, gone, err := f.FailPIN(t.Context(), "P1", 3, start)
		if err != nil && !errors.Is(err, tokenserver.ErrNotFound) {
			t.Error(err)
		}
		if gone {
			removed.Add(1)
		}
	})
	if counted.Load() != 3 || removed.Load() != 1 {
		t.Errorf("%d tries were checked, the user was removed %d times; want 3 and 1", counted.Load(), removed.Load())
	}
	_, err := f.Profile(t.Context(), "P1")
	wantErr(t, err, tokenserver.ErrNotFound)
}

// The right PIN races the last wrong one: the user is logged in or removed,
// never both, and never neither.
func testRightAndWrongPIN(t *testing.T, f fixture) {
	for i := range 15 {
		id := fmt.Sprint("P", i)
		f.profile(t, "device", id)
		for range 2 {
			f.try(t, id, 3, start)
		}
		challenges := []tokenserver.Hash{f.challenge(t, id), f.challenge(t, id)}
		login := newToken("login "+id, tokenserver.AccessToken, id, "device", id)
		var in, out atomic.Bool
		race(2, func(n int) {
			_, attempt, err := f.CountPINFailure(t.Context(), "device", id, challenges[n], 3, start)
			if err != nil || attempt != tokenserver.PINCounted {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if n == 0 {
				in.Store(f.PassPIN(t.Context(), id, login) == nil)
				return
			}
			_, removed, err := f.FailPIN(t.Context(), id, 3, start)
			if err != nil {
				t.Error(err)
			}
			out.Store(removed)
		})
		_, err := f.Session(t.Context(), login.Hash, start)
		_, profileErr := f.Profile(t.Context(), id)
		switch {
		case in.Load() && out.Load() && profileErr == nil:
			// Logged in first, then one wrong PIN: impossible with a full counter.
			t.Errorf("logged in and removed, and still there")
		case in.Load() && !out.Load() && (err != nil || profileErr != nil):
			t.Errorf("logged in, but: %v, %v", err, profileErr)
		case out.Load() && (err == nil || profileErr == nil):
			t.Errorf("removed, but a session or the profile is there")
		case !in.Load() && !out.Load() && profileErr != nil:
			t.Errorf("neither logged in nor removed, and gone: %v", profileErr)
		}
	}
}

// A challenge is good for one try, also when two come at once.
func testOneChallengeTwice(t *testing.T, f fixture) {
	f.profile(t, "device", "P1")
	for range 20 {
		c := f.challenge(t, "P1")
		var counted atomic.Int32
		race(4, func(int) {
			_, attempt, err := f.CountPINFailure(t.Context(), "device", "P1", c, 1000, start)
			if err != nil {
				t.Error(err)
			}
			if attempt == tokenserver.PINCounted {
				counted.Add(1)
			}
		})
		if counted.Load() != 1 {
			t.Fatalf("one challenge was good for %d tries", counted.Load())
		}
	}
}
