package console

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

// AnnounceAt is when the time that is left is told once more.
var AnnounceAt = []time.Duration{60 * time.Second, 30 * time.Second, 10 * time.Second}

// ErrNoAnswer is the end of a question that was not answered; the person was told
// what that means.
var ErrNoAnswer = errors.New("no answer")

// question is one request on the terminal.
type question struct {
	c          *Console
	r          mobileauth.Request
	missing    []words.Confirmation // what has to be confirmed before accept counts
	pin        device.AskPIN        // for a request that takes it
	onTerminal bool

	refusalTold bool // that of the PIN before

	shown     time.Time
	settled   bool          // the dead time is over, and what was typed in it is gone
	announced time.Duration // the last time left that was told
}

// Ask puts a request on the terminal. No answer, whatever the reason, is an
// error and answers nothing. After a PIN that was not taken, the person is at the
// PIN still.
func (c *Console) Ask(ctx context.Context, r mobileauth.Request, pin device.AskPIN) (mobileauth.Decision, error) {
	q := &question{c: c, r: r, missing: words.Confirmations(r), pin: pin, announced: r.TimeLeft(c.Now())}
	if r.PIN != nil && r.PIN.Err != nil {
		q.missing = nil
		if decision, done, err := q.accept(ctx); done {
			return decision, err
		}
	}
	tty, onTerminal := c.Terminal()
	if onTerminal {
		terminal.DiscardTypeahead(tty)
		c.Lines.Drop()
	}
	q.onTerminal = onTerminal
	c.Show(words.Question(r, c.Now())...)
	q.shown = c.Now()
	q.show(nil)
	for {
		text, err := q.read(ctx)
		switch {
		case errors.Is(err, io.EOF):
			if onTerminal {
				c.Show("")
			}
			return "", q.unanswered(err)
		case err != nil:
			c.Show("")
			if errors.Is(context.Cause(ctx), c.Interrupted) {
				return "", q.unanswered(err)
			}
			return "", err // it ran out
		case onTerminal && !q.settled:
			q.settle(c.Now()) // this line may have been begun before
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
	now := q.c.Now()
	switch text {
	case "":
		q.show(words.Question(q.r, now))
	case "details":
		q.show(words.Details(q.r, now))
	case "deny":
		return wire.Deny, true, nil
	case "later":
		return "", true, q.unanswered(nil)
	case "more":
		q.show(q.moreTime(ctx))
	case "accept":
		if len(q.missing) == 0 {
			if decision, done, err = q.accept(ctx); !done {
				q.show(words.Question(q.r, q.c.Now()))
			}
			return decision, done, err
		}
		q.c.Show(words.AcceptRefused()...)
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

// moreTime asks the server for more time, where it gives any.
func (q *question) moreTime(ctx context.Context) []string {
	now := q.c.Now()
	switch {
	case q.r.Extend == nil:
		return []string{words.UnknownAnswer()}
	case q.r.TimeLeft(now) > words.MoreTimeUnder:
		return []string{words.MoreTimeLater()}
	}
	until, err := q.r.Extend(ctx)
	if err != nil {
		return []string{words.NoMoreTime(err)}
	}
	q.r.ExpiresAt, q.r.Extend = until, nil
	q.announced = q.r.TimeLeft(q.c.Now())
	return []string{words.Extended(q.announced)}
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
		q.c.Show(words.BackToQuestion())
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
	q.c.Show(lines...)
	q.c.Show(words.AcceptNeeds(q.missing)...)
	_, _ = fmt.Fprint(q.c.Screen(), words.Prompt()+" ")
}

func (q *question) unanswered(cause error) error {
	title, sentences := words.Unanswered(q.r, q.r.TimeLeft(q.c.Now()))
	q.c.Show(title + ".")
	q.c.Show(sentences...)
	if cause == nil {
		return ErrNoAnswer
	}
	return fmt.Errorf("%w: %w", ErrNoAnswer, cause)
}

// read waits for a line and tells meanwhile how the time runs out.
func (q *question) read(ctx context.Context) (string, error) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	next := q.c.Lines.Start()
	for {
		select {
		case <-ctx.Done():
			return "", context.Cause(ctx)
		case got := <-next:
			q.c.Lines.Taken()
			if !q.onTerminal {
				q.c.Show("") // where nothing is echoed, the prompt's line has no end
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
	if tty, ok := q.c.Terminal(); ok && !q.settled && now.Sub(q.shown) >= deadTime {
		q.settled = true
		terminal.DiscardTypeahead(tty)
	}
}

// lookAtClock ends the dead time, and announces the time left when a mark is
// passed.
func (q *question) lookAtClock() {
	now := q.c.Now()
	q.settle(now)
	left := q.r.TimeLeft(now)
	if Passed(AnnounceAt, q.announced, left) {
		q.c.Show("")
		lines := []string{words.TimeLeftNow(left)}
		if q.r.Extend != nil && left <= words.MoreTimeUnder {
			lines = append(lines, words.MoreTimeOffered())
		}
		q.show(lines)
	}
	q.announced = left
}

// Passed reports whether one of the marks lies between two readings of the time
// left.
func Passed(marks []time.Duration, before, now time.Duration) bool {
	return now > 0 && slices.ContainsFunc(marks, func(m time.Duration) bool { return now <= m && before > m })
}
