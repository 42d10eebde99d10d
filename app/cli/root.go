package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/settings"
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
	told  error // what was told instead, for --json
}

func (e *exit) Error() string {
	if err := e.Unwrap(); err != nil {
		return err.Error()
	}
	return ""
}

func (e *exit) Unwrap() error {
	if e.cause == nil {
		return e.told
	}
	return e.cause
}

// usage is an error of the one who typed the command.
func usage(format string, a ...any) error {
	return &exit{code: exitUsage, cause: fmt.Errorf(format, a...)}
}

// usageSentence is usage with a sentence of words.
func usageSentence(sentence string) error {
	return usage("%w", errors.New(strings.TrimRight(sentence, ".")))
}

// program is one run.
type program struct {
	env Env
	options
	*console.Console
	about words.About // whom errors are about, as far as it is known

	store        *settings.Store
	storeProblem error // why it could not be read
	printed      bool  // data was printed
}

// Run runs the program with its arguments (without its name) and returns the
// exit code.
func Run(ctx context.Context, args []string, env Env) int {
	p := &program{env: env, Console: console.New(console.Console{
		Stdin: env.Stdin, Stderr: env.Stderr, Now: env.Now, OpenTerminal: env.OpenTerminal, Interrupted: ErrInterrupted,
		Nobody: func(err error) error { return usage("%w", err) },
	})}
	root := p.rootCommand()
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	code := exitCode(ctx, err)
	p.report(cmd, code, err)
	if p.json && !p.printed {
		if err := p.printJSON(failure{1, "failed", failureOf(code, err)}); err != nil {
			return exitError
		}
	}
	return code
}

// report tells a person what went wrong, unless it was told already.
func (p *program) report(cmd *cobra.Command, code int, err error) {
	var told *exit
	if errors.As(err, &told) {
		if told.cause == nil {
			return
		}
		err = told.cause // whatever wraps it
	}
	_, brokenFile := errors.AsType[*settings.BrokenError](err)
	switch {
	case code == exitInterrupted:
		p.say(words.T("Interrupted."))
	case code == exitUsage && !brokenFile: // which no --help explains
		p.say(words.Sentence(err.Error()), words.T("More: {command} --help", "command", cmd.CommandPath()))
	default:
		p.sayTitled(words.Error(err, p.about))
		if p.verbose {
			p.say(words.TechnicalDetails(err))
		}
	}
}

func exitCode(ctx context.Context, err error) int {
	var told *exit
	switch {
	case errors.Is(context.Cause(ctx), ErrInterrupted):
		return exitInterrupted
	case errors.As(err, &told):
		return told.code
	case errors.Is(err, vault.ErrLocked), errors.Is(err, vault.ErrUnavailable):
		return exitKeyring
	}
	switch wire.CodeOf(err) {
	case wire.CodeOTPExpired:
		return exitExpired
	case wire.CodeNoNetwork, wire.CodeServerNotReachable:
		return exitServer
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

// sayTitled tells a title and its sentences.
func (p *program) sayTitled(title string, sentences []string) {
	p.say(title + ".")
	p.say(sentences...)
}

// print gives out data.
func (p *program) print(lines ...string) {
	p.printed = true
	for _, l := range lines {
		_, _ = fmt.Fprintln(p.env.Stdout, l)
	}
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "understudy",
		Short: "Log in with the QR code on a web page, without a phone",
		Long: `Understudy stands in for the mobile authenticator: it reads the login QR code of a
web page, asks you, and answers the Token Server with keys that lie in your keyring. Without a
command it opens its window, if it was built with one and there is a display.

Try it:     understudy demo
Register:   understudy register --server https://id.example.com
Answer:     understudy respond screenshot.png

Flags win over the variables UNDERSTUDY_VAULT, UNDERSTUDY_DATA_DIR, UNDERSTUDY_JSON,
UNDERSTUDY_NO_INPUT and UNDERSTUDY_VERBOSE, and these over the settings file
$XDG_CONFIG_HOME/understudy/config.toml (vault, data_dir).

Exit codes: 0 done or accepted, 1 error, 2 wrong usage, 3 denied, 4 expired,
5 no QR code found or no request waiting, 6 keyring locked or absent,
7 server does not answer, 130 interrupted.`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return p.readSettings(cmd.Flags(), !cmd.HasParent() && p.env.Window != nil)
		},
		Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.start(cmd) },
	}
	p.addOptions(root.PersistentFlags())
	root.AddCommand(p.demoCommand(), p.respondCommand(), p.pendingCommand(), p.scanCommand(), p.registerCommand(),
		p.enrollCommand(), p.profilesCommand(), p.historyCommand(), p.serveCommand(), p.bridgeCommand(), p.versionCommand())
	usageErrors(root)
	return root
}

// arguments takes from least to most arguments, which are called what.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("name %s", what)
		case len(args) > most:
			return fmt.Errorf("there are too many arguments; name %s, with quotes around what holds blanks", what)
		}
		return nil
	}
}

// noArguments is for commands that take flags only.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("this command takes no argument %q", args[0])
	}
	return nil
}

// unknownCommand refuses arguments of the program itself: they are mistyped
// commands.
func unknownCommand(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("there is no command %q", args[0])
}

// usageErrors turns what cobra finds wrong with flags and arguments into usage
// errors.
func usageErrors(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%w", err) })
	check := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage("%w", err)
		}
		return nil
	}
	for _, c := range cmd.Commands() {
		usageErrors(c)
	}
}
