package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

func testTokens(t *testing.T, f fixture) {
	ctx := t.Context()
	access := newToken("access", tokenserver.AccessToken, "P1", "device", "family")
	refresh := newToken("refresh", tokenserver.RefreshToken, "P1", "device", "family")
	wantErr(t, f.AddTokens(ctx, access), tokenserver.ErrNotFound)
	f.profile(t, "device", "P1")
	ok(t, f.AddTokens(ctx, access, refresh))

	got, err := f.RefreshToken(ctx, refresh.Hash, refresh.Expires.Add(-time.Millisecond))
	ok(t, err)
	equal(t, got, refresh)
	for what, err := range map[string]error{
		"a refresh token past its life": second(f.RefreshToken(ctx, refresh.Hash, refresh.Expires)),
		"an access token as refresh":    second(f.RefreshToken(ctx, access.Hash, start)),
		"an unknown refresh token":      second(f.RefreshToken(ctx, tokenserver.HashText("guess"), start)),
		"an access token past its life": second(f.Session(ctx, access.Hash, access.Expires)),
		"a refresh token as access":     second(f.Session(ctx, refresh.Hash, start)),
		"an unknown access token":       second(f.Session(ctx, tokenserver.HashText("guess"), start)),
		"no token":                      second(f.Session(ctx, tokenserver.Hash{}, start)),
	} {
		if !errors.Is(err, tokenserver.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := f.Session(ctx, access.Hash, access.Expires.Add(-time.Millisecond)); err != nil {
		t.Errorf("an access token in its last millisecond: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func testSessions(t *testing.T, f fixture) {
	ctx := t.Context()
	access := newToken("access", tokenserver.AccessToken, "P1", "device", "family")
	f.profile(t, "device", "P1", access)
	pin := newPIN("salt")
	profile := newProfile("P1", "device")
	profile.PIN = &pin
	device := newDevice("device")
	want := tokenserver.Session{Token: access, Profile: profile, Device: device}
	got, err := f.Session(ctx, access.Hash, start)
	ok(t, err)
	equal(t, got, want)

	e := newEnrollment("P1", "nonce")
	ok(t, f.BeginEnrollment(ctx, e, false))
	got, err = f.Session(ctx, access.Hash, start)
	ok(t, err)
	equal(t, got, want) // pending is not enrolled

	ok(t, f.ActivateEnrollment(ctx, "P1", e.NonceHash, false, start))
	want.Enrollment = &e
	got, err = f.Session(ctx, access.Hash, start)
	ok(t, err)
	equal(t, got, want)
}

// rotate exchanges the refresh token old for one named next.
func (f fixture) rotate(t *testing.T, old, next string) error {
	return f.RotateRefresh(t.Context(), tokenserver.HashText(old), "device", start,
		newToken("access of "+next, tokenserver.AccessToken, "ignored", "ignored", "ignored"),
		newToken(next, tokenserver.RefreshToken, "ignored", "ignored", "ignored"))
}

// family reports which of the refresh tokens are there.
func (f fixture) family(t *testing.T, names ...string) (there []string) {
	t.Helper()
	for _, n := range names {
		_, err := f.RefreshToken(t.Context(), tokenserver.HashText(n), start)
		switch {
		case err == nil:
			there = append(there, n)
		case !errors.Is(err, tokenserver.ErrNotFound):
			t.Fatal(err)
		}
	}
	return there
}

func testRotation(t *testing.T, f fixture) {
	ctx := t.Context()
	f.profile(t, "device", "P1", newToken("r1", tokenserver.RefreshToken, "P1", "device", "family"),
		newToken("other", tokenserver.RefreshToken, "P1", "device", "other family"))
	for what, err := range map[string]error{
		"unknown":        f.rotate(t, "guess", "x1"),
		"another device": f.RotateRefresh(ctx, tokenserver.HashText("r1"), "thief", start, newToken("x2", tokenserver.RefreshToken, "", "", "")),
		"expired":        f.RotateRefresh(ctx, tokenserver.HashText("r1"), "device", start.Add(time.Hour), newToken("x3", tokenserver.RefreshToken, "", "", "")),
	} {
		if !errors.Is(err, tokenserver.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}

	ok(t, f.rotate(t, "r1", "r2"))
	got, err := f.RefreshToken(ctx, tokenserver.HashText("r2"), start)
	ok(t, err)
	want := newToken("r2", tokenserver.RefreshToken, "P1", "device", "family")
	want.Parent = tokenserver.HashText("r1")
	equal(t, got, want)
	s, err := f.Session(ctx, tokenserver.HashText("access of r2"), start)
	ok(t, err)
	if s.Profile.ID != "P1" || s.Token.Family != "family" || s.Token.DeviceID != "device" {
		t.Errorf("the access token of a rotation: %+v", s.Token)
	}

	ok(t, f.rotate(t, "r2", "r3")) // r2 is used: r1 is over
	wantErr(t, f.rotate(t, "r1", "thief's"), tokenserver.ErrReused)
	if there := f.family(t, "r1", "r2", "r3", "thief's"); len(there) != 0 {
		t.Errorf("still there after reuse: %v", there)
	}
	for _, n := range []string{"access of r2", "access of r3", "access of thief's"} {
		_, err = f.Session(ctx, tokenserver.HashText(n), start)
		wantErr(t, err, tokenserver.ErrNotFound)
	}
	equal(t, f.family(t, "other"), []string{"other"})
	wantErr(t, f.rotate(t, "r1", "x4"), tokenserver.ErrNotFound)
}

// A response may be lost: until a successor is used the old token works, but
// not without end, and of several successors only one can be used.
func testLostResponse(t *testing.T, f fixture) {
	f.profile(t, "device", "P1", newToken("r1", tokenserver.RefreshToken, "P1", "device", "family"))
	ok(t, f.rotate(t, "r1", "lost"))
	ok(t, f.rotate(t, "r1", "r2"))
	ok(t, f.rotate(t, "r2", "r3"))
	ok(t, f.rotate(t, "r2", "r3 again")) // r2's own response may be lost as well
	wantErr(t, f.rotate(t, "lost", "x"), tokenserver.ErrReused)
	if there := f.family(t, "r1", "lost", "r2", "r3", "r3 again", "x"); len(there) != 0 {
		t.Errorf("still there after a sibling was used: %v", there)
	}

	ok(t, f.AddTokens(t.Context(), newToken("q", tokenserver.RefreshToken, "P1", "device", "second family")))
	for i := range tokenserver.MaxRotations {
		ok(t, f.rotate(t, "q", fmt.Sprintf("q%d", i)))
	}
	wantErr(t, f.rotate(t, "q", "one too many"), tokenserver.ErrReused)
	if there := f.family(t, "q", "q0", "q9", "one too many"); len(there) != 0 {
		t.Errorf("still there after too many rotations: %v", there)
	}
}

// Two holders of one token: however they race, as soon as one goes on with a
// successor, the other one's next step revokes both.
func testRotationRaces(t *testing.T, f fixture) {
	f.profile(t, "device", "P1")
	for i := range 10 {
		r := fmt.Sprintf("r %d", i)
		ok(t, f.AddTokens(t.Context(), newToken(r, tokenserver.RefreshToken, "P1", "device", "family of "+r)))
		var rotated, reused atomic.Int32
		race(2, func(n int) {
			at := r
			for step := range 3 {
				next := fmt.Sprintf("%s holder %d step %d", r, n, step)
				if err := f.rotate(t, at, next); err != nil {
					if !errors.Is(err, tokenserver.ErrReused) && !errors.Is(err, tokenserver.ErrNotFound) {
						t.Errorf("rotation: %v", err)
					}
					reused.Add(1)
					return
				}
				rotated.Add(1)
				at = next
			}
		})
		if reused.Load() == 0 {
			t.Fatal("two holders went on with one token, and nobody noticed")
		}
	}
}

func testRevocation(t *testing.T, f fixture) {
	ctx := t.Context()
	f.profile(t, "device", "P1",
		newToken("access", tokenserver.AccessToken, "P1", "device", "family"), newToken("second", tokenserver.AccessToken, "P1", "device", "family"),
		newToken("refresh", tokenserver.RefreshToken, "P1", "device", "family"), newToken("kept", tokenserver.AccessToken, "P1", "device", "kept"))
	wantErr(t, f.RevokeToken(ctx, tokenserver.HashText("guess"), "device"), tokenserver.ErrNotFound)
	wantErr(t, f.RevokeToken(ctx, tokenserver.HashText("access"), "thief"), tokenserver.ErrNotFound)
	wantErr(t, f.RevokeToken(ctx, tokenserver.HashText("refresh"), "thief"), tokenserver.ErrNotFound)

	there := func(names ...string) {
		t.Helper()
		for _, n := range []string{"access", "second", "kept"} {
			_, err := f.Session(ctx, tokenserver.HashText(n), start)
			want := false
			for _, w := range names {
				want = want || w == n
			}
			if (err == nil) != want {
				t.Errorf("%s: %v; want it there: %v", n, err, want)
			}
		}
	}
	there("access", "second", "kept")
	ok(t, f.RevokeToken(ctx, tokenserver.HashText("access"), "device"))
	there("second", "kept") // an access token goes alone
	equal(t, f.family(t, "refresh"), []string{"refresh"})
	wantErr(t, f.RevokeToken(ctx, tokenserver.HashText("access"), "device"), tokenserver.ErrNotFound)
	ok(t, f.RevokeToken(ctx, tokenserver.HashText("refresh"), "device"))
	there("kept") // a refresh token takes its family along
	if len(f.family(t, "refresh")) != 0 {
		t.Error("the refresh token is still there")
	}
}
