package storetest

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
)

func testEnrollments(t *testing.T, f fixture) {
	ctx := t.Context()
	first := newEnrollment("P1", "first")
	wantErr(t, f.BeginEnrollment(ctx, first, false), tokenserver.ErrNotFound)
	f.profile(t, "device", "P1")
	_, err := f.PendingEnrollment(ctx, "P1", start)
	wantErr(t, err, tokenserver.ErrNotFound)
	wantErr(t, f.ActivateEnrollment(ctx, "P1", first.NonceHash, true, start), tokenserver.ErrNotFound)

	ok(t, f.BeginEnrollment(ctx, first, false))
	got, err := f.PendingEnrollment(ctx, "P1", start)
	ok(t, err)
	equal(t, got, first)
	f.active(t)

	// A second start takes the place of the first.
	second := newEnrollment("P1", "second")
	second.SealedServerKey = nil // the shared key
	ok(t, f.BeginEnrollment(ctx, second, false))
	wantErr(t, f.ActivateEnrollment(ctx, "P1", first.NonceHash, false, start), tokenserver.ErrNotFound)
	wantErr(t, f.ActivateEnrollment(ctx, "P1", second.NonceHash, false, second.Expires), tokenserver.ErrNotFound)
	_, err = f.PendingEnrollment(ctx, "P1", second.Expires)
	wantErr(t, err, tokenserver.ErrNotFound)
	f.active(t)

	ok(t, f.ActivateEnrollment(ctx, "P1", second.NonceHash, false, start))
	f.active(t, second)
	// Its answer may have been lost: the device asks again, also later.
	ok(t, f.ActivateEnrollment(ctx, "P1", second.NonceHash, false, second.Expires))
	got, err = f.PendingEnrollment(ctx, "P1", second.Expires)
	ok(t, err)
	equal(t, got, second)

	list, err := f.Enrollments(ctx, "somebody else", 10)
	if err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}

// active checks the active enrollments of P1's user.
func (f fixture) active(t *testing.T, want ...tokenserver.Enrollment) {
	t.Helper()
	list, err := f.Enrollments(t.Context(), "user of P1", 10)
	ok(t, err)
	equal(t, list, want)
}

func testEnrollmentOverride(t *testing.T, f fixture) {
	ctx := t.Context()
	f.profile(t, "device", "P1")
	first, second := newEnrollment("P1", "first"), newEnrollment("P1", "second")
	ok(t, f.BeginEnrollment(ctx, first, false))
	ok(t, f.ActivateEnrollment(ctx, "P1", first.NonceHash, false, start))
	wantErr(t, f.BeginEnrollment(ctx, second, false), tokenserver.ErrExists)
	f.active(t, first)

	ok(t, f.BeginEnrollment(ctx, second, true))
	f.active(t, first) // in force until the new key is proved
	got, err := f.PendingEnrollment(ctx, "P1", start)
	ok(t, err)
	equal(t, got, second)
	wantErr(t, f.ActivateEnrollment(ctx, "P1", second.NonceHash, false, start), tokenserver.ErrExists)
	f.active(t, first)
	ok(t, f.ActivateEnrollment(ctx, "P1", second.NonceHash, true, start))
	f.active(t, second)
	wantErr(t, f.ActivateEnrollment(ctx, "P1", first.NonceHash, true, start), tokenserver.ErrNotFound)

	// A user may have many devices.
	p2 := newProfile("P2", "device")
	p2.UserID = "user of P1"
	ok(t, f.AddProfile(ctx, p2))
	third := newEnrollment("P2", "third")
	ok(t, f.BeginEnrollment(ctx, third, false))
	ok(t, f.ActivateEnrollment(ctx, "P2", third.NonceHash, false, start))
	f.active(t, second, third)
	list, err := f.Enrollments(ctx, "user of P1", 1)
	if err != nil || len(list) != 1 {
		t.Errorf("limit 1: %d, %v", len(list), err)
	}
}

// A push token lies on top of the enrollment in force, and stays when the profile
// enrolls again.
func testPushTokens(t *testing.T, f fixture) {
	ctx := t.Context()
	wantErr(t, f.SetPushToken(ctx, "P1", "token"), tokenserver.ErrNotFound)
	f.profile(t, "device", "P1")
	first, second := newEnrollment("P1", "first"), newEnrollment("P1", "second")
	ok(t, f.BeginEnrollment(ctx, first, false))
	wantErr(t, f.SetPushToken(ctx, "P1", "token"), tokenserver.ErrNotFound)
	ok(t, f.ActivateEnrollment(ctx, "P1", first.NonceHash, false, start))
	f.active(t, first)
	ok(t, f.SetPushToken(ctx, "P1", "token"))
	ok(t, f.SetPushToken(ctx, "P1", "new token"))
	first.PushToken = "new token"
	f.active(t, first)
	ok(t, f.AddTokens(ctx, newToken("access", tokenserver.AccessToken, "P1", "device", "f")))
	session, err := f.Session(ctx, tokenserver.HashText("access"), start)
	ok(t, err)
	equal(t, session.Enrollment, &first)

	ok(t, f.BeginEnrollment(ctx, second, true))
	f.active(t, first)
	ok(t, f.ActivateEnrollment(ctx, "P1", second.NonceHash, true, start))
	second.PushToken = "new token"
	f.active(t, second)
	ok(t, f.RemoveProfile(ctx, "device", "P1", start))
	wantErr(t, f.SetPushToken(ctx, "P1", "token"), tokenserver.ErrNotFound)
}

func testServerKey(t *testing.T, f fixture) {
	_, err := f.ServerKey(t.Context())
	wantErr(t, err, serverkeys.ErrNotFound)
	var added atomic.Int32
	race(4, func(i int) {
		switch err := f.AddServerKey(t.Context(), []byte{byte(i), 1, 2}); {
		case err == nil:
			added.Add(1)
		case !errors.Is(err, serverkeys.ErrExists):
			t.Error(err)
		}
	})
	if added.Load() != 1 {
		t.Fatalf("%d keys", added.Load())
	}
	first, err := f.ServerKey(t.Context())
	ok(t, err)
	wantErr(t, f.AddServerKey(t.Context(), []byte("another")), serverkeys.ErrExists)
	again, err := f.ServerKey(t.Context())
	ok(t, err)
	equal(t, again, first)
}
