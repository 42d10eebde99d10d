package storetest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
)

func newAuthenticator(profileID, key string) authenticators.Authenticator {
	return authenticators.Authenticator{ProfileID: profileID, Type: "Fingerprint", PublicKey: []byte(key), Created: start}
}

func testAuthenticators(t *testing.T, f fixture) {
	ctx := t.Context()
	find := func(profileID, kind string, want error) authenticators.Authenticator {
		t.Helper()
		a, err := f.Authenticator(ctx, profileID, kind)
		wantErr(t, err, want)
		return a
	}
	wantErr(t, f.SetAuthenticator(ctx, newAuthenticator("P1", "key")), authenticators.ErrNotFound)
	f.profile(t, "device", "P1")
	f.profile(t, "device", "P2")
	find("P1", "Fingerprint", authenticators.ErrNotFound)
	wantErr(t, f.RemoveAuthenticator(ctx, "P1", "Fingerprint"), authenticators.ErrNotFound)

	// It ends the try that was counted for it.
	f.try(t, "P1", 3, start)
	f.try(t, "P2", 3, start)
	ok(t, f.SetAuthenticator(ctx, newAuthenticator("P1", "key")))
	equal(t, find("P1", "Fingerprint", nil), newAuthenticator("P1", "key"))
	for id, want := range map[string]int{"P1": 0, "P2": 1} {
		if p, err := f.Profile(ctx, id); err != nil || p.Failures != want {
			t.Errorf("%s: %d failures, %v; want %d", id, p.Failures, err, want)
		}
	}

	// One of each type and profile; a new key takes the place of the old.
	later := newAuthenticator("P1", "another key")
	later.Created = start.Add(time.Hour)
	ok(t, f.SetAuthenticator(ctx, later))
	ok(t, f.SetAuthenticator(ctx, newAuthenticator("P2", "key of P2")))
	equal(t, find("P1", "Fingerprint", nil), later)
	equal(t, find("P2", "Fingerprint", nil), newAuthenticator("P2", "key of P2"))
	find("P1", "fingerprint", authenticators.ErrNotFound)
	wantErr(t, f.RemoveAuthenticator(ctx, "P1", "fingerprint"), authenticators.ErrNotFound)
	ok(t, f.RemoveAuthenticator(ctx, "P1", "Fingerprint"))
	find("P1", "Fingerprint", authenticators.ErrNotFound)
	find("P2", "Fingerprint", nil)

	// It goes with its profile, whatever removes that.
	ok(t, f.SetAuthenticator(ctx, later))
	for range 3 {
		f.try(t, "P2", 3, start)
	}
	_, removed, err := f.FailPIN(ctx, "P2", 3, start)
	if err != nil || !removed {
		t.Fatal(removed, err)
	}
	find("P2", "Fingerprint", authenticators.ErrNotFound)
	find("P1", "Fingerprint", nil)
	ok(t, f.RemoveDevice(ctx, "device", start))
	find("P1", "Fingerprint", authenticators.ErrNotFound)
}

func testChallenges(t *testing.T, f fixture) {
	ctx, hash := t.Context(), tokenserver.HashText
	wantErr(t, f.AddChallenge(ctx, hash("c"), "P1", start.Add(time.Minute)), authenticators.ErrNotFound)
	f.profile(t, "device", "P1")
	f.profile(t, "device", "P2")
	ok(t, f.AddChallenge(ctx, hash("c"), "P1", start.Add(time.Minute)))
	wantErr(t, f.UseChallenge(ctx, hash("guess"), "P1", start), authenticators.ErrNotFound)
	wantErr(t, f.UseChallenge(ctx, hash("c"), "P2", start), authenticators.ErrNotFound)
	wantErr(t, f.UseChallenge(ctx, hash("c"), "P1", start.Add(time.Minute)), authenticators.ErrNotFound)
	ok(t, f.UseChallenge(ctx, hash("c"), "P1", start.Add(time.Minute-time.Millisecond)))
	wantErr(t, f.UseChallenge(ctx, hash("c"), "P1", start), authenticators.ErrNotFound)

	// Whoever races, one uses it.
	ok(t, f.AddChallenge(ctx, hash("raced"), "P1", start.Add(time.Minute)))
	var used atomic.Int32
	race(8, func(int) {
		if f.UseChallenge(t.Context(), hash("raced"), "P1", start) == nil {
			used.Add(1)
		}
	})
	if used.Load() != 1 {
		t.Errorf("used %d times", used.Load())
	}
	ok(t, f.AddChallenge(ctx, hash("gone"), "P1", start.Add(time.Minute)))
	ok(t, f.RemoveProfile(ctx, "device", "P1", start))
	wantErr(t, f.UseChallenge(ctx, hash("gone"), "P1", start), authenticators.ErrNotFound)
}
