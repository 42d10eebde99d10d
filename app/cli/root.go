package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Exit codes.
const (
	exitError       = 1
	exitUsage       = 2
	exitDenied      = 3
	exitExpired     = 4
	exitNoCode      = 5
	exitKeyring     = 6
	exitServer      = 7
	exitInterrupted = 130
)

// exit is an error with the code that the program ends with. One without a
// cause was told already.
type exit struct {
	code  int
	cause error
}

func (e *exit) Error() string {
	if e.cause == nil {
		return ""
	}
	return e.cause.Error()
}
func (e *exit) Unwrap() error { return e.cause }

// usage is an error of the one who typed the command.
func usage(format string, a ...any) error { return &exit{exitUsage, fmt.Errorf(format, a...)} }

// program is one run.
type program struct {
	env Env
	settings
	lines *lineReader
}

// Run runs the program with its arguments (without its name) and returns the
// exit code.
func Run(ctx context.Context, args []string, env Env) int {
	p := &program{env: env}
	p.lines = newLineReader(env.Stdin)
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	code := exitCode(ctx, err)
	var told *exit
	if errors.As(err, &told) {
		if told.cause == nil {
			return code
		}
		err = told.cause // whatever wraps it
	}
	if code == exitInterrupted {
		p.say("Interrupted. Nothing was answered by this.")
		return code
	}
	p.say(words.Error(err))
	if e, ok := errors.AsType[*wire.Error](err); ok && p.verbose {
		p.say(words.T("Technical details: code {code}, {name}.", "code", fmt.Sprint(e.Code), "name", e.Name))
	}
	return code
}

func exitCode(ctx context.Context, err error) int {
	var told *exit
	switch {
	case errors.As(err, &told):
		return told.code
	case errors.Is(context.Cause(ctx), ErrInterrupted):
		return exitInterrupted
	case errors.Is(err, vault.ErrLocked), errors.Is(err, vault.ErrUnavailable), errors.Is(err, vault.ErrWrongPassphrase), errors.Is(err, vault.ErrDamaged):
		return exitKeyring
	}
	switch wire.CodeOf(err) {
	case wire.CodeOTPExpired:
		return exitExpired
	case wire.CodeNoNetwork, wire.CodeServerNotReachable:
		return exitServer
	}
	if strings.HasPrefix(err.Error(), "unknown command") || strings.HasPrefix(err.Error(), "unknown flag") || strings.Contains(err.Error(), "arg(s)") ||
		strings.HasPrefix(err.Error(), "unknown shorthand") || strings.HasPrefix(err.Error(), "flag needs an argument") || strings.HasPrefix(err.Error(), "invalid argument") {
		return exitUsage
	}
	return exitError
}

// ErrInterrupted is the cause with which main cancels the context on a signal.
var ErrInterrupted = errors.New("interrupted")

// say tells the person something.
func (p *program) say(lines ...string) {
	for _, l := range lines {
		_, _ = fmt.Fprintln(p.env.Stderr, l)
	}
}

// print gives out data.
func (p *program) print(lines ...string) {
	for _, l := range lines {
		_, _ = fmt.Fprintln(p.env.Stdout, l)
	}
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "understudy",
		Short: "Log in with the QR code on a web page, without a phone",
		Long: `Understudy stands in for the mobile authenticator: it reads the login QR code of a
web page, asks you, and answers the Token Server with keys that lie in your keyring.

Try it:     understudy demo
Register:   understudy register --server https://id.example.com
Answer:     understudy respond screenshot.png

Exit codes: 0 done or accepted, 1 error, 2 wrong usage, 3 denied, 4 expired,
5 no QR code found, 6 keyring locked or absent, 7 server does not answer, 130 interrupted.`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.readSettings(cmd.Flags()) },
	}
	p.addSettings(root.PersistentFlags())
	root.AddCommand(p.demoCommand(), p.respondCommand(), p.scanCommand(), p.registerCommand(), p.enrollCommand(),
		p.profilesCommand(), p.historyCommand(), p.serveCommand(), p.versionCommand())
	return root
}
