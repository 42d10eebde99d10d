package cli_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/core/wire"
)

// text is a writer that several goroutines may use.
type text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *text) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *text) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// running is a command that runs beside the test.
type running struct {
	first string // line of data
	words text   // what it said
	stop  func()
	done  chan int
}

// ends waits for the end.
func (r *running) ends() (code int, stderr string) {
	code = <-r.done
	r.done <- code
	return code, r.words.String()
}

// background starts a command and waits for its first line of data.
func (w *world) background(args ...string) *running {
	w.t.Helper()
	ctx, cancel := context.WithCancelCause(context.Background())
	out, in := io.Pipe()
	r := &running{stop: func() { cancel(cli.ErrInterrupted) }, done: make(chan int, 1)}
	env := w.env()
	env.Stdout, env.Stderr = in, &r.words
	go func() {
		code := cli.Run(ctx, args, env)
		in.Close()
		r.done <- code
	}()
	w.t.Cleanup(func() {
		r.stop()
		r.ends()
	})
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err != nil {
		w.t.Fatalf("%v: %s", err, r.words.String())
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	r.first = strings.TrimSpace(first)
	return r
}

// serve prints its address, answers there, and ends when it is interrupted;
// what it knows survives in its folder.
func TestServe(t *testing.T) {
	w := newWorld(t)
	data := filepath.Join(t.TempDir(), "server")
	config := w.file("server.toml", `
[[user]]
id = "anna"
name = "Anna Example"
password = "understudy"
[test]
cheap_kdf = true
`)
	server := w.background("serve", "--listen", "127.0.0.1:0", "--config", config, "--data", data)
	address := server.first
	origin, err := wire.ParseOrigin(address)
	if err != nil {
		t.Fatalf("%q: %v", address, err)
	}
	// Registration without a browser of our own: the address is data.
	register := w.background("register", "--server", address, "--no-browser", "--pin-file", w.pinFile)
	if !strings.HasPrefix(register.first, address+wire.PathAuthorize+"?") {
		t.Fatalf("login page %q", register.first)
	}
	if err := logIn(t.Context(), register.first, "anna:understudy"); err != nil {
		t.Fatal(err)
	}
	if code, stderr := register.ends(); code != 0 || !strings.Contains(stderr, "Anna Example can now answer login requests.") {
		t.Errorf("register: %d %s", code, stderr)
	}
	server.stop()
	code, stderr := server.ends()
	if code != 0 || !strings.Contains(stderr, "TEST MODE") || !strings.Contains(stderr, "Stopping the server at "+address) {
		t.Errorf("serve: %d %s", code, stderr)
	}
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder %v, %v", info, err)
	}

	again := w.background("serve", "--listen", origin.Host(), "--config", config, "--data", data, "--json")
	if again.first != `{"schema":1,"address":"`+address+`","test_mode":true}` {
		t.Errorf("serve --json: %s", again.first)
	}
	if code, _, stderr := w.run("", "enroll", "--pin-file", w.pinFile); code != 0 {
		t.Errorf("the server forgot the profile: %d %s", code, stderr)
	}
	again.stop()
	if code, _ := again.ends(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// The demo without a terminal plays a whole login, and leaves nothing.
func TestDemoPlaysByItself(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	w := newWorld(t)
	code, stdout, stderr := w.run("", "demo")
	if code != 0 || !strings.HasSuffix(stdout, "logged in as anna\n") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
	if !strings.Contains(stderr, "Log in to Example Bank?") {
		t.Errorf("no question:\n%s", stderr)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := os.Stat(w.dir); err == nil {
		t.Error("the demo touched the person's own data")
	}
}
