package cli

import (
	"context"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/understudy-auth/understudy/app/bridging"
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
	// Panel shows the phone's side of a bridge; nil in a program without a window.
	Panel func(ctx context.Context, p bridging.Panel) error
}

// OpenTerminal is the terminal that the program was started from.
func OpenTerminal() (*os.File, error) { return os.OpenFile(terminal.Path, os.O_RDWR, 0) }
