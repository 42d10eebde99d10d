package cli_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const testPIN = "27182"

// world is a server and a computer on which the program runs, in this process.
type world struct {
	t       testing.TB
	bed     *servertest.Bed
	vault   vault.Vault
	http    *http.Client // nil: the program's own
	dir     string
	pinFile string
}

func newWorld(t testing.TB, edit ...func(*tokenserver.Config)) *world {
	t.Helper()
	w := &world{t: t, bed: servertest.New(t, edit...), vault: vault.NewMemory(), dir: filepath.Join(t.TempDir(), "data")}
	w.pinFile = w.file("pin", testPIN+"\n")
	return w
}

// file writes a file of the person's own.
func (w *world) file(name, content string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

func (w *world) env() cli.Env {
	return cli.Env{
		Stdin: strings.NewReader(""), Getenv: func(name string) string { return map[string]string{"UNDERSTUDY_DATA_DIR": w.dir}[name] },
		Now: w.bed.Clock.Now, Vault: w.vault, HTTP: w.http, Version: "1.2.3",
	}
}

// run runs a command with lines on standard input, without a terminal.
func (w *world) run(stdin string, args ...string) (code int, stdout, stderr string) {
	w.t.Helper()
	var out, err bytes.Buffer
	env := w.env()
	env.Stdin, env.Stdout, env.Stderr = strings.NewReader(stdin), &out, &err
	code = cli.Run(context.Background(), args, env)
	return code, out.String(), err.String()
}

// registered is a world with an enrolled profile of anna.
func registered(t testing.TB, edit ...func(*tokenserver.Config)) *world {
	t.Helper()
	w := newWorld(t, edit...)
	link := wire.RegistrationLink(w.bed.Origin, w.bed.RegistrationCode("anna"))
	if code, out, err := w.run("", "register", link, "--server", w.bed.Origin.String(), "--pin-file", w.pinFile); code != 0 {
		t.Fatalf("register: %d %s %s", code, out, err)
	}
	return w
}
