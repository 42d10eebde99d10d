// Understudy stands in for the mobile authenticator: see README.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/understudy-auth/understudy/app/bridging"
	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/app/display"
)

// version is set by the build: -ldflags "-X main.version=1.2.3".
var version = "0.1.0"

// window shows the window, panel the phone's side of a bridge; nil in the static
// program.
var (
	window func(context.Context, cli.Window) error
	panel  func(context.Context, bridging.Panel) error
)

func main() {
	noCoreDumps()
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel(cli.ErrInterrupted)
		signal.Stop(signals) // a second one ends the program at once
	}()
	signal.Ignore(syscall.SIGPIPE) // a reader that went away must not keep us from tidying up
	debug.SetTraceback("none")     // a crash must not print what lies in memory
	os.Exit(cli.Run(ctx, os.Args[1:], cli.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now,
		OpenBrowser: display.OpenBrowser, OpenTerminal: cli.OpenTerminal, Version: version,
		Window: window, Panel: panel,
	}))
}
