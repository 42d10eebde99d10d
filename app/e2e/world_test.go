//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/portal"
	"github.com/understudy-auth/understudy/core/wire"
)

// program is the built program.
var program string

func TestMain(m *testing.M) {
	if program = os.Getenv("UNDERSTUDY_BIN"); program != "" { // built by make
		os.Exit(m.Run())
	}
	folder, err := os.MkdirTemp("", "understudy-e2e-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "understudy")
	build := exec.Command("go", "build", "-trimpath", "-o", program, "github.com/understudy-auth/understudy/app")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

func quote(s string) string {
	data, _ := json.Marshal(s)
	return string(data)
}

// world is a Token Server process, a portal, and a person's home.
type world struct {
	t      *testing.T
	server wire.Origin
	portal wire.Origin
	secret string // the portal's
	home   string
	kill   func()       // ends the server at once, as a crash does
	logged bytes.Buffer // what the server says; to be read once it has ended
}

const (
	userPassword = "correct horse battery"
	personsPIN   = "12356"
	passphrase   = "a passphrase for the test"
)

func newWorld(t *testing.T, requestExpiresIn string) *world {
	t.Helper()
	w := &world{t: t, home: t.TempDir()}
	site, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.portal = origin(t, "http://"+site.Addr().String())
	secret, key := rand.Text(), rand.Text()
	w.secret = secret
	config := fmt.Sprintf(`
database = %q
key_file = %q
[[client]]
id = "bank"
name = "Example Bank"
secret = %q
callback_key = %q
callback_uris = [%q]
apis = ["Mobile authentication"]
[[type]]
name = "login"
method = "otp"
request_expires_in = %q
[[type]]
name = "transfer"
method = "otp"
request_expires_in = "2m"
[[type]]
name = "push"
method = "push"
request_expires_in = "2m"
[[type]]
name = "push-pin"
method = "push_with_pin"
request_expires_in = "2m"
[[type]]
name = "push-finger"
method = "push_with_fingerprint"
request_expires_in = "2m"
[[user]]
id = "ada"
name = "Ada"
password = %q
`, filepath.Join(w.home, "server", "server.db"), filepath.Join(w.home, "key", "server.key"), secret, key, w.portal.URL(portal.CallbackPath), requestExpiresIn, userPassword)
	w.file("server.toml", config)
	w.file("pin", personsPIN+"\n")
	w.file("passphrase", passphrase+"\n")
	w.startServer("127.0.0.1:0")
	web, err := portal.New(portal.Config{
		PublicURL: w.portal, Server: w.server, ClientID: "bank", ClientSecret: wire.SecretString(secret), CallbackKey: wire.SecretString(key),
		LoginType: "login", TransferType: "transfer",
	})
	if err != nil {
		t.Fatal(err)
	}
	httpServer := netsafe.NewServer(web.Handler(), nil)
	go func() { _ = httpServer.Serve(site) }()
	t.Cleanup(func() { _ = httpServer.Close() })
	return w
}

func origin(t *testing.T, s string) wire.Origin {
	t.Helper()
	o, err := wire.ParseOrigin(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (w *world) file(name, text string) string {
	w.t.Helper()
	path := filepath.Join(w.home, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// startServer runs the Token Server as a process of its own.
func (w *world) startServer(listen string) {
	w.t.Helper()
	cmd := exec.Command(program, "serve", "--listen", listen, "--config", filepath.Join(w.home, "server.toml"))
	cmd.Env = w.env()
	cmd.Stderr = io.MultiWriter(w.t.Output(), &w.logged)
	out, err := cmd.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	w.t.Cleanup(w.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		w.t.Fatalf("the server gave no address: %v", err)
	}
	w.server = origin(w.t, strings.TrimSpace(line))
}

func (w *world) env() []string { return append(os.Environ(), w.own()...) }

// own is what this person's environment has of its own.
func (w *world) own() []string {
	return []string{
		"HOME=" + w.home, "XDG_DATA_HOME=" + filepath.Join(w.home, "data"), "XDG_CONFIG_HOME=" + filepath.Join(w.home, "config"),
		"UNDERSTUDY_VAULT=file", "TERM=dumb",
	}
}

// command is the program as this person starts it.
func (w *world) command(args ...string) *exec.Cmd {
	args = append([]string{"--passphrase-file", filepath.Join(w.home, "passphrase")}, args...)
	cmd := exec.Command(program, args...)
	cmd.Env = w.env()
	return cmd
}

// hidesSecrets looks for what must not be seen in what other users of the
// computer can read of a running program. (THREATS A47)
func (w *world) hidesSecrets(cmd *exec.Cmd) {
	w.t.Helper()
	for _, name := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", cmd.Process.Pid, name))
		if err != nil || len(text) == 0 {
			w.t.Errorf("%s: %v", name, err)
		}
		for _, secret := range []string{personsPIN, userPassword, passphrase} {
			if strings.Contains(string(text), secret) {
				w.t.Errorf("%s holds a secret", name)
			}
		}
	}
}

// pictureOf is a file with the QR code of a text.
func (w *world) pictureOf(text string) string {
	w.t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.file("code.png", string(code.PNG()))
}
