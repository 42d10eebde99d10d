package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/understudy-auth/understudy/app/terminal"
	"github.com/understudy-auth/understudy/core/vault"
)

// Env is the world around the program, so that a test can be it.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Now            func() time.Time
	// OpenBrowser shows a page to the person.
	OpenBrowser func(ctx context.Context, url string) error
	// OpenTerminal opens the person's terminal for the case that standard input
	// carries data (an argument of -). Nil or an error: there is none.
	OpenTerminal func() (*os.File, error)
	// Vault and HTTP stand in for the configured vault and the client that reaches
	// Token Servers; nil outside of tests.
	Vault   vault.Vault
	HTTP    *http.Client
	Version string
	// Window shows the window until it is closed; nil in a program without one.
	Window func(ctx context.Context, w Window) error
}

// OpenTerminal is the terminal that the program was started from.
func OpenTerminal() (*os.File, error) { return os.OpenFile(terminal.Path, os.O_RDWR, 0) }

// terminal is where the person types: standard input where it is a terminal,
// else what useTerminal opened.
func (p *program) terminal() (*os.File, bool) {
	if p.tty != nil {
		return p.tty, true
	}
	f, ok := p.env.Stdin.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// useTerminal turns to the terminal after standard input has been read as
// data.
func (p *program) useTerminal() {
	if p.env.OpenTerminal == nil || p.noInput {
		return
	}
	if tty, err := p.env.OpenTerminal(); err == nil {
		p.tty = tty
		p.lines = terminal.NewLines(tty)
	}
}

// screen is where questions stand: standard error, or the terminal itself where
// standard error leads elsewhere. A question that can be answered has to be seen.
func (p *program) screen() io.Writer {
	tty, ok := p.terminal()
	if f, isFile := p.env.Stderr.(*os.File); ok && isFile && !term.IsTerminal(int(f.Fd())) {
		return tty
	}
	return p.env.Stderr
}

// show prints lines on the screen.
func (p *program) show(lines ...string) {
	for _, l := range lines {
		_, _ = fmt.Fprintln(p.screen(), l)
	}
}

// line reads a line after a prompt. The prompt's line ends, also where nothing
// is echoed or nothing comes.
func (p *program) line(ctx context.Context) (string, error) {
	text, err := p.lines.Read(ctx)
	if _, onTerminal := p.terminal(); !onTerminal || err != nil {
		p.show("")
	}
	return text, err
}
