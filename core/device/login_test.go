package device_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

// rewrite changes the answers of one path.
type rewrite struct {
	path   string
	change [2]string
}

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil || req.URL.Path != r.path {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	body = bytes.Replace(body, []byte(r.change[0]), []byte(r.change[1]), 1)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, err
}

func TestLogin(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	if err := p.Logout(t.Context(), profile.ID); err != nil || p.LoggedIn(profile.ID) {
		t.Errorf("%v", err)
	}
	wantCode(t, p.Logout(t.Context(), profile.ID), wire.CodeNoUserAuthenticated)
	wantCode(t, p.Logout(t.Context(), "NOBODY"), wire.CodeProfileNotRegistered)
	wantCode(t, p.Login(t.Context(), "NOBODY", pins(goodPIN)), wire.CodeProfileNotRegistered)
	var asked []device.PINRequest
	list := []string{"00000", goodPIN}
	err := p.Login(t.Context(), profile.ID, func(_ context.Context, r device.PINRequest) (wire.Secret, error) {
		asked = append(asked, r)
		return wire.SecretString(list[len(asked)-1]), nil
	})
	if err != nil || !p.LoggedIn(profile.ID) {
		t.Fatalf("%v", err)
	}
	if len(asked) != 2 || asked[0].Err != nil || asked[0].Remaining() != 3 || wire.CodeOf(asked[1].Err) != wire.CodeIncorrectPIN || asked[1].Failures != 1 || asked[1].Remaining() != 2 {
		t.Errorf("asked %+v", asked)
	}
	// A right PIN starts the counter anew; giving up is no try.
	wantCode(t, p.Login(t.Context(), profile.ID, pins()), wire.CodeCanceled)
	wantCode(t, p.Login(t.Context(), profile.ID, pins("00000", "00000")), wire.CodeCanceled)
	if err := p.Login(t.Context(), profile.ID, pins(goodPIN)); err != nil {
		t.Error(err)
	}
}

func TestTooManyWrongPINs(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile, other := p.register(t), p.register(t)
	wantCode(t, p.Login(t.Context(), profile.ID, pins("00000", "00000", "00000", goodPIN)), wire.CodeUserDeregistered)
	if p.IsUserRegistered(profile.ID) || p.LoggedIn(profile.ID) || !p.IsUserRegistered(other.ID) {
		t.Errorf("%+v", p.Profiles())
	}
	if _, err := bed.Store.Profile(t.Context(), profile.ID); err == nil {
		t.Error("the server still has the profile")
	}
}

func TestSlowPersonAtTheKeyboard(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	err := p.Login(t.Context(), profile.ID, func(context.Context, device.PINRequest) (wire.Secret, error) {
		bed.Clock.Move(time.Hour) // the challenge is long gone
		return wire.SecretString(goodPIN), nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOneLoginAtATime(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	err := p.Login(t.Context(), profile.ID, func(ctx context.Context, _ device.PINRequest) (wire.Secret, error) {
		wantCode(t, p.Login(ctx, profile.ID, pins(goodPIN)), wire.CodeInProgress)
		return wire.SecretString(goodPIN), nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestChangePIN(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	if err := p.ChangePIN(t.Context(), profile.ID, pins("00000", goodPIN), create("12345", "97531")); err != nil {
		t.Fatal(err)
	}
	wantCode(t, p.Login(t.Context(), profile.ID, pins(goodPIN)), wire.CodeCanceled)
	if err := p.Login(t.Context(), profile.ID, pins("97531")); err != nil {
		t.Error(err)
	}
	if err := p.Logout(t.Context(), profile.ID); err != nil {
		t.Fatal(err)
	}
	if q, err := p.Profile(profile.ID); err != nil || profile.PINLength() != 5 || q.PINLength() != 5 {
		t.Errorf("a PIN of %d and then %d digits, %v", profile.PINLength(), q.PINLength(), err)
	}
	wantCode(t, p.ChangePIN(t.Context(), profile.ID, pins("97531"), create(goodPIN)), wire.CodeNoUserAuthenticated)
}

// The server changes the PIN, but the phone does not hear of it: whichever PIN
// counts, the next login finds out.
func TestPowerFailsWhileThePINChanges(t *testing.T) {
	for name, arrives := range map[string]bool{"server heard": true, "server did not hear": false} {
		t.Run(name, func(t *testing.T) {
			bed := servertest.New(t)
			p := newPhone(t, bed)
			profile := p.register(t)
			if arrives {
				bed.After(func(path string) { bed.Down(path == wire.PathPIN) })
			}
			err := p.ChangePIN(t.Context(), profile.ID, pins(goodPIN), func(context.Context, device.NewPINRequest) (wire.Secret, error) {
				if !arrives {
					bed.After(func(path string) { bed.Down(path == wire.PathPINChallenge) })
				}
				return wire.SecretString("97531"), nil
			})
			if err == nil {
				t.Fatal("the change was confirmed")
			}
			bed.After(func(string) {})
			bed.Down(false)
			p.open(t, device.Options{})
			good := goodPIN
			if arrives {
				good = "97531"
			}
			if err := p.Login(t.Context(), profile.ID, pins(good)); err != nil {
				t.Error(err)
			}
			if q, _ := p.Profile(profile.ID); q.NextPIN != nil {
				t.Error("the change is not settled")
			}
		})
	}
}

func TestDeregister(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	if err := p.Deregister(t.Context(), profile.ID); err != nil || len(p.Profiles()) != 0 {
		t.Errorf("%v, %+v", err, p.Profiles())
	}
	wantCode(t, p.Deregister(t.Context(), profile.ID), wire.CodeProfileNotRegistered)
	if _, err := bed.Store.Profile(t.Context(), profile.ID); err == nil {
		t.Error("the server still has the profile")
	}
	// Without the server the local data goes all the same, and that is told.
	profile = p.register(t)
	bed.Down(true)
	wantCode(t, p.Deregister(t.Context(), profile.ID), wire.CodeServerNotReachable)
	if len(p.Profiles()) != 0 {
		t.Errorf("left %+v", p.Profiles())
	}
}

func TestServerForgotTheDevice(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	p.register(t)
	if err := bed.Store.RemoveDevice(t.Context(), p.DeviceID(bed.Origin), bed.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	wantCode(t, p.Login(t.Context(), profile.ID, pins(goodPIN)), wire.CodeDeviceDeregistered)
	if len(p.Profiles()) != 0 || p.DeviceID(bed.Origin) != "" {
		t.Errorf("left %+v", p.Profiles())
	}
	p.register(t) // registers the device anew
}

func TestTokensAreRenewed(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	call := func() error {
		var got wire.EnrollResponse
		return p.PostJSON(t.Context(), profile.ID, wire.PathEnroll, wire.EnrollRequest{Version: wire.Version, KeyStorage: "memory"}, &got)
	}
	for range 3 {
		wantCode(t, call(), wire.CodeMessageNotAuthentic) // no key in it, but the token was taken
		bed.Clock.Move(time.Hour)
	}
	// A response is lost: the old refresh token still works.
	bed.After(func(path string) { bed.Down(path == wire.PathToken) })
	wantCode(t, call(), wire.CodeServerNotReachable)
	bed.After(func(string) {})
	bed.Down(false)
	wantCode(t, call(), wire.CodeMessageNotAuthentic)
	bed.Clock.Move(48 * time.Hour) // longer than a refresh token lives
	wantCode(t, call(), wire.CodeUserNotAuthenticated)
	wantCode(t, call(), wire.CodeNoUserAuthenticated)
	if p.LoggedIn(profile.ID) {
		t.Error("still logged in")
	}
}

func TestServerDown(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	profile := p.register(t)
	bed.Down(true)
	wantCode(t, p.Login(t.Context(), profile.ID, pins(goodPIN)), wire.CodeServerNotReachable)
	_, err := p.Register(t.Context(), device.Registration{Server: bed.Origin, Code: wire.SecretString("AAAAAAAAAAAAAAAAAAAAAAAAAA"), CreatePIN: create(goodPIN)})
	wantCode(t, err, wire.CodeServerNotReachable)
	bed.Down(false)
	if err := p.Login(t.Context(), profile.ID, pins(goodPIN)); err != nil {
		t.Error(err)
	}
}

// Several devices and servers in one process know nothing of each other.
func TestManyDevices(t *testing.T) {
	one, two := servertest.New(t), servertest.New(t)
	p := newPhone(t, one)
	a := p.register(t)
	b, err := p.Register(t.Context(), device.Registration{Server: two.Origin, Code: two.RegistrationCode(tokenserver.DemoUser), CreatePIN: create("97531")})
	if err != nil {
		t.Fatal(err)
	}
	if p.DeviceID(one.Origin) == p.DeviceID(two.Origin) || a.Server == b.Server {
		t.Error("one registration for two servers")
	}
	if q := newPhone(t, one); len(q.Profiles()) != 0 {
		t.Errorf("another device knows %+v", q.Profiles())
	}
	if err := p.Reset(t.Context()); err != nil || len(p.Profiles()) != 0 || p.DeviceID(two.Origin) != "" {
		t.Errorf("after a reset: %v, %+v", err, p.Profiles())
	}
}

func TestIndexThatCannotBeUsed(t *testing.T) {
	bed := servertest.New(t)
	for name, text := range map[string]string{"damaged": "{", "newer": `{"version": 99}`} {
		p := newPhone(t, bed)
		if err := os.WriteFile(filepath.Join(p.dir, "profiles.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := device.Open(device.Options{Vault: p.vault, Files: files(t, p.dir)})
		wantCode(t, err, wire.CodeIO)
		if got, _ := os.ReadFile(filepath.Join(p.dir, "profiles.json")); string(got) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// A data directory that cannot be written: the registration fails, and neither
// side keeps half of it.
func TestDataDirectoryIsReadOnly(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	p.register(t)
	if err := os.RemoveAll(p.dir); err != nil { // as good as read-only, also for root
		t.Fatal(err)
	}
	_, err := p.Register(t.Context(), device.Registration{Server: bed.Origin, Code: bed.RegistrationCode(tokenserver.DemoUser), CreatePIN: create(goodPIN)})
	wantCode(t, err, wire.CodeIO)
	if left, err := bed.Store.Profiles(t.Context(), p.DeviceID(bed.Origin), 10); err != nil || len(left) != 1 {
		t.Errorf("at the server %+v, %v", left, err)
	}
}
