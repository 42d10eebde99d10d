package vault_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/understudy-auth/understudy/core/desktop/bustest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/vault/vaulttest"
	"github.com/understudy-auth/understudy/core/wire"
)

// The tests of this file run against gnome-keyring itself, each in a session
// bus and home of its own: the test binary runs itself again inside
// dbus-run-session, with sessionEnv naming the state of the keyring.
const sessionEnv = "VAULT_TEST_SESSION"

// generous is the deadline after which a call counts as blocked. It is far
// beyond the two seconds of the keyring, so that a busy machine fails nothing.
const generous = 10 * time.Second

// privateHome makes XDG directories and gives an environment that knows no
// other, no display and no bus. The runtime directory has a short path: it
// holds sockets.
func privateHome(t *testing.T) []string {
	t.Helper()
	home := t.TempDir()
	runtime, err := os.MkdirTemp("", "run")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(runtime) })
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + runtime}
	for _, name := range []string{"data", "config", "cache"} {
		dir := filepath.Join(home, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		env = append(env, "XDG_"+strings.ToUpper(name)+"_HOME="+dir)
	}
	if dir := os.Getenv("GOCOVERDIR"); dir != "" {
		env = append(env, "GOCOVERDIR="+dir)
	}
	return env
}

// inSession runs TestInSession in a fresh session bus.
func inSession(t *testing.T, state string) {
	t.Helper()
	bustest.Need(t, "dbus-run-session", "dbus")
	args := []string{"--", os.Args[0], "-test.run=^TestInSession$", "-test.v", "-test.timeout=60s"}
	if state == "bare" || state == "locked-bare" {
		config := filepath.Join(t.TempDir(), "bus.conf")
		if err := os.WriteFile(config, []byte(bustest.Config), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append([]string{"--config-file=" + config}, args...)
	}
	cmd := exec.Command("dbus-run-session", args...)
	cmd.Env = append(privateHome(t), sessionEnv+"="+state)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestInSession") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestKeyringUnlocked(t *testing.T) {
	bustest.Need(t, "gnome-keyring-daemon", "gnome-keyring")
	inSession(t, "unlocked")
}

func TestKeyringLocked(t *testing.T) {
	bustest.Need(t, "gnome-keyring-daemon", "gnome-keyring")
	for _, state := range []string{"locked", "locked-bare", "locked-prompt"} {
		t.Run(state, func(t *testing.T) { inSession(t, state) })
	}
}

func TestKeyringAbsent(t *testing.T) {
	t.Run("no service", func(t *testing.T) { inSession(t, "bare") })
	t.Run("no collection", func(t *testing.T) {
		bustest.Need(t, "gnome-keyring-daemon", "gnome-keyring")
		inSession(t, "fresh")
	})
}

func TestKeyringWithoutBus(t *testing.T) {
	t.Run("address of nothing", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "bus"))
		wantAll(t, vault.NewKeyring("understudy-test"), vault.ErrUnavailable)
	})
	t.Run("no address", func(t *testing.T) {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
		if conn, err := dbus.SessionBusPrivateNoAutoStartup(); err == nil {
			_ = conn.Close()
			t.Skip("this user has a session bus that is found without an address")
		}
		// A program of that name would be asked to start a stray bus.
		bin := t.TempDir()
		started := filepath.Join(bin, "started")
		script := "#!/bin/sh\n: > " + started + "\nexit 1\n"
		if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", bin)
		wantAll(t, vault.NewKeyring("understudy-test"), vault.ErrUnavailable)
		if _, err := os.Stat(started); err == nil {
			t.Error("a session bus was launched")
		}
	})
}

// wantAll makes each call once. One that blocks ends with the context's error.
func wantAll(t *testing.T, v vault.Vault, want error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*generous)
	defer cancel()
	_, getErr := v.Get(ctx, "a")
	for call, err := range map[string]error{
		"Get": getErr, "Put": v.Put(ctx, "a", wire.SecretString("x")), "Delete": v.Delete(ctx, "a"),
	} {
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want: %v", call, err, want)
		}
	}
}

const (
	secretsName = "org.freedesktop.secrets"
	secretsPath = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath   = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	// gnome-keyring's own call to unlock without a prompt.
	unlockCall = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword"
	password   = "test password"
)

// startKeyring starts gnome-keyring with an unlocked login keyring and waits
// until it answers.
func startKeyring(t *testing.T, conn *dbus.Conn) {
	t.Helper()
	err := conn.AddMatchSignal(dbus.WithMatchInterface("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretsName))
	if err != nil {
		t.Fatal(err)
	}
	changes := make(chan *dbus.Signal, 10)
	conn.Signal(changes)
	defer conn.RemoveSignal(changes)
	ctx, cancel := context.WithTimeout(t.Context(), generous)
	defer cancel()
	cmd := exec.Command("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	cmd.Stdin = strings.NewReader(password)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	select {
	case <-changes:
	case <-ctx.Done():
		t.Fatal("gnome-keyring did not appear on the bus")
	}
}

// unlock does what the prompt does when the person types the password.
func unlock(t *testing.T, conn *dbus.Conn) {
	t.Helper()
	service := conn.Object(secretsName, secretsPath)
	var nothing dbus.Variant
	var session dbus.ObjectPath
	err := service.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&nothing, &session)
	if err == nil {
		secret := struct {
			Session           dbus.ObjectPath
			Parameters, Value []byte
			ContentType       string
		}{session, []byte{}, []byte(password), "text/plain"}
		err = service.Call(unlockCall, 0, loginPath, secret).Err
	}
	if err != nil {
		t.Fatalf("cannot unlock the keyring: %v", err)
	}
}

func sessionBus(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// lock locks the keyring.
func lock(t *testing.T, conn *dbus.Conn) {
	t.Helper()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := conn.Object(secretsName, secretsPath).
		Call("org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{loginPath}).Store(&locked, &prompt)
	if err != nil || len(locked) != 1 {
		t.Fatalf("cannot lock the keyring: %v, %v", locked, err)
	}
}

// promptNobodyAnswers takes the place of the desktop's prompt: it says that it
// has begun, and that is all. The channel gets a value each time.
func promptNobodyAnswers(t *testing.T, conn *dbus.Conn) (begun <-chan struct{}) {
	t.Helper()
	calls := make(chan struct{}, 100)
	err := conn.ExportMethodTable(map[string]any{
		"BeginPrompting": func(dbus.ObjectPath) *dbus.Error {
			calls <- struct{}{}
			return nil
		},
		"StopPrompting": func(dbus.ObjectPath) *dbus.Error { return nil },
	}, "/org/gnome/keyring/Prompter", "org.gnome.keyring.internal.Prompter")
	if err != nil {
		t.Fatal(err)
	}
	reply, err := conn.RequestName("org.gnome.keyring.SystemPrompter", dbus.NameFlagDoNotQueue)
	if err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("cannot stand in for the prompt: %v, %v", reply, err)
	}
	return calls
}

// TestInSession is what runs inside dbus-run-session.
func TestInSession(t *testing.T) {
	state := os.Getenv(sessionEnv)
	if state == "" {
		t.Skip("started by the other tests of this file")
	}
	v := vault.NewKeyring("understudy-test")
	patient := func() vault.Vault { return vault.NewPatientKeyring("understudy-test", generous) }
	switch state {
	case "unlocked":
		startKeyring(t, sessionBus(t))
		open := func(*testing.T) vault.Vault { return patient() }
		again := func(*testing.T, vault.Vault) vault.Vault { return patient() }
		vaulttest.Run(t, vault.KindKeyring, open, again)
		testServicesApart(t, patient())
	case "locked", "locked-bare":
		conn := sessionBus(t)
		startKeyring(t, conn)
		if err := patient().Put(t.Context(), "a", wire.SecretString("kept")); err != nil {
			t.Fatal(err)
		}
		lock(t, conn)
		prompted := promptNobodyAnswers(t, conn)
		wantAll(t, v, vault.ErrLocked)
		if len(prompted) > 0 {
			t.Error("a prompt appeared unasked")
		}
		testUnlockUnanswered(t, v, prompted)
		unlock(t, conn)
		if err := v.Unlock(t.Context()); err != nil {
			t.Errorf("unlocking what is open: %v", err)
		}
		got, err := patient().Get(t.Context(), "a")
		if err != nil || string(got.Bytes()) != "kept" {
			t.Errorf("after unlocking: %v, or another value", err)
		}
	case "locked-prompt":
		conn := sessionBus(t)
		startKeyring(t, conn)
		lock(t, conn)
		prompted := promptNobodyAnswers(t, conn)
		wantAll(t, vault.NewUncheckedKeyring("understudy-test"), vault.ErrLocked)
		if len(prompted) != 1 {
			t.Errorf("%d calls met the prompt, want 1: others fail while it hangs", len(prompted))
		}
	case "bare":
		wantAll(t, v, vault.ErrUnavailable)
	case "fresh": // the bus has to start the service first
		wantAll(t, patient(), vault.ErrUnavailable)
	default:
		t.Fatalf("unknown state %q", state)
	}
}

// testUnlockUnanswered has the keyring itself ask for the password.
func testUnlockUnanswered(t *testing.T, v *vault.Keyring, prompted <-chan struct{}) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- v.Unlock(ctx) }()
	select {
	case <-prompted:
	case err := <-ended:
		t.Fatalf("unlocking showed no prompt: %v", err)
	case <-time.After(generous):
		t.Fatal("unlocking showed no prompt")
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("nobody answered: %v, want context.Canceled", err)
	}
}

// testServicesApart checks that two services do not see each other's entries.
func testServicesApart(t *testing.T, v vault.Vault) {
	other := vault.NewPatientKeyring("understudy-other", generous)
	if err := v.Put(t.Context(), "a", wire.SecretString("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Get(t.Context(), "a"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("another service's entry: %v, want ErrNotFound", err)
	}
	if err := other.Delete(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if _, err := v.Get(t.Context(), "a"); err != nil {
		t.Errorf("deleted by another service: %v", err)
	}
	for _, k := range []*vault.Keyring{other, other} { // nothing there is no error
		if err := k.Clear(t.Context()); err != nil {
			t.Errorf("clear: %v", err)
		}
	}
	if _, err := v.Get(t.Context(), "a"); err != nil {
		t.Errorf("cleared by another service: %v", err)
	}
	if err := v.(*vault.Keyring).Clear(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := v.Get(t.Context(), "a"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("after Clear: %v, want ErrNotFound", err)
	}
}
