package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/understudy-auth/understudy/app/terminal"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/wire"
)

// ErrNobody is in the error of a question that nobody can be asked.
var ErrNobody = errors.New("an answer is needed, but there is nobody to ask")

// Prompt asks for a secret without showing it. Without a terminal it takes a line
// of the input.
func (c *Console) Prompt(ctx context.Context, question string) (wire.Secret, error) {
	if c.NoInput {
		return wire.Secret{}, c.nobody(question)
	}
	tty, onTerminal := c.Terminal()
	if onTerminal {
		defer terminal.StopEcho(tty)()
	}
	_, _ = fmt.Fprint(c.Screen(), question+" ")
	defer c.Show("")
	secret, err := c.Lines.ReadSecret(ctx)
	switch {
	case !errors.Is(err, io.EOF):
		return secret, err
	case onTerminal:
		return wire.Secret{}, wire.Errorf(wire.CodeCanceled, "end of input")
	}
	return wire.Secret{}, c.nobody(question)
}

func (c *Console) nobody(question string) error {
	err := fmt.Errorf("%w: %s", ErrNobody, strings.TrimRight(question, ":"))
	if c.Nobody != nil {
		return c.Nobody(err)
	}
	return err
}

// PromptTwice asks for a new secret until both entries are the same. What check
// refuses is returned at once: it need not be typed twice.
func (c *Console) PromptTwice(ctx context.Context, first, second string, check func(wire.Secret) error) (wire.Secret, error) {
	if tty, ok := c.Terminal(); ok {
		defer terminal.StopEcho(tty)() // between the two prompts as well
	}
	for {
		one, err := c.Prompt(ctx, first)
		if err != nil || check(one) != nil {
			return one, err
		}
		two, err := c.Prompt(ctx, second)
		if err != nil {
			one.Clear()
			return wire.Secret{}, err
		}
		same := one.Equal(two)
		two.Clear()
		if same {
			return one, nil
		}
		one.Clear()
		c.Show(words.EntriesDiffer())
	}
}
