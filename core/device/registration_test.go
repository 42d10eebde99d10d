package device_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestRegisterWithTheBrowser(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	b := newBrowser(tokenserver.DemoUserPassword)
	profile, err := p.Register(t.Context(), device.Registration{Server: bed.Origin, OpenBrowser: b.open, CreatePIN: create(goodPIN)})
	if err != nil {
		t.Fatal(err)
	}
	<-b.done
	if !strings.HasPrefix(b.page, "200 You can close this page") {
		t.Errorf("the browser ended at %q", b.page)
	}
	if profile.UserID != tokenserver.DemoUser || profile.Name() != "Anna Example" || profile.Server != bed.Origin || len(profile.ID) != 6 || profile.Enrolled() {
		t.Errorf("%+v", profile)
	}
	if !p.LoggedIn(profile.ID) || !p.IsUserRegistered(profile.ID) {
		t.Error("not logged in after the registration")
	}
	p.open(t, device.Options{})
	if got := p.Profiles(); len(got) != 1 || got[0].ID != profile.ID || p.LoggedIn(profile.ID) {
		t.Errorf("after a restart: %+v, logged in %v", got, p.LoggedIn(profile.ID))
	}
}

func TestRegisterWithACode(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	code := bed.RegistrationCode(tokenserver.DemoUser)
	first, err := p.Register(t.Context(), device.Registration{Server: bed.Origin, Code: code, CreatePIN: create(goodPIN)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Register(t.Context(), device.Registration{Server: bed.Origin, Code: code, CreatePIN: create(goodPIN)})
	wantCode(t, err, wire.CodeInternal) // a code works once
	second := p.register(t)
	if first.ID == second.ID || len(p.Profiles()) != 2 {
		t.Errorf("%+v", p.Profiles())
	}
}

func TestPINPolicyWhileRegistering(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	var refused []int
	list := []string{"11111", "incorrect", "12345", "54321", "1a356", goodPIN}
	_, err := p.Register(t.Context(), device.Registration{
		Server: bed.Origin, Code: bed.RegistrationCode(tokenserver.DemoUser),
		CreatePIN: func(_ context.Context, r device.NewPINRequest) (wire.Secret, error) {
			refused = append(refused, wire.CodeOf(r.Err))
			next := list[0]
			list = list[1:]
			return wire.SecretString(next), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []int{0, wire.CodePINSimilarDigits, wire.CodePINLength, wire.CodePINSequence, wire.CodePINSequence, wire.CodeIllegalArgument}
	if len(refused) != len(want) {
		t.Fatalf("asked %d times", len(refused))
	}
	for i := range want {
		if refused[i] != want[i] {
			t.Errorf("%d: %d, want %d", i, refused[i], want[i])
		}
	}
}

// Whatever ends a registration, no profile is left, here or at the server.
func TestUnfinishedRegistrationLeavesNothing(t *testing.T) {
	bed := servertest.New(t)
	for name, c := range map[string]struct {
		r    func() device.Registration
		code int
	}{
		"no PIN": {func() device.Registration {
			return device.Registration{Code: bed.RegistrationCode(tokenserver.DemoUser), CreatePIN: create()}
		}, wire.CodeCanceled},
		"browser fails": {func() device.Registration {
			return device.Registration{OpenBrowser: func(context.Context, string) error { return errors.New("no browser") }, CreatePIN: create(goodPIN)}
		}, wire.CodeInternal},
		"wrong code": {func() device.Registration {
			return device.Registration{Code: wire.SecretString(strings.Repeat("A", 26)), CreatePIN: create(goodPIN)}
		}, wire.CodeInternal},
		"neither code nor browser": {func() device.Registration { return device.Registration{CreatePIN: create(goodPIN)} }, wire.CodeIllegalArgument},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, bed)
			r := c.r()
			r.Server = bed.Origin
			_, err := p.Register(t.Context(), r)
			wantCode(t, err, c.code)
			if len(p.Profiles()) != 0 {
				t.Errorf("left %+v", p.Profiles())
			}
			if left, err := bed.Store.Profiles(t.Context(), p.DeviceID(bed.Origin), 10); err != nil || len(left) != 0 {
				t.Errorf("left at the server %+v, %v", left, err)
			}
		})
	}
	t.Run("given up while the browser is open", func(t *testing.T) {
		p := newPhone(t, bed)
		ctx, cancel := context.WithCancel(t.Context())
		_, err := p.Register(ctx, device.Registration{
			Server: bed.Origin, CreatePIN: create(goodPIN),
			OpenBrowser: func(context.Context, string) error { cancel(); return nil },
		})
		wantCode(t, err, wire.CodeCanceled)
	})
}

// A page that guesses where the browser comes back is ignored, and the
// registration goes on.
func TestForeignAnswersAtTheRedirect(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	b := newBrowser(tokenserver.DemoUserPassword)
	_, err := p.Register(t.Context(), device.Registration{
		Server: bed.Origin, CreatePIN: create(goodPIN),
		OpenBrowser: func(ctx context.Context, page string) error {
			q := parse(t, page).Query()
			back := q.Get("redirect_uri")
			for _, foreign := range []string{
				back + "?code=AAAA&state=wrong&iss=" + bed.Origin.String(),
				back + "?code=AAAA&state=" + q.Get("state") + "&iss=https://evil.example",
				back + "?code=AAAA&state=" + q.Get("state"),
				back + "?code=AAAA&code=BBBB&state=" + q.Get("state") + "&iss=" + bed.Origin.String(),
				strings.Replace(back, "/cb/", "/cb/x", 1) + "?code=AAAA&state=" + q.Get("state") + "&iss=" + bed.Origin.String(),
			} {
				resp, err := http.Get(foreign)
				if err != nil {
					return err
				}
				_ = resp.Body.Close()
				if resp.StatusCode < 400 {
					t.Errorf("%s was taken", foreign)
				}
			}
			return b.open(ctx, page)
		},
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWrongPasswordAtTheLoginPage(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	b := newBrowser("wrong")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := p.Register(ctx, device.Registration{
		Server: bed.Origin, CreatePIN: create(goodPIN),
		OpenBrowser: func(ctx context.Context, page string) error {
			defer cancel()
			return b.open(ctx, page)
		},
	})
	wantCode(t, err, wire.CodeCanceled)
	<-b.done
	if !strings.HasPrefix(b.page, "401") || !strings.Contains(b.page, "User name or password is not right") {
		t.Errorf("page %q", b.page)
	}
}

func TestDeviceRegistrationRefused(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*tokenserver.Config)
		code int
	}{
		"token needed": {func(c *tokenserver.Config) {
			c.Device.RegistrationToken = wire.ConfigSecret{Secret: wire.SecretString("initial-token-1234567890")}
		}, wire.CodeDeviceRegistration},
		"outdated app": {func(c *tokenserver.Config) { c.Device.MinimumAppVersion = "2.0.0" }, wire.CodeOutdatedApp},
		"outdated OS":  {func(c *tokenserver.Config) { c.Device.RefusedOS = []string{"linux/5"} }, wire.CodeOutdatedOS},
	} {
		t.Run(name, func(t *testing.T) {
			bed := servertest.New(t, c.edit)
			p := newPhone(t, bed)
			p.open(t, device.Options{AppVersion: "1.9.9", OS: "linux/5.10"})
			r := device.Registration{Server: bed.Origin, Code: bed.RegistrationCode(tokenserver.DemoUser), CreatePIN: create(goodPIN)}
			_, err := p.Register(t.Context(), r)
			wantCode(t, err, c.code)
			if c.code == wire.CodeDeviceRegistration {
				r.InitialToken = wire.SecretString("initial-token-1234567890")
				if _, err := p.Register(t.Context(), r); err != nil {
					t.Errorf("with the token: %v", err)
				}
			}
		})
	}
}

// What calls itself a server is not trusted in what it names.
func TestMetadataOfAStranger(t *testing.T) {
	bed := servertest.New(t)
	p := newPhone(t, bed)
	opened := false
	for name, change := range map[string][2]string{
		"login page elsewhere": {`"authorization_endpoint":"http://`, `"authorization_endpoint":"file:///x","x":"http://`},
		"another issuer":       {`"issuer":"http://`, `"issuer":"http://evil.example","y":"http://`},
		"another version":      {`"understudy_version":1`, `"understudy_version":2`},
		"endless cost":         {`"memory_kib":8`, `"memory_kib":4294967295`},
		"no cost":              {`"memory_kib":8`, `"memory_kib":0`},
		"no PIN length":        {`"length":5`, `"length":0`},
		"no JSON":              {`{`, `<`},
	} {
		t.Run(name, func(t *testing.T) {
			q := newPhone(t, bed)
			q.open(t, device.Options{HTTP: &http.Client{Transport: rewrite{wire.PathMetadata, change}}})
			_, err := q.Register(t.Context(), device.Registration{
				Server: bed.Origin, OpenBrowser: func(context.Context, string) error { opened = true; return nil }, CreatePIN: create(goodPIN),
			})
			wantCode(t, err, wire.CodeConfiguration)
		})
	}
	if opened {
		t.Error("a browser was opened on a stranger's word")
	}
	_ = p
}

func TestKeyringTroubleWhileRegistering(t *testing.T) {
	bed := servertest.New(t)
	for _, trouble := range []error{vault.ErrLocked, vault.ErrUnavailable} {
		p := newPhone(t, bed)
		p.open(t, device.Options{Vault: brokenVault{trouble}})
		_, err := p.Register(t.Context(), device.Registration{Server: bed.Origin, Code: bed.RegistrationCode(tokenserver.DemoUser), CreatePIN: create(goodPIN)})
		if !errors.Is(err, trouble) || len(p.Profiles()) != 0 {
			t.Errorf("%v; %+v", err, p.Profiles())
		}
	}
}

type brokenVault struct{ err error }

func (v brokenVault) Get(context.Context, string) (wire.Secret, error) { return wire.Secret{}, v.err }
func (v brokenVault) Put(context.Context, string, wire.Secret) error   { return v.err }
func (v brokenVault) Delete(context.Context, string) error             { return v.err }
func (v brokenVault) Kind() vault.Kind                                 { return vault.KindKeyring }

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
