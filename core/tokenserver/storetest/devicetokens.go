package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

func newDeviceToken(name, deviceID, profileID string) tokenserver.DeviceToken {
	return tokenserver.DeviceToken{
		Hash: tokenserver.HashText("device token " + name), DeviceID: deviceID, ProfileID: profileID,
		Scope: "a b", Audience: "https://id.example.com", Expires: start.Add(time.Minute),
	}
}

func testDeviceTokens(t *testing.T, f fixture) {
	ctx := t.Context()
	anonymous, implicit := newDeviceToken("anonymous", "device", ""), newDeviceToken("implicit", "device", "P1")
	wantErr(t, f.AddDeviceToken(ctx, anonymous), tokenserver.ErrNotFound) // there is no device yet
	ok(t, f.AddDevice(ctx, newDevice("device")))
	ok(t, f.AddDeviceToken(ctx, anonymous))
	wantErr(t, f.AddDeviceToken(ctx, anonymous), tokenserver.ErrExists)
	wantErr(t, f.AddDeviceToken(ctx, implicit), tokenserver.ErrNotFound) // nor a profile
	f.profile(t, "device", "P1")
	f.profile(t, "other", "P2")
	ok(t, f.AddDeviceToken(ctx, implicit))
	wantErr(t, f.AddDeviceToken(ctx, newDeviceToken("foreign", "device", "P2")), tokenserver.ErrNotFound)

	got, err := f.DeviceSession(ctx, anonymous.Hash, start)
	ok(t, err)
	equal(t, got, tokenserver.DeviceSession{Token: anonymous, Device: newDevice("device")})
	got, err = f.DeviceSession(ctx, implicit.Hash, implicit.Expires.Add(-time.Millisecond))
	ok(t, err)
	equal(t, got, tokenserver.DeviceSession{Token: implicit, Device: newDevice("device"), UserID: "user of P1"})

	access := newToken("access", tokenserver.AccessToken, "P1", "device", "family")
	ok(t, f.AddTokens(ctx, access))
	for what, err := range map[string]error{
		"past its life":              second(f.DeviceSession(ctx, implicit.Hash, implicit.Expires)),
		"an unknown one":             second(f.DeviceSession(ctx, tokenserver.HashText("guess"), start)),
		"a user's access token":      second(f.DeviceSession(ctx, access.Hash, start)),
		"a device's as a user's":     second(f.Session(ctx, implicit.Hash, start)),
		"a device's as refresh":      second(f.RefreshToken(ctx, implicit.Hash, start)),
		"revoked by another device":  f.RevokeToken(ctx, implicit.Hash, "other"),
		"an unknown one is revoked":  f.RevokeToken(ctx, tokenserver.HashText("guess"), "device"),
		"exchanged like a refresh's": f.RotateRefresh(ctx, implicit.Hash, "device", start),
	} {
		if !errors.Is(err, tokenserver.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}

	// A token goes with its profile, with its device, and when it is revoked.
	ok(t, f.RemoveProfile(ctx, "device", "P1", start))
	wantErr(t, second(f.DeviceSession(ctx, implicit.Hash, start)), tokenserver.ErrNotFound)
	ok(t, second(f.DeviceSession(ctx, anonymous.Hash, start)))
	ok(t, f.RevokeToken(ctx, anonymous.Hash, "device"))
	wantErr(t, second(f.DeviceSession(ctx, anonymous.Hash, start)), tokenserver.ErrNotFound)
	ok(t, f.AddDeviceToken(ctx, newDeviceToken("last", "other", "")))
	ok(t, f.RemoveDevice(ctx, "other", start))
	wantErr(t, second(f.DeviceSession(ctx, newDeviceToken("last", "", "").Hash, start)), tokenserver.ErrNotFound)
}

func testUserDevices(t *testing.T, f fixture) {
	ctx := t.Context()
	add := func(device, profile, user string, at time.Duration) {
		t.Helper()
		if err := f.AddDevice(ctx, newDevice(device)); err != nil && !errors.Is(err, tokenserver.ErrExists) {
			t.Fatal(err)
		}
		p := newProfile(profile, device)
		p.UserID, p.Created = user, start.Add(at)
		ok(t, f.AddProfile(ctx, p))
	}
	list := func(limit int) (got []string) {
		t.Helper()
		devices, err := f.UserDevices(ctx, "anna", limit)
		ok(t, err)
		for _, d := range devices {
			line := d.Device.ID
			if d.Enrolled {
				line += " enrolled"
			}
			got = append(got, line)
		}
		return got
	}
	equal(t, list(10), []string(nil))
	add("second", "P2", "anna", time.Minute)
	add("first", "P1", "anna", 0)
	add("first", "P3", "anna", 2*time.Minute) // twice on one device
	add("third", "P4", "anna", time.Hour)
	add("bert's", "P5", "bert", 0)
	equal(t, list(10), []string(nil)) // without a PIN nobody is registered
	for _, p := range []string{"P1", "P2", "P3", "P5"} {
		ok(t, f.SetPIN(ctx, p, newPIN("salt"), nil))
	}
	ok(t, f.BeginEnrollment(ctx, newEnrollment("P3", "P3"), false))
	ok(t, f.BeginEnrollment(ctx, newEnrollment("P2", "P2"), false))
	equal(t, list(10), []string{"first", "second"}) // pending is not enrolled
	ok(t, f.ActivateEnrollment(ctx, "P3", newEnrollment("P3", "P3").NonceHash, false, start))
	equal(t, list(10), []string{"first enrolled", "second"})
	equal(t, list(1), []string{"first enrolled"})
}
