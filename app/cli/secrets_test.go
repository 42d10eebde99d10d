package cli_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// listener hears the secrets that the server gives out, and those that go into
// the vault.
type listener struct {
	vault.Vault
	mu      sync.Mutex
	secrets map[string]string
}

func (l *listener) Put(ctx context.Context, name string, value wire.Secret) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	raw := value.Bytes()
	for _, form := range []string{string(raw), base64.StdEncoding.EncodeToString(raw), hex.EncodeToString(raw)} {
		l.secrets[form] = "entry of the vault"
	}
	return l.Vault.Put(ctx, name, value)
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var fields map[string]any
	if json.Unmarshal(body, &fields) == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, name := range []string{"access_token", "refresh_token", "client_secret"} {
			if value, ok := fields[name].(string); ok && value != "" {
				l.secrets[value] = name
			}
		}
	}
	return resp, err
}

// A whole life with secrets that can be recognised: none of them is in what the
// program prints, in a file that it leaves, or in the server's log. (THREATS A47)
func TestSecretsLeaveNoTrace(t *testing.T) {
	const pin, newPIN, wrongPIN = "904817263595", "315926480717", "118822993344"
	heard := &listener{Vault: vault.NewMemory(), secrets: map[string]string{pin: "PIN", newPIN: "new PIN", wrongPIN: "wrong PIN"}}
	w := newWorld(t, func(c *tokenserver.Config) { c.PIN.Length = len(pin) })
	w.http, w.vault = &http.Client{Transport: heard}, heard
	pinFile, newFile, wrongFile := w.file("a", pin), w.file("b", newPIN), w.file("c", wrongPIN)
	var printed strings.Builder
	run := func(want int, stdin string, args ...string) {
		t.Helper()
		for _, extra := range [][]string{{"--verbose"}, {"--verbose", "--json"}} {
			code, stdout, stderr := w.run(stdin, append(extra, args...)...)
			printed.WriteString(stdout + stderr)
			if want >= 0 && code != want {
				t.Errorf("%q: exit code %d, want %d: %s", args, code, want, stderr)
			}
			want = -1 // a code is good for once; the second run has its own end
		}
	}
	code := w.bed.RegistrationCode("anna")
	heard.secrets[string(code.Bytes())] = "registration code"
	run(0, "", "register", wire.RegistrationLink(w.bed.Origin, code), "--server", w.bed.Origin.String(), "--pin-file", pinFile)
	run(0, "", "enroll", "--pin-file", pinFile)
	for _, answer := range []struct {
		code  int
		stdin string
		args  []string
	}{
		{0, "", []string{"--accept", "--pin-file", pinFile}},
		{3, "", []string{"--deny", "--pin-file", pinFile}},
		{1, "details\nlater\n", []string{"--pin-file", pinFile}},
		{1, wrongPIN + "\n", nil},
		{1, "", []string{"--accept", "--pin-file", wrongFile}},
		{1, "", []string{"--accept", "--pin-file", pinFile, "--profile", "nobody"}},
	} {
		text, _ := w.bed.Start("Log in")
		otp, err := wire.ParseOTP(text)
		if err != nil {
			t.Fatal(err)
		}
		heard.secrets[text], heard.secrets[string(otp.Code.Bytes())] = "OTP", "OTP's code"
		if len(answer.args) == 0 {
			answer.code = -1 // the input ends after a wrong PIN
		}
		run(answer.code, answer.stdin, append([]string{"respond", text}, answer.args...)...)
		if answer.code < 0 || answer.code == 1 {
			run(-1, "", "respond", text, "--deny", "--pin-file", pinFile) // resets the tries
		}
		run(-1, "", "respond", text+"x", "--deny", "--pin-file", pinFile)
		run(-1, "", "respond", "understudy://otp?otp="+text+" --accept")
	}
	run(0, "", "profiles", "change-pin", "--pin-file", pinFile, "--new-pin-file", newFile)
	for range 2 {
		w.bed.Start("Pay", "type", tokenserver.DemoPushPIN, "user_id", "anna")
	}
	run(-1, newPIN+"\n1\nstarted\naccept\n"+wrongPIN+"\n", "respond", "--pending")
	run(0, "", "pending", "--pin-file", newFile)
	run(0, newPIN+"\n1\n"+newPIN+"\n", "respond", "--pending", "--accept", "--up-to", "stop")
	w.bed.Down(true)
	run(7, "", "enroll", "--pin-file", newFile)
	w.bed.Down(false)
	run(0, "", "history")
	run(-1, "", "history", "--csv")
	run(0, "", "profiles")
	for range w.bed.Config.PIN.MaxFailures { // the server logs that the user is gone
		run(-1, "", "enroll", "--pin-file", wrongFile)
	}

	if len(heard.secrets) < 20 {
		t.Errorf("only %d secrets to look for", len(heard.secrets))
	}
	look := func(where, text string) {
		for secret, what := range heard.secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds a secret: %s", where, what)
			}
		}
	}
	look("the output", printed.String())
	if w.bed.Logged() == "" {
		t.Error("the server logged nothing")
	}
	look("the server's log", w.bed.Logged())
	files := 0
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		look(path, string(data))
		files++
		return err
	})
	if err != nil || files < 2 {
		t.Errorf("%d files, %v", files, err)
	}
}
