package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// testSweep lets time go by, step by step: each kind of record goes when its
// time is over, not before, and what is in use stays.
func testSweep(t *testing.T, f fixture) {
	ctx := t.Context()
	access := newToken("access", tokenserver.AccessToken, "P1", "device", "family")
	refresh := newToken("refresh", tokenserver.RefreshToken, "P1", "device", "family")
	f.enrolled(t, "device", "P1", access, refresh)
	ok(t, f.AddDevice(ctx, newDevice("idle")))
	ok(t, f.AddDevice(ctx, newDevice("half")))
	ok(t, f.AddProfile(ctx, newProfile("no PIN", "half"), newToken("n", tokenserver.RefreshToken, "no PIN", "half", "n")))
	ok(t, f.AddAuthCode(ctx, newAuthCode("code", "device")))
	ok(t, f.AddRegistrationCode(ctx, newRegistrationCode("code")))
	ok(t, f.AddDeviceToken(ctx, newDeviceToken("implicit", "device", "P1")))
	f.challenge(t, "P1")
	ok(t, f.BeginEnrollment(ctx, newEnrollment("P1", "never proved"), true))
	ok(t, f.AddTransaction(ctx, newTransaction("open")))
	f.answered(t, "answered", start)

	sweep := func(at time.Duration, want tokenserver.Removed) {
		t.Helper()
		got, err := f.Sweep(ctx, start.Add(at), 100)
		ok(t, err)
		if got != want {
			t.Fatalf("sweep after %v: %+v; want %+v", at, got, want)
		}
	}
	const ms = time.Millisecond
	sweep(0, tokenserver.Removed{})
	sweep(time.Minute-ms, tokenserver.Removed{})
	sweep(time.Minute, tokenserver.Removed{Expired: 1, Tokens: 2, Codes: 1, Enrollments: 1})
	sweep(tokenserver.NoPINTime-ms, tokenserver.Removed{Codes: 1}) // the used and unused authorization codes, some minutes late
	sweep(tokenserver.NoPINTime, tokenserver.Removed{Profiles: 1})
	_, err := f.RefreshToken(ctx, tokenserver.HashText("n"), start)
	wantErr(t, err, tokenserver.ErrNotFound)
	sweep(time.Hour, tokenserver.Removed{Tokens: 1, Codes: 1})
	sweep(tokenserver.RetentionTime-ms, tokenserver.Removed{})
	sweep(tokenserver.RetentionTime, tokenserver.Removed{Transactions: 1})
	if s := f.state(t, "open"); s != wire.StateExpired {
		t.Errorf("it is %s", s)
	}
	sweep(tokenserver.RetentionTime+time.Minute, tokenserver.Removed{Transactions: 1})
	_, err = f.Transaction(ctx, "open")
	wantErr(t, err, tokenserver.ErrNotFound)
	sweep(tokenserver.IdleDeviceTime-ms, tokenserver.Removed{})
	sweep(tokenserver.IdleDeviceTime, tokenserver.Removed{Devices: 2})
	sweep(1000*tokenserver.IdleDeviceTime, tokenserver.Removed{})
	if p, err := f.Profile(ctx, "P1"); err != nil || p.PIN == nil {
		t.Errorf("a registered profile: %+v, %v", p, err)
	}
	f.active(t, newEnrollment("P1", "P1"))
	if n := len(f.callbacks(t)); n != 2 {
		t.Errorf("%d callbacks are left; they go when delivered", n)
	}
}

func testSweepLimit(t *testing.T, f fixture) {
	for i := range 10 {
		ok(t, f.AddTransaction(t.Context(), newTransaction(fmt.Sprint("T", i))))
	}
	for _, want := range []int{4, 4, 2, 0} {
		got, err := f.Sweep(t.Context(), start.Add(time.Hour), 4)
		if err != nil || got.Expired != want || got.Total() != want {
			t.Fatalf("%+v, %v; want %d expired", got, err, want)
		}
	}
}

// Every table has a cap, refuses what is beyond it, and takes new rows once
// there is room.
func testFull(t *testing.T, f fixture) {
	ctx, limits := t.Context(), Limits()
	f.enrolled(t, "d0", "P1") // the table of devices is filled last
	fill := func(what string, limit int, add func(i int) error) {
		t.Helper()
		for i := range limit {
			if err := add(i); err != nil {
				t.Fatalf("%s %d of %d: %v", what, i, limit, err)
			}
		}
		for range 2 {
			if err := add(limit); !errors.Is(err, tokenserver.ErrFull) {
				t.Fatalf("%s over the limit: %v", what, err)
			}
		}
	}
	token := func(i int) tokenserver.Token {
		return newToken(fmt.Sprint("t", i), tokenserver.RefreshToken, "P1", "d0", fmt.Sprint("f", i))
	}
	fill("token", limits.Tokens, func(i int) error { return f.AddTokens(ctx, token(i)) })
	// What needs a token as well is refused whole.
	wantErr(t, f.AddProfile(ctx, newProfile("P2", "d0"), newToken("x", tokenserver.AccessToken, "P2", "d0", "x")), tokenserver.ErrFull)
	_, err := f.Profile(ctx, "P2")
	wantErr(t, err, tokenserver.ErrNotFound)
	wantErr(t, f.RotateRefresh(ctx, token(0).Hash, "d0", start, newToken("x", tokenserver.RefreshToken, "", "", "")), tokenserver.ErrFull)
	equal(t, f.family(t, "t0"), []string{"t0"})
	wantErr(t, f.PassPIN(ctx, "P1", newToken("x", tokenserver.AccessToken, "P1", "d0", "x")), tokenserver.ErrFull)
	ok(t, f.RevokeToken(ctx, token(0).Hash, "d0"))
	ok(t, f.AddTokens(ctx, token(0)))

	fill("device token", limits.Tokens, func(i int) error { return f.AddDeviceToken(ctx, newDeviceToken(fmt.Sprint("t", i), "d0", "P1")) })
	ok(t, f.RevokeToken(ctx, newDeviceToken("t0", "d0", "P1").Hash, "d0"))
	ok(t, f.AddDeviceToken(ctx, newDeviceToken("t0", "d0", "")))

	fill("profile", limits.Profiles-1, func(i int) error { return f.AddProfile(ctx, newProfile(fmt.Sprint("Q", i), "d0")) })
	fill("authorization code", limits.Codes, func(i int) error { return f.AddAuthCode(ctx, newAuthCode(fmt.Sprint("a", i), "d0")) })
	fill("registration code", limits.Codes, func(i int) error { return f.AddRegistrationCode(ctx, newRegistrationCode(fmt.Sprint("r", i))) })
	fill("challenge", limits.Codes, func(i int) error {
		return f.AddPINChallenge(ctx, tokenserver.PINChallenge{Hash: tokenserver.HashText(fmt.Sprint("c", i)), ProfileID: "P1", Expires: start.Add(time.Minute)})
	})
	_, err = f.UseRegistrationCode(ctx, newRegistrationCode("r0").Hash, start)
	ok(t, err)
	ok(t, f.AddRegistrationCode(ctx, newRegistrationCode("again")))

	// One portal cannot take the room of another.
	fill("open transaction", limits.OpenTransactions, func(i int) error { return f.AddTransaction(ctx, newTransaction(fmt.Sprint("T", i))) })
	other := func(i int) error {
		x := newTransaction(fmt.Sprint("other", i))
		x.ClientID = "other"
		return f.AddTransaction(ctx, x)
	}
	ok(t, other(0))
	c := newClaim("T0", "d0", "P1", "x")
	f.claim(t, c, start, tokenserver.Claimed)
	wantErr(t, f.AddTransaction(ctx, newTransaction("more")), tokenserver.ErrFull)
	f.answer(t, newAnswer(c, wire.Deny), start, tokenserver.Answered)
	ok(t, f.AddTransaction(ctx, newTransaction("more")))
	fill("transaction", limits.Transactions-limits.OpenTransactions-2, func(i int) error { return other(i + 1) })

	// Sweeping makes room for all of it.
	for range 3 {
		_, err = f.Sweep(ctx, start.Add(tokenserver.RetentionTime+time.Hour), 10_000)
		ok(t, err)
		_, err = f.Sweep(ctx, start.Add(3*tokenserver.RetentionTime), 10_000)
		ok(t, err)
	}
	ok(t, f.AddTransaction(ctx, newTransaction("later")))
	ok(t, f.AddTokens(ctx, newToken("later", tokenserver.AccessToken, "P1", "d0", "later")))
	ok(t, f.AddProfile(ctx, newProfile("later", "d0")))
	ok(t, f.AddAuthCode(ctx, newAuthCode("later", "d0")))

	fill("device", limits.Devices-1, func(i int) error { return f.AddDevice(ctx, newDevice(fmt.Sprint("d", i+1))) })
	ok(t, f.RemoveDevice(ctx, "d1", start))
	ok(t, f.AddDevice(ctx, newDevice("d1")))
}

// A caller that has gone changes nothing.
func testCanceled(t *testing.T, f fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantErr(t, f.AddDevice(ctx, newDevice("device")), context.Canceled)
	_, err := f.Device(t.Context(), "device")
	wantErr(t, err, tokenserver.ErrNotFound)
}
