package storetest

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

const redirect = "http://127.0.0.1:4711/cb/x"

func newAuthCode(name, deviceID string) tokenserver.AuthCode {
	return tokenserver.AuthCode{
		Hash: tokenserver.HashText(name), DeviceID: deviceID, RedirectURI: redirect, Challenge: "challenge", Scope: "scope",
		UserID: "anna", Family: "family of " + name, Expires: start.Add(time.Minute),
	}
}

func testAuthCodes(t *testing.T, f fixture) {
	ctx := t.Context()
	ok(t, f.AddDevice(ctx, newDevice("device")))
	ok(t, f.AddDevice(ctx, newDevice("other")))
	c := newAuthCode("code", "device")
	ok(t, f.AddAuthCode(ctx, c))
	at := c.Expires
	last := at.Add(-time.Millisecond)

	// What does not fit uses nothing up.
	for what, try := range map[string]func() (tokenserver.AuthCode, error){
		"an unknown code": func() (tokenserver.AuthCode, error) {
			return f.UseAuthCode(ctx, tokenserver.HashText("guess"), "device", redirect, start)
		},
		"another device": func() (tokenserver.AuthCode, error) {
			return f.UseAuthCode(ctx, c.Hash, "other", redirect, start)
		},
		"another redirect": func() (tokenserver.AuthCode, error) {
			return f.UseAuthCode(ctx, c.Hash, "device", "http://127.0.0.1:4712/cb/x", start)
		},
		"the end of its life": func() (tokenserver.AuthCode, error) {
			return f.UseAuthCode(ctx, c.Hash, "device", redirect, at)
		},
	} {
		if got, err := try(); !errors.Is(err, tokenserver.ErrNotFound) || got != (tokenserver.AuthCode{}) {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	got, err := f.UseAuthCode(ctx, c.Hash, "device", redirect, last)
	ok(t, err)
	equal(t, got, c)

	// The second use revokes what came of the first, and nothing else.
	mine := []tokenserver.Token{
		newToken("access", tokenserver.AccessToken, "P1", "device", c.Family),
		newToken("refresh", tokenserver.RefreshToken, "P1", "device", c.Family),
	}
	kept := newToken("kept", tokenserver.AccessToken, "P1", "device", "another family")
	ok(t, f.AddProfile(ctx, newProfile("P1", "device"), append(mine, kept)...))
	_, err = f.UseAuthCode(ctx, c.Hash, "other", redirect, start)
	wantErr(t, err, tokenserver.ErrNotFound) // a stranger cannot have tokens revoked
	if _, err := f.Session(ctx, mine[0].Hash, start); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = f.UseAuthCode(ctx, c.Hash, "device", redirect, start)
		wantErr(t, err, tokenserver.ErrReused)
		_, err = f.Session(ctx, mine[0].Hash, start)
		wantErr(t, err, tokenserver.ErrNotFound)
		_, err = f.RefreshToken(ctx, mine[1].Hash, start)
		wantErr(t, err, tokenserver.ErrNotFound)
		if _, err := f.Session(ctx, kept.Hash, start); err != nil {
			t.Errorf("another family: %v", err)
		}
	}
}

// Out of many uses of one code at once one succeeds, and whatever the order,
// the others are told that it was used.
func testAuthCodeRaces(t *testing.T, f fixture) {
	ok(t, f.AddDevice(t.Context(), newDevice("device")))
	for i := range 20 {
		c := newAuthCode(fmt.Sprintf("code %d", i), "device")
		ok(t, f.AddAuthCode(t.Context(), c))
		r := newRegistrationCode(fmt.Sprintf("code %d", i))
		ok(t, f.AddRegistrationCode(t.Context(), r))
		var used, registered atomic.Int32
		race(8, func(int) {
			_, err := f.UseAuthCode(t.Context(), c.Hash, "device", redirect, start)
			if err == nil {
				used.Add(1)
			} else if !errors.Is(err, tokenserver.ErrReused) {
				t.Errorf("authorization code: %v", err)
			}
			_, err = f.UseRegistrationCode(t.Context(), r.Hash, start)
			if err == nil {
				registered.Add(1)
			} else if !errors.Is(err, tokenserver.ErrNotFound) {
				t.Errorf("registration code: %v", err)
			}
		})
		if used.Load() != 1 || registered.Load() != 1 {
			t.Fatalf("an authorization code worked %d times, a registration code %d times", used.Load(), registered.Load())
		}
	}
}

func newRegistrationCode(name string) tokenserver.RegistrationCode {
	return tokenserver.RegistrationCode{Hash: tokenserver.HashText("registration " + name), UserID: "anna", Expires: start.Add(time.Minute)}
}

func testRegistrationCodes(t *testing.T, f fixture) {
	ctx := t.Context()
	c := newRegistrationCode("code")
	ok(t, f.AddRegistrationCode(ctx, c))
	_, err := f.UseRegistrationCode(ctx, tokenserver.HashText("guess"), start)
	wantErr(t, err, tokenserver.ErrNotFound)
	_, err = f.UseRegistrationCode(ctx, c.Hash, c.Expires)
	wantErr(t, err, tokenserver.ErrNotFound)
	got, err := f.UseRegistrationCode(ctx, c.Hash, c.Expires.Add(-time.Millisecond))
	ok(t, err)
	equal(t, got, c)
	_, err = f.UseRegistrationCode(ctx, c.Hash, start)
	wantErr(t, err, tokenserver.ErrNotFound)
}
