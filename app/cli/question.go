package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// deadTime is how long after a question was shown nothing that is typed
// counts: it was meant for something else.
const deadTime = time.Second

// announceAt is when the time that is left is told once more.
var announceAt = []time.Duration{60 * time.Second, 30 * time.Second, 10 * time.Second}

// confirmWord opens accepting at the levels ask and stop.
const confirmWord = "started"

var errNoAnswer = errors.New("no answer")

// ask puts a request on the terminal. No answer, whatever the reason, is an
// error and answers nothing.
func (p *program) ask(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
	terminal, onTerminal := p.env.terminal()
	if onTerminal {
		discardTypeahead(terminal)
		p.lines.drop()
	}
	p.say(words.Question(r, p.env.Now())...)
	shown := p.env.Now()
	confirmed := words.Box(r) == ""
	prompt := func() { p.promptDecision(r, confirmed) }
	prompt()
	for {
		text, err := p.readAnnouncing(ctx, r)
		switch {
		case errors.Is(err, io.EOF):
			p.say("", words.Unanswered(r.TimeLeft(p.env.Now())))
			return "", fmt.Errorf("%w: %w", errNoAnswer, err)
		case err != nil:
			p.say("")
			return "", err
		case onTerminal && p.env.Now().Sub(shown) < deadTime:
			p.say("That was typed before the question could be read. It was ignored.")
			prompt()
			continue
		}
		switch strings.ToLower(text) {
		case "", "details":
			p.say(words.Question(r, p.env.Now())...)
		case "deny":
			return wire.Deny, nil
		case "later":
			p.say(words.Unanswered(r.TimeLeft(p.env.Now())))
			return "", errNoAnswer
		case confirmWord:
			if !confirmed {
				confirmed = true
				p.say(words.T("Noted: {sentence}.", "sentence", words.Box(r)))
			}
		case "accept":
			if confirmed {
				return wire.Accept, nil
			}
			p.say(words.T("Accept, not available. Type {word} first, if this is true: {sentence}.", "word", confirmWord, "sentence", words.Box(r)))
		default:
			p.say("This is not one of the answers.")
		}
		prompt()
	}
}

func (p *program) promptDecision(r mobileauth.Request, confirmed bool) {
	if !confirmed {
		p.say(words.T("Before you can accept, type {word} to say: {sentence}.", "word", confirmWord, "sentence", words.Box(r)))
	}
	_, _ = fmt.Fprint(p.env.Stderr, "Type accept, deny, details or later: ")
}

// readAnnouncing reads a line and tells meanwhile how the time runs out.
func (p *program) readAnnouncing(ctx context.Context, r mobileauth.Request) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	defer func() { cancel(); <-done }()
	go func() {
		defer close(done)
		for _, mark := range announceAt {
			wait := r.TimeLeft(p.env.Now()) - mark
			if wait <= 0 {
				continue
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
				p.say("", words.Left(r, p.env.Now()))
			}
		}
	}()
	return p.lines.read(ctx)
}
