//go:build unix

package mobileauth_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// childEnv tells this test binary, started again, what to do: folder, profile,
// OTP, and where to die.
const childEnv = "MOBILEAUTH_TEST_CHILD"

func TestMain(m *testing.M) {
	if task := os.Getenv(childEnv); task != "" {
		if err := answerAndDie(strings.Split(task, "\n")); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func die() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) }

// answerAndDie accepts a request as the program does, and is killed on the way.
func answerAndDie(task []string) error {
	dir, profile, otp, where := task[0], task[1], task[2], task[3]
	files, err := safefile.Open(dir)
	if err != nil {
		return err
	}
	if after, err := time.ParseDuration(where); err == nil {
		time.AfterFunc(after, die)
	}
	d, err := device.Open(device.Options{Vault: &folderVault{files}, Files: files, HTTP: &http.Client{Transport: dyingTransport(where)}})
	if err != nil {
		return err
	}
	j, err := journal.Open(files, "history")
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := d.Login(ctx, profile, pin(testPIN)); err != nil {
		return err
	}
	return accept(ctx, mobileauth.New(d, j), profile, otp, func() {
		if where == "asked" {
			die()
		}
	})
}

// accept accepts a request, by its OTP or, where it was pushed, by its id and with
// the PIN.
func accept(ctx context.Context, c *mobileauth.Client, profile, otp string, asked func()) error {
	ask := func(_ context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		asked()
		if r.PIN != nil {
			if r.PIN.Err != nil {
				return "", r.PIN.Err
			}
			r.PIN.Give(wire.SecretString(testPIN))
		}
		return wire.Accept, nil
	}
	id, pushed := strings.CutPrefix(otp, "pushed ")
	if pushed {
		_, err := c.HandlePending(ctx, profile, id, nil, ask)
		return err
	}
	_, err := c.HandleOTP(ctx, mobileauth.Incoming{ProfileID: profile, OTP: otp, Source: intake.SourcePaste}, ask)
	return err
}

// dyingTransport dies before the named path is called, or once its answer is
// there.
type dyingTransport string

func (at dyingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if string(at) == "before "+r.URL.Path {
		die()
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if string(at) == "after "+r.URL.Path {
		die()
	}
	return resp, err
}

// folderVault keeps secrets where another process finds them, and quickly.
type folderVault struct{ *safefile.Dir }

func (folderVault) file(name string) string { return "s-" + hex.EncodeToString([]byte(name)) }

func (v *folderVault) Get(_ context.Context, name string) (wire.Secret, error) {
	data, err := v.ReadFile(v.file(name), vault.MaxValue)
	if errors.Is(err, fs.ErrNotExist) {
		err = vault.ErrNotFound
	}
	return wire.NewSecret(data), err
}

func (v *folderVault) Put(_ context.Context, name string, value wire.Secret) error {
	return v.WriteFile(v.file(name), value.Bytes())
}

func (v *folderVault) Delete(_ context.Context, name string) error { return v.Remove(v.file(name)) }
func (v *folderVault) Kind() vault.Kind                            { return vault.KindFile }

// A program that is killed at any step of a login, and started again, gives the
// answer once: the request is accepted, the portal hears of it once, and the
// history has one line of it. (THREATS A25)
func TestKilledAtEveryStep(t *testing.T) {
	var mu sync.Mutex
	called := map[string]int{} // transactions by callbacks
	portal := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		called[r.Header.Get(wire.HeaderWebhookID)]++
	}))
	t.Cleanup(portal.Close)
	bed := servertest.New(t, noPauses, func(c *tokenserver.Config) { c.Clients[0].CallbackURIs = []string{portal.URL} })
	dir := t.TempDir()
	files, err := safefile.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	p := &phone{bed: bed, vault: &folderVault{files}, dir: dir}
	p.open(t)
	p.register(t, bed.Config.Users[0].ID)
	if err := p.Enroll(t.Context(), p.profile, nil); err != nil {
		t.Fatal(err)
	}

	var steps []string
	for _, path := range []string{wire.PathPINChallenge, wire.PathToken, wire.PathRedeem, wire.PathAnswer} {
		steps = append(steps, "before "+path, "after "+path)
	}
	steps = append(steps, "asked")
	runs := 200
	if testing.Short() {
		runs = 2 * len(steps)
	}
	var whole time.Duration // a run that nobody kills
	for run := range runs {
		where := steps[run%len(steps)]
		if run == 0 {
			where = "nowhere"
		} else if run > 5*len(steps) { // the steps between the calls, by the clock
			where = (whole * time.Duration(run%40) / 40).String()
		}
		began := time.Now()
		otp, id := bed.Start(fmt.Sprintf("run %d", run), "callback_uri", portal.URL)
		if run/len(steps)%2 == 1 || run > 5*len(steps) && run%2 == 1 {
			id = push(bed, tokenserver.DemoPushPIN, fmt.Sprintf("run %d", run), "callback_uri", portal.URL)
			otp = "pushed " + id
		}
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{dir, p.profile, otp, where}, "\n"))
		out, err := child.CombinedOutput()
		if run == 0 {
			whole = time.Since(began)
		}
		killed := child.ProcessState.Sys().(syscall.WaitStatus).Signaled()
		if err != nil && !killed || !killed && run > 0 && run <= 5*len(steps) {
			t.Fatalf("run %d, %s: %v: %s", run, where, err, out)
		}
		p.comeBack(t, otp, id, where)
		if err := bed.Server.DeliverCallbacks(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		if n := called["callback-"+id]; n != 1 {
			t.Errorf("%s: the portal heard %d times of the answer", where, n)
		}
		mu.Unlock()
	}
}

// comeBack is the next start of the program after one was killed.
func (p *phone) comeBack(t *testing.T, otp, id, where string) {
	t.Helper()
	p.open(t)
	if err := p.Login(t.Context(), p.profile, pin(testPIN)); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Resume(t.Context(), p.profile); err != nil {
		t.Errorf("%s: resume: %v", where, err)
	}
	if p.bed.State(id) != wire.StateAccepted {
		if err := accept(t.Context(), p.Client, p.profile, otp, func() {}); err != nil {
			t.Errorf("%s: answering again: %v", where, err)
		}
	}
	if got := p.bed.State(id); got != wire.StateAccepted || p.failures(t) != 0 {
		t.Errorf("%s: the request is %s, and %d wrong PINs are counted", where, got, p.failures(t))
	}
	if left, err := p.journal.Intents(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("%s: %d answers are still unsent, %v", where, len(left), err)
	}
	lines, err := p.journal.Entries(t.Context(), journal.Filter{Search: id, Result: journal.Accepted})
	if err != nil || len(lines) != 1 {
		t.Errorf("%s: %d lines in the history, %v", where, len(lines), err)
	}
}
