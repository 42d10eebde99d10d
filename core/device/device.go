package device

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Options is what a device is made of. Only Vault has to be given.
type Options struct {
	// Vault keeps device credentials and private keys.
	Vault vault.Vault
	// Files keeps the index: everything about the profiles that is no secret. Nil
	// keeps it in memory, as a test's virtual devices do.
	Files *safefile.Dir
	// HTTP reaches the Token Servers; nil stands for a client that follows no
	// redirects, speaks TLS 1.2 or newer and does not let a name of elsewhere lead
	// to this computer.
	HTTP *http.Client
	// Now is the clock, Log takes what is worth telling a developer.
	Now func() time.Time
	Log *slog.Logger
	// Kind says what stands behind the device; KindDesktop by default.
	Kind wire.DeviceKind
	// Sensor reads fingers; nil: the device has none, and no fingerprint.
	Sensor Sensor
	// AppVersion and OS are told to the server, which may refuse outdated ones.
	AppVersion, OS string
}

// Device is one phone: its registrations at Token Servers, its user profiles
// and who is logged in. Its methods may be called by several goroutines, and
// many devices live in one process without sharing anything.
type Device struct {
	opt Options

	resources *http.Client // opt.HTTP within the limits of a resource call
	patient   *http.Client // opt.HTTP for questions that are held back; each call has its own limit

	mu       sync.Mutex // guards index, sessions, own and busy
	index    index
	sessions map[string]*session // by profile id
	own      map[ownKey]*ownToken
	busy     map[string]bool // flows in progress, by flow and profile
}

// Open makes the device that Options describe and reads its index.
func Open(opt Options) (*Device, error) {
	if opt.Vault == nil {
		return nil, wire.Errorf(wire.CodeConfiguration, "a device needs a vault")
	}
	resources, patient := http.Client{}, http.Client{}
	if opt.HTTP != nil {
		resources, patient = *opt.HTTP, *opt.HTTP
		resources.Timeout, resources.Jar = ResourceTimeout, nil
		resources.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		patient.Timeout = 0
	} else {
		// A person has confirmed every server that is called here, and servers on an
		// inner network are common; a public name that leads to this very computer
		// is still refused.
		client := func(timeout time.Duration) *http.Client {
			return netsafe.Client(netsafe.ClientOptions{AllowPrivate: func(string) bool { return true }, Timeout: timeout})
		}
		opt.HTTP = client(0)
		resources, patient = *client(ResourceTimeout), *client(wire.MaxHold + heldMargin)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Kind == "" {
		opt.Kind = wire.KindDesktop
	}
	d := &Device{opt: opt, resources: &resources, patient: &patient, sessions: map[string]*session{}, own: map[ownKey]*ownToken{}, busy: map[string]bool{}}
	index, err := d.readIndex()
	if err != nil {
		return nil, err
	}
	d.index = index
	return d, nil
}

// Now is the device's clock.
func (d *Device) Now() time.Time { return d.opt.Now() }

// Log is the device's logger.
func (d *Device) Log() *slog.Logger { return d.opt.Log }

// Kind is what the device tells servers of itself.
func (d *Device) Kind() wire.DeviceKind { return d.opt.Kind }

// KeyStorage is where the private keys lie: keyring, file or memory.
func (d *Device) KeyStorage() string { return string(d.opt.Vault.Kind()) }

// begin marks a flow of a profile as in progress; a second one is refused with
// 9007 until the returned function was called.
func (d *Device) begin(flow string) (end func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy[flow] {
		return nil, wire.Errorf(wire.CodeInProgress, "finish or cancel it first")
	}
	d.busy[flow] = true
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.busy, flow)
	}, nil
}

// asked turns the error of a function that asks a person into the documented
// one: whoever gives no answer has canceled the flow.
func asked(ctx context.Context, err error) error {
	if wire.CodeOf(err) != 0 {
		return err
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return wire.Errorf(wire.CodeCanceled, "%w", err)
}
