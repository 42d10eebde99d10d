package cli

import (
	"context"
	"io"
	"os"
	"time"

	"golang.org/x/term"

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
	// Vault stands in for the configured one; nil outside of tests.
	Vault   vault.Vault
	Version string
}

// terminal is standard input where it is one.
func (e Env) terminal() (*os.File, bool) {
	f, ok := e.Stdin.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}
