package mobileauth_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// fails is a network that has one kind of trouble.
type fails struct{ err error }

func (f fails) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestNoNetworkIsNotAServerThatIsDown(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, _ := bed.Start("x")
	for err, code := range map[error]int{
		&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}:  wire.CodeNoNetwork,
		&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETDOWN)}:     wire.CodeNoNetwork,
		&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}: wire.CodeServerNotReachable,
		context.DeadlineExceeded: wire.CodeServerNotReachable,
	} {
		p.hook.mu.Lock()
		real := p.hook.next
		p.hook.next = fails{err}
		p.hook.mu.Unlock()
		_, got := p.handle(t.Context(), otp, always(wire.Accept))
		wantCode(t, got, code)
		p.hook.mu.Lock()
		p.hook.next = real
		p.hook.mu.Unlock()
	}
}

func TestDeviceKindRefused(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.Types[0].AllowKinds = []wire.DeviceKind{wire.KindBridge} })
	p := enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	_, err := p.handle(t.Context(), otp, always(wire.Accept))
	wantCode(t, err, wire.CodeInvalidMethod)
	if got := bed.State(id); got != wire.StateInitialized {
		t.Errorf("state %s", got)
	}
}

func TestBlacklistedPIN(t *testing.T) {
	bed := servertest.New(t, func(c *tokenserver.Config) { c.PIN.Blacklist = []string{testPIN} })
	d, err := device.Open(device.Options{Vault: vault.NewMemory(), Now: bed.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Register(t.Context(), device.Registration{Server: bed.Origin, Code: bed.RegistrationCode(tokenserver.DemoUser), CreatePIN: newPIN(testPIN)})
	wantCode(t, err, wire.CodePINBlacklisted)
}

// Clocks that are a few minutes apart do not matter; ten minutes are told as
// what they are.
func TestClocksApart(t *testing.T) {
	for apart, works := range map[time.Duration]bool{
		4 * time.Minute: true, -4 * time.Minute: true,
		time.Hour: false, 10 * time.Minute: false, // the server refuses
		-10 * time.Minute: false, // the device does
	} {
		t.Run(apart.String(), func(t *testing.T) {
			bed := servertest.New(t)
			d, err := device.Open(device.Options{Vault: vault.NewMemory(), Now: func() time.Time { return bed.Clock.Now().Add(apart) }})
			if err != nil {
				t.Fatal(err)
			}
			profile, err := d.Register(t.Context(), device.Registration{Server: bed.Origin, Code: bed.RegistrationCode(tokenserver.DemoUser), CreatePIN: newPIN(testPIN)})
			if err != nil {
				t.Fatal(err)
			}
			client := mobileauth.New(d, journal.NewMemory())
			err = client.Enroll(t.Context(), profile.ID, nil)
			if !works {
				wantCode(t, err, wire.CodeMessageNotAuthentic)
				if !errors.Is(err, wire.ErrClocks) {
					t.Errorf("%v does not have the clocks as its cause", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			otp, id := bed.Start("x")
			_, err = client.HandleOTP(t.Context(), mobileauth.Incoming{ProfileID: profile.ID, OTP: otp},
				func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
					if left := r.TimeLeft(d.Now()); left != 2*time.Minute {
						t.Errorf("time left %s", left)
					}
					return wire.Accept, nil
				})
			if err != nil || bed.State(id) != wire.StateAccepted {
				t.Errorf("%v, %s", err, bed.State(id))
			}
		})
	}
}

// Two devices and one code, a thousand times: one of them gets it, the other
// hears that it did not.
func TestTwoDevicesRaceForCodes(t *testing.T) {
	bed := servertest.New(t)
	phones := []*phone{enrolledPhone(t, bed), enrolledPhone(t, bed)}
	rounds := 1000
	if testing.Short() {
		rounds = 50
	}
	for range rounds {
		otp, id := bed.Start("x")
		var wait sync.WaitGroup
		errs := make([]error, len(phones))
		for i, p := range phones {
			wait.Go(func() { _, errs[i] = p.handle(t.Context(), otp, always(wire.Accept)) })
		}
		wait.Wait()
		won := 0
		for _, err := range errs {
			switch wire.CodeOf(err) {
			case 0:
				won++
			case wire.CodeClaimedElsewhere, wire.CodeAlreadyAnswered:
			default:
				t.Fatal(err)
			}
		}
		if won != 1 || bed.State(id) != wire.StateAccepted {
			t.Fatalf("%d won: %v", won, errs)
		}
	}
}

// The history cannot be written: the answer counts all the same, and that the
// history lacks it is told.
func TestHistoryCannotBeWritten(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, id := bed.Start("x")
	result, err := p.handle(t.Context(), otp, func(context.Context, mobileauth.Request) (mobileauth.Decision, error) {
		return wire.Accept, os.RemoveAll(p.dir) // as good as read-only, also for root
	})
	if err != nil || bed.State(id) != wire.StateAccepted {
		t.Fatalf("%v, %s", err, bed.State(id))
	}
	if result.NotRecorded == nil {
		t.Error("nobody is told that the history lacks this request")
	}
}

// Whatever is kept or logged holds no PIN, no OTP and no token.
func TestNoSecretIsWrittenDown(t *testing.T) {
	bed := servertest.New(t)
	p := enrolledPhone(t, bed)
	otp, _ := bed.Start("a message that is kept")
	if _, err := p.handle(t.Context(), otp, always(wire.Accept)); err != nil {
		t.Fatal(err)
	}
	parsed, err := wire.ParseOTP(otp)
	if err != nil {
		t.Fatal(err)
	}
	markers := []string{testPIN, otp, string(parsed.Code.Bytes()), string(bed.Config.Clients[0].Secret.Bytes())}
	found := false
	err = filepath.WalkDir(p.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, m := range markers {
			if strings.Contains(string(data), `"`+m) || (len(m) > 8 && strings.Contains(string(data), m)) {
				t.Errorf("%s holds a secret", path)
			}
		}
		found = found || strings.Contains(string(data), "a message that is kept")
		return err
	})
	if err != nil || !found {
		t.Errorf("%v; the history was found: %v", err, found)
	}
	for _, text := range []string{fmt.Sprintf("%+v", parsed), fmt.Sprintf("%#v", parsed), fmt.Sprint(parsed)} {
		if strings.Contains(text, string(parsed.Code.Bytes())) {
			t.Errorf("an OTP prints as %s", text)
		}
	}
}
