package device_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
	"github.com/understudy-auth/understudy/core/wire"
)

// The key is lost on one of the two sides: the fingerprint is gone, the PIN is
// asked for.
func TestFingerprintKeyIsLost(t *testing.T) {
	for name, lose := range map[string]func(*testing.T, *phone, string){
		"at the server": func(t *testing.T, p *phone, id string) {
			if err := p.bed.Store.RemoveAuthenticator(t.Context(), id, "Fingerprint"); err != nil {
				t.Fatal(err)
			}
		},
		"from the vault": func(t *testing.T, p *phone, id string) {
			if err := p.vault.Delete(t.Context(), device.FingerprintEntry(id)); err != nil {
				t.Fatal(err)
			}
		},
		"another one in the vault": func(t *testing.T, p *phone, id string) {
			if err := p.vault.Put(t.Context(), device.FingerprintEntry(id), wire.SecretString("32 bytes, but not those of a key")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, profile := newPhoneWith(t, rule(t, "match"))
			p.withFingerprint(t, profile.ID)
			lose(t, p, profile.ID)
			if err := p.LoginWith(t.Context(), profile.ID, device.Login{PIN: pins(goodPIN), Fingerprint: (&fingers{answer: device.FingerprintAccept}).ask}); err != nil {
				t.Error(err)
			}
			p.wantAuthenticators(t, profile.ID, "PIN", false)
			wantCode(t, p.LoginWith(t.Context(), profile.ID, device.Login{Authenticator: "Fingerprint", PIN: noPIN(t), Fingerprint: (&fingers{}).ask}), wire.CodeNoSuchAuthenticator)
		})
	}
}

// A key that somebody put at the server in place of this phone's logs nobody in.
func TestForeignFingerprintKey(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	p.withFingerprint(t, profile.ID)
	a, err := p.bed.Store.Authenticator(t.Context(), profile.ID, "Fingerprint")
	if err != nil {
		t.Fatal(err)
	}
	a.PublicKey = make([]byte, len(a.PublicKey))
	if err := p.bed.Store.SetAuthenticator(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	err = p.LoginWith(t.Context(), profile.ID, device.Login{PIN: noPIN(t), Fingerprint: (&fingers{answer: device.FingerprintAccept}).ask})
	wantCode(t, err, wire.CodeMessageNotAuthentic)
	if p.LoggedIn(profile.ID) {
		t.Error("logged in")
	}
}

// Too many wrong PINs while the fingerprint is registered, or after it fell back
// to the PIN, deregister the user.
func TestFingerprintAndTooManyWrongPINs(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	wantCode(t, p.RegisterAuthenticator(t.Context(), profile.ID, "Fingerprint", pins("00000", "00000", "00000", goodPIN)), wire.CodeUserDeregistered)
	if p.IsUserRegistered(profile.ID) {
		t.Error("still registered")
	}
	profile = p.register(t)
	p.withFingerprint(t, profile.ID)
	err := p.LoginWith(t.Context(), profile.ID, device.Login{PIN: pins("00000", "00000", "00000"), Fingerprint: (&fingers{answer: device.FingerprintFallbackToPIN}).ask})
	wantCode(t, err, wire.CodeUserDeregistered)
	if p.IsUserRegistered(profile.ID) {
		t.Error("still registered")
	}
	if _, err := p.vault.Get(t.Context(), device.FingerprintEntry(profile.ID)); err == nil {
		t.Error("the key is still in the vault")
	}
}

// The server hears of a registration, the phone does not hear of that: it has no
// fingerprint, and can register one.
func TestFingerprintRegistrationIsCutOff(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	p.bed.After(func(path string) { p.bed.Down(path == wire.PathAuthenticator) })
	wantCode(t, p.RegisterAuthenticator(t.Context(), profile.ID, "Fingerprint", pins(goodPIN)), wire.CodeServerNotReachable)
	p.bed.After(func(string) {})
	p.bed.Down(false)
	list, err := p.Authenticators(t.Context(), profile.ID)
	if err != nil || list[1].Registered {
		t.Errorf("%+v, %v", list, err)
	}
	p.withFingerprint(t, profile.ID)
	p.wantAuthenticators(t, profile.ID, "Fingerprint", true)
}

// canceling ends a call's context when the server has done what one path asks for.
type canceling struct {
	path   string
	cancel context.CancelFunc
	calls  atomic.Int32
}

func (c *canceling) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && r.URL.Path == c.path && c.calls.Add(1) == 1 {
		c.cancel()
		_ = resp.Body.Close()
		return nil, context.Canceled
	}
	return resp, err
}

// Canceled when the server has stored the key already: it is told to forget it.
func TestFingerprintRegistrationCanceledLate(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p.open(t, device.Options{Sensor: rule(t, "match"), HTTP: &http.Client{Transport: &canceling{path: wire.PathAuthenticator, cancel: cancel}}})
	if err := p.Login(t.Context(), profile.ID, pins(goodPIN)); err != nil {
		t.Fatal(err)
	}
	wantCode(t, p.RegisterAuthenticator(ctx, profile.ID, "Fingerprint", pins(goodPIN)), wire.CodeCanceled)
	p.wantAuthenticators(t, profile.ID, "PIN", false)
}

// Without the server the fingerprint goes here all the same, and that is told.
func TestDeregisterFingerprintOffline(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "match"))
	p.withFingerprint(t, profile.ID)
	if err := p.Login(t.Context(), profile.ID, pins(goodPIN)); err != nil {
		t.Fatal(err)
	}
	p.bed.Down(true)
	wantCode(t, p.DeregisterAuthenticator(t.Context(), profile.ID, "Fingerprint"), wire.CodeServerNotReachable)
	p.bed.Down(false)
	list, err := p.Authenticators(t.Context(), profile.ID)
	if err != nil || list[1].Registered || !list[0].Preferred {
		t.Errorf("%+v, %v", list, err)
	}
}

// What else takes the fingerprint gets a signature that is good for nothing else.
func TestProveFingerprint(t *testing.T) {
	p, profile := newPhoneWith(t, rule(t, "fail:5"))
	p.withFingerprint(t, profile.ID)
	keeper := authenticators.Keeper{Store: p.bed.Store, Origin: p.bed.Origin, Clock: p.bed.Clock.Now}
	owner := authenticators.Owner{DeviceID: p.DeviceID(p.bed.Origin), ProfileID: profile.ID}
	prove := func(answer device.FingerprintAnswer) ([]byte, error) {
		return p.ProveFingerprint(t.Context(), profile.ID, (&fingers{answer: answer}).ask, "challenge", "answer", "accept")
	}
	_, err := prove(device.FingerprintFallbackToPIN)
	if !errors.Is(err, device.ErrFallbackToPIN) {
		t.Error(err)
	}
	_, err = prove(device.FingerprintDeny)
	wantCode(t, err, wire.CodeCanceled)
	p.wantAuthenticators(t, profile.ID, "Fingerprint", true)
	_, err = prove(device.FingerprintAccept) // five wrong fingers
	if !errors.Is(err, device.ErrFallbackToPIN) {
		t.Error(err)
	}
	p.wantAuthenticators(t, profile.ID, "PIN", false)

	if err := p.Login(t.Context(), profile.ID, pins(goodPIN)); err != nil {
		t.Fatal(err)
	}
	p.withFingerprint(t, profile.ID)
	proof, err := prove(device.FingerprintAccept) // the sixth
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		owner     authenticators.Owner
		challenge string
		binding   []string
		code      int
	}{
		"right":             {owner, "challenge", []string{"answer", "accept"}, 0},
		"another challenge": {owner, "challengf", []string{"answer", "accept"}, wire.CodeMessageNotAuthentic},
		"another answer":    {owner, "challenge", []string{"answer", "deny"}, wire.CodeMessageNotAuthentic},
		"a login":           {owner, "challenge", nil, wire.CodeMessageNotAuthentic},
		"joined parts":      {owner, "challenge", []string{"answeraccept"}, wire.CodeMessageNotAuthentic},
		"another device":    {authenticators.Owner{DeviceID: "D", ProfileID: profile.ID}, "challenge", []string{"answer", "accept"}, wire.CodeMessageNotAuthentic},
		"another profile":   {authenticators.Owner{DeviceID: owner.DeviceID, ProfileID: "P"}, "challenge", []string{"answer", "accept"}, wire.CodeNoSuchAuthenticator},
	} {
		t.Run(what, func(t *testing.T) {
			wantCode(t, keeper.Check(t.Context(), c.owner, "Fingerprint", c.challenge, proof, c.binding...), c.code)
		})
	}
}
