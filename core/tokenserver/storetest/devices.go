package storetest

import (
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

func testDevices(t *testing.T, f fixture) {
	ctx := t.Context()
	d := newDevice("device")
	ok(t, f.AddDevice(ctx, d))
	got, err := f.Device(ctx, "device")
	ok(t, err)
	equal(t, got, d)

	other := d
	other.ClientName = "impostor"
	wantErr(t, f.AddDevice(ctx, other), tokenserver.ErrExists)
	got, err = f.Device(ctx, "device")
	ok(t, err)
	equal(t, got, d)

	for _, id := range []string{"", "DEVICE", "device ", "nobody"} {
		_, err = f.Device(ctx, id)
		wantErr(t, err, tokenserver.ErrNotFound)
		wantErr(t, f.RemoveDevice(ctx, id, start), tokenserver.ErrNotFound)
	}
	ok(t, f.RemoveDevice(ctx, "device", start))
	_, err = f.Device(ctx, "device")
	wantErr(t, err, tokenserver.ErrNotFound)
	wantErr(t, f.RemoveDevice(ctx, "device", start), tokenserver.ErrNotFound)
}

func testProfiles(t *testing.T, f fixture) {
	ctx := t.Context()
	wantErr(t, f.AddProfile(ctx, newProfile("P", "nobody")), tokenserver.ErrNotFound)
	_, err := f.Profile(ctx, "P")
	wantErr(t, err, tokenserver.ErrNotFound)

	ok(t, f.AddDevice(ctx, newDevice("device")))
	ok(t, f.AddDevice(ctx, newDevice("other")))
	first, second := newProfile("P1", "device"), newProfile("P2", "device")
	second.Created = start.Add(time.Minute)
	ok(t, f.AddProfile(ctx, second))
	ok(t, f.AddProfile(ctx, first))
	ok(t, f.AddProfile(ctx, newProfile("P3", "other")))
	got, err := f.Profile(ctx, "P1")
	ok(t, err)
	equal(t, got, first)

	// Adding is one step: the taken id takes the tokens along.
	token := newToken("t", tokenserver.AccessToken, "P1", "other", "f")
	wantErr(t, f.AddProfile(ctx, newProfile("P1", "other"), token), tokenserver.ErrExists)
	_, err = f.Session(ctx, token.Hash, start)
	wantErr(t, err, tokenserver.ErrNotFound)
	got, err = f.Profile(ctx, "P1")
	ok(t, err)
	equal(t, got, first)
	twice := newToken("twice", tokenserver.AccessToken, "P4", "other", "f")
	wantErr(t, f.AddProfile(ctx, newProfile("P4", "other"), twice, twice), tokenserver.ErrExists)
	_, err = f.Profile(ctx, "P4")
	wantErr(t, err, tokenserver.ErrNotFound)

	list, err := f.Profiles(ctx, "device", 10)
	ok(t, err)
	equal(t, list, []tokenserver.Profile{first, second}) // oldest first
	list, err = f.Profiles(ctx, "device", 1)
	ok(t, err)
	equal(t, list, []tokenserver.Profile{first})
	list, err = f.Profiles(ctx, "nobody", 10)
	if err != nil || len(list) != 0 {
		t.Errorf("profiles of nobody: %v, %v", list, err)
	}

	pin := newPIN("salt")
	ok(t, f.SetPIN(ctx, "P1", pin, nil))
	first.PIN = &pin
	got, err = f.Profile(ctx, "P1")
	ok(t, err)
	equal(t, got, first)
	list, err = f.Profiles(ctx, "device", 1)
	ok(t, err)
	equal(t, list, []tokenserver.Profile{first})

	device, err := f.Device(ctx, "device")
	ok(t, err)
	if device.Seen.Before(start) {
		t.Errorf("seen %v", device.Seen)
	}
}

func testRemoveProfile(t *testing.T, f fixture) {
	ctx := t.Context()
	access := newToken("access", tokenserver.AccessToken, "P1", "device", "family")
	refresh := newToken("refresh", tokenserver.RefreshToken, "P1", "device", "family")
	kept := newToken("kept", tokenserver.AccessToken, "P2", "device", "kept")
	f.enrolled(t, "device", "P1", access, refresh)
	f.enrolled(t, "device", "P2", kept)
	ok(t, f.AddDevice(ctx, newDevice("other")))
	ok(t, f.BeginEnrollment(ctx, newEnrollment("P1", "again"), true))
	challenge := tokenserver.PINChallenge{Hash: tokenserver.HashText("challenge"), ProfileID: "P1", Expires: start.Add(time.Minute)}
	ok(t, f.AddPINChallenge(ctx, challenge))
	for _, id := range []string{"claimed", "late", "kept", "open"} {
		ok(t, f.AddTransaction(ctx, newTransaction(id)))
	}
	short := newTransaction("short")
	short.Expires = start.Add(time.Second)
	ok(t, f.AddTransaction(ctx, short))
	for id, profile := range map[string]string{"claimed": "P1", "kept": "P2", "short": "P1"} {
		if got, err := f.Claim(ctx, newClaim(id, "device", profile, id), start); got != tokenserver.Claimed || err != nil {
			t.Fatalf("claim of %s: %v, %v", id, got, err)
		}
	}

	wantErr(t, f.RemoveProfile(ctx, "other", "P1", start), tokenserver.ErrNotFound)
	wantErr(t, f.RemoveProfile(ctx, "device", "nobody", start), tokenserver.ErrNotFound)
	if _, err := f.Session(ctx, access.Hash, start); err != nil {
		t.Fatalf("a refused removal took the tokens: %v", err)
	}
	removed := start.Add(2 * time.Second)
	ok(t, f.RemoveProfile(ctx, "device", "P1", removed))
	wantErr(t, f.RemoveProfile(ctx, "device", "P1", removed), tokenserver.ErrNotFound)

	_, err := f.Profile(ctx, "P1")
	wantErr(t, err, tokenserver.ErrNotFound)
	_, err = f.Session(ctx, access.Hash, start)
	wantErr(t, err, tokenserver.ErrNotFound)
	_, err = f.RefreshToken(ctx, refresh.Hash, start)
	wantErr(t, err, tokenserver.ErrNotFound)
	_, err = f.PendingEnrollment(ctx, "P1", start)
	wantErr(t, err, tokenserver.ErrNotFound)
	if _, attempt, err := f.CountPINFailure(ctx, "device", "P1", challenge.Hash, 3, start); attempt != tokenserver.PINUnknown || err != nil {
		t.Errorf("a PIN of a removed profile: %v, %v", attempt, err)
	}
	if list, err := f.Enrollments(ctx, "user of P1", 10); len(list) != 0 || err != nil {
		t.Errorf("enrollments of a removed profile: %v, %v", list, err)
	}
	got, err := f.Transaction(ctx, "claimed")
	ok(t, err)
	if got.State != wire.StateFailed || !got.Ended.Equal(removed) {
		t.Errorf("its transaction is %s, ended %v", got.State, got.Ended)
	}
	if s := f.state(t, "short"); s != wire.StateExpired {
		t.Errorf("its transaction that had expired before is %s", s)
	}
	states := map[string]wire.State{}
	for _, c := range f.callbacks(t) {
		states[c.TransactionID] = c.State
	}
	equal(t, states, map[string]wire.State{"claimed": wire.StateFailed, "short": wire.StateExpired})

	// The other one is as it was.
	if _, err := f.Session(ctx, kept.Hash, start); err != nil {
		t.Errorf("another profile's token: %v", err)
	}
	if s := f.state(t, "kept"); s != wire.StateClaimed {
		t.Errorf("another profile's transaction is %s", s)
	}
	if s := f.state(t, "open"); s != wire.StateInitialized {
		t.Errorf("nobody's transaction is %s", s)
	}
	if d, err := f.Device(ctx, "device"); err != nil || !d.Seen.Equal(removed) {
		t.Errorf("the device was seen %v, %v", d.Seen, err)
	}
}

func testRemoveDevice(t *testing.T, f fixture) {
	ctx := t.Context()
	for _, p := range []string{"P1", "P2"} {
		f.enrolled(t, "device", p, newToken(p, tokenserver.AccessToken, p, "device", p))
		ok(t, f.AddTransaction(ctx, newTransaction(p)))
		if got, err := f.Claim(ctx, newClaim(p, "device", p, p), start); got != tokenserver.Claimed || err != nil {
			t.Fatal(got, err)
		}
	}
	f.enrolled(t, "other", "P3", newToken("P3", tokenserver.AccessToken, "P3", "other", "P3"))
	code := tokenserver.AuthCode{Hash: tokenserver.HashText("code"), DeviceID: "device", RedirectURI: "r", Expires: start.Add(time.Minute)}
	ok(t, f.AddAuthCode(ctx, code))

	ok(t, f.RemoveDevice(ctx, "device", start))
	for _, p := range []string{"P1", "P2"} {
		_, err := f.Profile(ctx, p)
		wantErr(t, err, tokenserver.ErrNotFound)
		_, err = f.Session(ctx, tokenserver.HashText(p), start)
		wantErr(t, err, tokenserver.ErrNotFound)
		if s := f.state(t, p); s != wire.StateFailed {
			t.Errorf("transaction of %s is %s", p, s)
		}
	}
	_, err := f.UseAuthCode(ctx, code.Hash, "device", "r", start)
	wantErr(t, err, tokenserver.ErrNotFound)
	if n := len(f.callbacks(t)); n != 2 {
		t.Errorf("%d callbacks", n)
	}
	if _, err := f.Session(ctx, tokenserver.HashText("P3"), start); err != nil {
		t.Errorf("another device's token: %v", err)
	}
}
