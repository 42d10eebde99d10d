//go:build e2e

package e2e

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// person sits at a terminal, reads what comes and types.
type person struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex
	seen bytes.Buffer
	news chan struct{}
	read int // what was read so far
	done chan struct{}
}

// sitDown starts a command on a pseudo-terminal.
func sitDown(t *testing.T, cmd *exec.Cmd) *person {
	t.Helper()
	tty, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{t: t, cmd: cmd, tty: tty, news: make(chan struct{}, 1), done: make(chan struct{})}
	go p.look()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = tty.Close()
		<-p.done
	})
	return p
}

func (p *person) look() {
	defer close(p.done)
	buf := make([]byte, 4096)
	for {
		n, err := p.tty.Read(buf)
		p.mu.Lock()
		p.seen.Write(buf[:n])
		p.mu.Unlock()
		select {
		case p.news <- struct{}{}:
		default:
		}
		if err != nil {
			return // the terminal ends with the program
		}
	}
}

// screen is everything that was shown.
func (p *person) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.ReplaceAll(p.seen.String(), "\r\n", "\n")
}

// waitFor reads on until one of the texts appears, and returns it.
func (p *person) waitFor(texts ...string) string {
	p.t.Helper()
	timeout := time.After(patience)
	for {
		now := p.screen()
		first, at := "", len(now)
		for _, text := range texts {
			if i := strings.Index(now[p.read:], text); i >= 0 && p.read+i < at {
				first, at = text, p.read+i
			}
		}
		if first != "" {
			p.read = at + len(first)
			return first
		}
		select {
		case <-p.news:
		case <-p.done:
			if now == p.screen() {
				p.t.Fatalf("the program ended; waited for %q; the terminal shows:\n%s", texts, now)
			}
		case <-timeout:
			p.t.Fatalf("waited for %q; the terminal shows:\n%s", texts, now)
		}
	}
}

func (p *person) typeLine(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.tty, text+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

// answer types a word until it counts: what is typed in the question's first
// second is ignored, and the program says so.
func (p *person) answer(word, result string) {
	p.t.Helper()
	p.waitFor("Type accept, deny, details or later:")
	for {
		p.typeLine(word)
		if p.waitFor(result, "ignored") == result {
			return
		}
		p.waitFor("Type accept, deny, details or later:")
	}
}

// leave waits for the program's end and returns its exit code.
func (p *person) leave() int {
	p.t.Helper()
	err := p.cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return 0
}
