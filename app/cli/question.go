package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/app/terminal"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// deadTime is how long after a question was shown nothing that is typed on a
	// terminal counts: it was meant for something else.
	deadTime = time.Second
	// tick is how often the clock is looked at while a question is open.
	tick = 200 * time.Millisecond
)

// announceAt is when the time that is left is told once more.
var announceAt = []time.Duration{60 * time.Second, 30 * time.Second, 10 * time.Second}

var errNoAnswer = errors.New("no answer")

// question is one request on the terminal.
type question struct {
	p          *program
	r          mobileauth.Request
	missing    []words.Confirmation // what has to be confirmed before accept counts
	pin        device.AskPIN        // for a request that takes it
	onTerminal bool

	refusalTold bool // that of the PIN before

	shown     time.Time
	settled   bool          // the dead time is over, and what was typed in it is gone
	announced time.Duration // the last time left that was told
}

// ask puts a request on the terminal. No answer, whatever the reason, is an
// error and answers nothing. After a PIN that was not taken, the person is at the
// PIN still.
func (p *program) ask(ctx context.Context, r mobileauth.Request, pin device.AskPIN) (mobileauth.Decision, error) {
	q := &question{p: p, r: r, missing: words.Confirmations(r), pin: pin, announced: r.TimeLeft(p.env.Now())}
	if r.PIN != nil && r.PIN.Err != nil {
		q.missing = nil
		if decision, done, err := q.accept(ctx); done {
			return decision, err
		}
	}
	tty, onTerminal := p.terminal()
	if onTerminal {
		terminal.DiscardTypeahead(tty)
		p.lines.Drop()
	}
	q.onTerminal = onTerminal
	p.show(words.Question(r, p.env.Now())...)
	q.shown = p.env.Now()
	q.show(nil)
	for {
		text, err := q.read(ctx)
		switch {
		case errors.Is(err, io.EOF):
			if onTerminal {
				p.show("")
			}
			return "", q.unanswered(err)
		case err != nil:
			p.show("")
			if errors.Is(context.Cause(ctx), ErrInterrupted) {
				return "", q.unanswered(err)
			}
			return "", err // it ran out
		case onTerminal && !q.settled:
			q.settle(p.env.Now()) // this line may have been begun before
			q.show([]string{words.TooEarly()})
			continue
		}
		if decision, done, err := q.answer(ctx, strings.ToLower(text)); done {
			return decision, err
		}
	}
}

// answer takes one typed line.
func (q *question) answer(ctx context.Context, text string) (decision mobileauth.Decision, done bool, err error) {
	now := q.p.env.Now()
	switch text {
	case "":
		q.show(words.Question(q.r, now))
	case "details":
		q.show(words.Details(q.r, now))
	case "deny":
		return wire.Deny, true, nil
	case "later":
		return "", true, q.unanswered(nil)
	case "accept":
		if len(q.missing) == 0 {
			if decision, done, err = q.accept(ctx); !done {
				q.show(words.Question(q.r, q.p.env.Now()))
			}
			return decision, done, err
		}
		q.p.show(words.AcceptRefused()...)
		q.show(nil)
	default:
		i := slices.IndexFunc(q.missing, func(c words.Confirmation) bool { return c.Word == text })
		if i < 0 {
			q.show([]string{words.UnknownAnswer()})
			break
		}
		q.missing = slices.Delete(q.missing, i, i+1)
		q.show([]string{words.Confirmed(len(q.missing))})
	}
	return "", false, nil
}

// accept takes the PIN where the request needs it. Without one the question goes
// on.
func (q *question) accept(ctx context.Context) (decision mobileauth.Decision, done bool, err error) {
	if q.r.PIN == nil {
		return wire.Accept, true, nil
	}
	request := q.r.PIN.PINRequest
	if q.refusalTold {
		request.Err = nil
	}
	q.refusalTold = true
	if request.Err == nil {
		q.p.show(words.BackToQuestion())
	}
	pin, err := q.pin(ctx, request)
	switch {
	case err != nil:
		return "", true, err
	case pin.IsZero():
		return "", false, nil
	}
	q.r.PIN.Give(pin)
	return wire.Accept, true, nil
}

// show prints lines, what accept still needs, and the prompt.
func (q *question) show(lines []string) {
	q.p.show(lines...)
	q.p.show(words.AcceptNeeds(q.missing)...)
	_, _ = fmt.Fprint(q.p.screen(), words.Prompt()+" ")
}

func (q *question) unanswered(cause error) error {
	title, sentences := words.Unanswered(q.r, q.r.TimeLeft(q.p.env.Now()))
	q.p.show(title + ".")
	q.p.show(sentences...)
	if cause == nil {
		return errNoAnswer
	}
	return fmt.Errorf("%w: %w", errNoAnswer, cause)
}

// read waits for a line and tells meanwhile how the time runs out.
func (q *question) read(ctx context.Context) (string, error) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	next := q.p.lines.Start()
	for {
		select {
		case <-ctx.Done():
			return "", context.Cause(ctx)
		case got := <-next:
			q.p.lines.Taken()
			if !q.onTerminal {
				q.p.show("") // where nothing is echoed, the prompt's line has no end
			}
			return got.Trimmed(), got.Err
		case <-ticker.C:
			q.lookAtClock()
		}
	}
}

// settle ends the dead time when it is over, and throws away what was typed in
// it.
func (q *question) settle(now time.Time) {
	if tty, ok := q.p.terminal(); ok && !q.settled && now.Sub(q.shown) >= deadTime {
		q.settled = true
		terminal.DiscardTypeahead(tty)
	}
}

// lookAtClock ends the dead time, and announces the time left when a mark is
// passed.
func (q *question) lookAtClock() {
	now := q.p.env.Now()
	q.settle(now)
	left := q.r.TimeLeft(now)
	if passed(announceAt, q.announced, left) {
		q.p.show("")
		q.show([]string{words.TimeLeftNow(left)})
	}
	q.announced = left
}
