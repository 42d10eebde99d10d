package mobileauth_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const testPIN = "12356"

// phone is a device with one registered profile.
type phone struct {
	*device.Device
	*mobileauth.Client
	bed     *servertest.Bed
	vault   vault.Vault
	dir     string
	journal *journal.Journal
	profile string
	hook    *hook
	sensor  device.Sensor
}

// hook lets a test see and break what a phone sends.
type hook struct {
	mu     sync.Mutex
	change func(*http.Response) error
	next   http.RoundTripper
}

func (h *hook) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := h.next.RoundTrip(r)
	h.mu.Lock()
	change := h.change
	h.mu.Unlock()
	if err == nil && change != nil {
		err = change(resp)
	}
	return resp, err
}

func (h *hook) set(f func(*http.Response) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.change = f
}

func pin(digits string) device.AskPIN {
	return func(context.Context, device.PINRequest) (wire.Secret, error) { return wire.SecretString(digits), nil }
}

func newPIN(digits string) device.CreatePIN {
	return func(_ context.Context, r device.NewPINRequest) (wire.Secret, error) {
		if r.Err != nil {
			return wire.Secret{}, r.Err
		}
		return wire.SecretString(digits), nil
	}
}

// open starts the phone's program, as if anew: vault and directory stay.
func (p *phone) open(t testing.TB) {
	t.Helper()
	files, err := safefile.Open(p.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	p.hook = &hook{next: &http.Transport{}}
	p.Device, err = device.Open(device.Options{
		Vault: p.vault, Files: files, Now: p.bed.Clock.Now, Sensor: p.sensor, AppVersion: "1.0.0", OS: "linux/6.1",
		HTTP: &http.Client{Transport: p.hook, Timeout: 10 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.journal, err = journal.Open(files, "history")
	if err != nil {
		t.Fatal(err)
	}
	p.Client = mobileauth.New(p.Device, p.journal).WithRetryEvery(time.Millisecond)
}

// newPhone registers the demo's first user by a registration code.
func newPhone(t testing.TB, bed *servertest.Bed) *phone {
	t.Helper()
	return phoneOf(t, bed, bed.Config.Users[0].ID)
}

func phoneOf(t testing.TB, bed *servertest.Bed, user string) *phone {
	t.Helper()
	p := &phone{bed: bed, vault: vault.NewMemory(), dir: t.TempDir()}
	p.open(t)
	p.register(t, user)
	return p
}

func (p *phone) register(t testing.TB, user string) {
	t.Helper()
	profile, err := p.Register(t.Context(), device.Registration{Server: p.bed.Origin, Code: p.bed.RegistrationCode(user), CreatePIN: newPIN(testPIN)})
	if err != nil {
		t.Fatal(err)
	}
	p.profile = profile.ID
}

func enrolledPhone(t testing.TB, bed *servertest.Bed) *phone {
	t.Helper()
	p := newPhone(t, bed)
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Fatal(err)
	}
	return p
}

func always(d mobileauth.Decision) mobileauth.Ask {
	return func(context.Context, mobileauth.Request) (mobileauth.Decision, error) { return d, nil }
}

func (p *phone) handle(ctx context.Context, otp string, ask mobileauth.Ask) (mobileauth.Result, error) {
	return p.HandleOTP(ctx, mobileauth.Incoming{ProfileID: p.profile, OTP: otp, Source: intake.SourceFile}, ask)
}

func wantCode(t testing.TB, err error, code int) {
	t.Helper()
	if wire.CodeOf(err) != code {
		t.Errorf("error %v; want code %d", err, code)
	}
}

var errLater = errors.New("later")
