package device_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/config"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/wire"
)

const identityProviders = `
[[user]]
id = "anna"
password = "understudy"
[[user]]
id = "bert"
password = "understudy"

[[identity_provider]]
id = "invitation"
name = "Invitation\u202e code"
kind = "one_step"
answers = { anna = "open sesame", bert = "abracadabra" }
result = { status = 2, data = '{"welcome": "Anna"}' }

[[identity_provider]]
id = "two-step"
kind = "two_step"
answers = { anna = "4711" }
challenge = { status = 1, data = "a code was sent" }

[[identity_provider]]
id = "qr_code"
name = "QR code"
kind = "qr_code"
`

// customBed is a server whose identity providers are configured as above.
func customBed(t *testing.T) *servertest.Bed {
	t.Helper()
	c, err := config.Parse(identityProviders, "test.toml")
	if err != nil {
		t.Fatal(err)
	}
	return servertest.New(t, func(demo *tokenserver.Config) { demo.Users, demo.IdentityProviders = c.Users, c.IdentityProviders })
}

// answers gives one answer after the other, then gives up, and notes the steps.
type answers struct {
	list  []string
	steps []device.CustomStep
}

func (a *answers) ask(_ context.Context, s device.CustomStep) (device.CustomAnswer, error) {
	a.steps = append(a.steps, s)
	if len(a.steps) > len(a.list) {
		return device.CustomAnswer{}, errGaveUp
	}
	return device.CustomAnswer{Data: a.list[len(a.steps)-1]}, nil
}

func TestIdentityProviders(t *testing.T) {
	p := newPhone(t, customBed(t))
	got, err := p.IdentityProviders(t.Context(), p.bed.Origin)
	want := []wire.IdentityProvider{
		{ID: "invitation", Name: "Invitation<U+202E> code", Kind: wire.ProviderOneStep},
		{ID: "two-step", Name: "two-step", Kind: wire.ProviderTwoStep},
		{ID: "qr_code", Name: "QR code", Kind: wire.ProviderQRCode},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	got, err = p.IdentityProviders(t.Context(), servertest.New(t).Origin)
	if err != nil || len(got) != 0 {
		t.Errorf("a server without any: %v, %v", got, err)
	}
	p.bed.Down(true)
	_, err = p.IdentityProviders(t.Context(), p.bed.Origin)
	wantCode(t, err, wire.CodeServerNotReachable)
}

func TestRegisterWithAnIdentityProvider(t *testing.T) {
	bed := customBed(t)
	code := func() string { return string(bed.RegistrationCode("bert").Bytes()) }
	link := func() string { return wire.RegistrationLink(bed.Origin, bed.RegistrationCode("bert")) }
	first := device.CustomStep{Provider: "two-step"}
	second := device.CustomStep{Provider: "two-step", Complete: true, Status: 1, Data: "a code was sent"}
	for name, c := range map[string]struct {
		provider string
		answers  []string
		steps    []device.CustomStep
		user     string
		info     wire.CustomInfo
	}{
		"one step": {
			"invitation",
			[]string{"open sesame"},
			[]device.CustomStep{{Provider: "invitation", Complete: true}},
			"anna",
			wire.CustomInfo{Status: 2, Data: `{"welcome": "Anna"}`},
		},
		"another user": {
			"invitation",
			[]string{"abracadabra"},
			[]device.CustomStep{{Provider: "invitation", Complete: true}},
			"bert",
			wire.CustomInfo{Status: 2, Data: `{"welcome": "Anna"}`},
		},
		"two steps":      {"two-step", []string{"anna", "4711"}, []device.CustomStep{first, second}, "anna", wire.CustomInfo{}},
		"a scanned link": {"qr_code", []string{link()}, []device.CustomStep{{Provider: "qr_code", Complete: true}}, "bert", wire.CustomInfo{}},
		"a scanned code": {"qr_code", []string{code() + "\n"}, []device.CustomStep{{Provider: "qr_code", Complete: true}}, "bert", wire.CustomInfo{}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(t, bed)
			a := answers{list: c.answers}
			profile, info, err := p.RegisterInfo(t.Context(), device.Registration{Server: bed.Origin, Provider: c.provider, Custom: a.ask, CreatePIN: create(goodPIN)})
			if err != nil {
				t.Fatal(err)
			}
			if profile.UserID != c.user || info != c.info || !p.LoggedIn(profile.ID) {
				t.Errorf("%+v, %+v", profile, info)
			}
			if diff := cmp.Diff(c.steps, a.steps); diff != "" {
				t.Errorf("steps (-want +got)\n%s", diff)
			}
			if err := p.Login(t.Context(), profile.ID, pins(goodPIN)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Whatever ends the registration, no profile is left, here or at the server.
func TestIdentityProviderRefuses(t *testing.T) {
	bed := customBed(t)
	other := wire.RegistrationLink(servertest.New(t).Origin, bed.RegistrationCode("bert"))
	long := strings.Repeat("x", wire.MaxCustomData+1)
	used := bed.RegistrationCode("bert")
	if _, err := newPhone(t, bed).Register(t.Context(), device.Registration{Server: bed.Origin, Code: used, CreatePIN: create(goodPIN)}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		provider string
		answers  []string
		pins     []string
		code     int
	}{
		"no such provider":        {"nobody", []string{"open sesame"}, []string{goodPIN}, wire.CodeIdentityProviderNotFound},
		"wrong answer":            {"invitation", []string{"wrong"}, []string{goodPIN}, wire.CodeInternal},
		"no answer":               {"invitation", []string{""}, []string{goodPIN}, wire.CodeInternal},
		"another user's":          {"two-step", []string{"bert", "4711"}, []string{goodPIN}, wire.CodeInternal},
		"nobody's":                {"two-step", []string{"nobody", ""}, []string{goodPIN}, wire.CodeInternal},
		"canceled at the first":   {"two-step", nil, []string{goodPIN}, wire.CodeCanceled},
		"canceled at the second":  {"two-step", []string{"anna"}, []string{goodPIN}, wire.CodeCanceled},
		"canceled at the only":    {"invitation", nil, []string{goodPIN}, wire.CodeCanceled},
		"canceled at the PIN":     {"two-step", []string{"anna", "4711"}, nil, wire.CodeCanceled},
		"too long":                {"invitation", []string{long}, []string{goodPIN}, wire.CodeIllegalArgument},
		"too long at the first":   {"two-step", []string{long}, []string{goodPIN}, wire.CodeIllegalArgument},
		"no UTF-8":                {"invitation", []string{"\xff"}, []string{goodPIN}, wire.CodeIllegalArgument},
		"scanned at another":      {"qr_code", []string{other}, []string{goodPIN}, wire.CodeInternal},
		"scanned, but no code":    {"qr_code", []string{"https://example.com/?code=1"}, []string{goodPIN}, wire.CodeInternal},
		"scanned for another use": {"qr_code", []string{"WIFI:S:net;;"}, []string{goodPIN}, wire.CodeInternal},
		"scanned and used before": {"qr_code", []string{string(used.Bytes())}, []string{goodPIN}, wire.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			bed.Clock.Move(2 * time.Minute) // wrong answers are counted
			p := newPhone(t, bed)
			_, err := p.Register(t.Context(), device.Registration{
				Server: bed.Origin, Provider: c.provider, Custom: (&answers{list: c.answers}).ask, CreatePIN: create(c.pins...),
			})
			wantCode(t, err, c.code)
			if len(p.Profiles()) != 0 {
				t.Errorf("left %+v", p.Profiles())
			}
			if left, err := bed.Store.Profiles(t.Context(), p.DeviceID(bed.Origin), 10); err != nil || len(left) != 0 {
				t.Errorf("left at the server %+v, %v", left, err)
			}
		})
	}
	_, err := newPhone(t, bed).Register(t.Context(), device.Registration{Server: bed.Origin, Provider: "invitation", CreatePIN: create(goodPIN)})
	wantCode(t, err, wire.CodeIllegalArgument) // nobody answers
}

// Canceling the context while a step is asked ends the registration.
func TestCanceledWhileAStepIsAsked(t *testing.T) {
	bed := customBed(t)
	for steps := range 2 {
		p := newPhone(t, bed)
		ctx, cancel := context.WithCancel(t.Context())
		a := answers{list: []string{"anna", "4711"}}
		_, err := p.Register(ctx, device.Registration{
			Server: bed.Origin, Provider: "two-step", CreatePIN: create(goodPIN),
			Custom: func(ctx context.Context, s device.CustomStep) (device.CustomAnswer, error) {
				if len(a.steps) == steps {
					cancel()
				}
				return a.ask(ctx, s)
			},
		})
		wantCode(t, err, wire.CodeCanceled)
		if left, err := bed.Store.Profiles(t.Context(), p.DeviceID(bed.Origin), 10); err != nil || len(left) != 0 {
			t.Errorf("left at the server %+v, %v", left, err)
		}
	}
}

// People take their time, but not for ever.
func TestSlowBetweenTwoSteps(t *testing.T) {
	for wait, code := range map[time.Duration]int{9 * time.Minute: 0, 10 * time.Minute: wire.CodeInternal} {
		bed := customBed(t)
		a := answers{list: []string{"anna", "4711"}}
		_, err := newPhone(t, bed).Register(t.Context(), device.Registration{
			Server: bed.Origin, Provider: "two-step", CreatePIN: create(goodPIN),
			Custom: func(ctx context.Context, s device.CustomStep) (device.CustomAnswer, error) {
				if s.Complete {
					bed.Clock.Move(wait)
				}
				return a.ask(ctx, s)
			},
		})
		wantCode(t, err, code)
	}
}
