package console

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/understudy-auth/understudy/app/terminal"
)

// Console is where a person reads and types. Stdin, Stderr and Now have to be
// given.
type Console struct {
	Stdin  io.Reader
	Stderr io.Writer
	Now    func() time.Time
	// OpenTerminal opens the person's terminal for the case that standard input
	// carries data. Nil or an error: there is none.
	OpenTerminal func() (*os.File, error)
	// NoInput has every question fail that needs an answer.
	NoInput bool
	// Nobody makes the error of a question that nobody can be asked; nil leaves it
	// as it is.
	Nobody func(error) error
	// Interrupted is the cause of a context that a signal of the person ended.
	Interrupted error
	// Lines reads what is typed; New makes it.
	Lines *terminal.Lines

	tty *os.File // opened by UseTerminal
}

// New makes the console ready to read.
func New(c Console) *Console {
	c.Lines = terminal.NewLines(c.Stdin)
	return &c
}

// Terminal is where the person types: standard input where it is a terminal,
// else what UseTerminal opened.
func (c *Console) Terminal() (*os.File, bool) {
	if c.tty != nil {
		return c.tty, true
	}
	f, ok := c.Stdin.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// UseTerminal turns to the terminal after standard input has been read as data.
func (c *Console) UseTerminal() {
	if c.OpenTerminal == nil || c.NoInput {
		return
	}
	if tty, err := c.OpenTerminal(); err == nil {
		c.tty = tty
		c.Lines = terminal.NewLines(tty)
	}
}

// Screen is where questions stand: standard error, or the terminal itself where
// standard error leads elsewhere. A question that can be answered has to be seen.
func (c *Console) Screen() io.Writer {
	tty, ok := c.Terminal()
	if f, isFile := c.Stderr.(*os.File); ok && isFile && !term.IsTerminal(int(f.Fd())) {
		return tty
	}
	return c.Stderr
}

// Show prints lines on the screen.
func (c *Console) Show(lines ...string) {
	for _, l := range lines {
		_, _ = fmt.Fprintln(c.Screen(), l)
	}
}

// Line reads a line after a prompt. The prompt's line ends, also where nothing is
// echoed or nothing comes.
func (c *Console) Line(ctx context.Context) (string, error) {
	text, err := c.Lines.Read(ctx)
	if _, onTerminal := c.Terminal(); !onTerminal || err != nil {
		c.Show("")
	}
	return text, err
}
