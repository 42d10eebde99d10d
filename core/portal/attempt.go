package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"strings"
	"sync"
	"time"

	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/wire"
)

// state of an attempt; see the package's documentation.
type state string

const (
	waiting    state = "waiting"
	confirming state = "confirming"
	accepted   state = "accepted"
	denied     state = "denied"
	expired    state = "expired"
	failed     state = "failed"
)

func (s state) final() bool { return s != waiting && s != confirming }

const (
	// unanswered is how often in a row the server may fail to answer before the
	// page says so: one lost packet is no news.
	unanswered = 2
	// The picture of a code: pixels of a module, modules of white on each side (what
	// the encoder makes, and ISO/IEC 18004 asks for), and about how wide it is shown.
	modulePixels = 8
	quietZone    = 4
	codeSide     = 320
	// grace after a code's time before a server that does not answer is no longer
	// waited for.
	grace = 10 * time.Second
	// claimWithin is how long an accepted login can be turned into a session.
	claimWithin = 5 * time.Minute
)

// attempt is one code that is shown, with what became of it.
type attempt struct {
	id          string // names it in addresses of its own session; no secret
	transaction string
	code        *qr.Code
	link        string // opens the authenticator
	total       time.Duration
	transfer    *transfer // nil for a login

	asking chan struct{} // holds one token: only one question at a time

	mu       sync.Mutex
	state    state
	user     string    // who accepted
	deadline time.Time // by the portal's clock
	asked    time.Time
	ended    time.Time
	missed   int           // answers in a row that did not come
	changed  chan struct{} // closed, and made anew, at each change
}

func newAttempt(server wire.Origin, s started, holds string, now time.Time) (*attempt, error) {
	link := wire.OTPLink(server, s.otp)
	content := link
	if holds == QRBare {
		content = s.otp
	}
	code, err := qr.Encode(content, qr.M)
	if err != nil {
		return nil, fmt.Errorf("%w: its OTP is too long for a QR code", errGone)
	}
	code.Scale = modulePixels
	return &attempt{
		id: rand.Text(), transaction: s.transaction, code: code, link: link, total: s.expiresIn,
		asking: make(chan struct{}, 1), changed: make(chan struct{}), state: waiting, deadline: now.Add(s.expiresIn), asked: now,
	}, nil
}

// href is the link for a page. Only here a scheme that html/template does not know
// is marked as safe, and only ours: OTPLink escapes what follows it.
func (a *attempt) href() template.URL {
	if !strings.HasPrefix(a.link, "understudy://otp?") {
		return ""
	}
	return template.URL(a.link)
}

// side is the width of the code's picture in CSS pixels: a whole number for each
// module, about codeSide in all.
func (a *attempt) side() int {
	modules := a.code.Size + 2*quietZone
	return modules * max(3, codeSide/modules)
}

// look returns the state, and a channel that is closed when it changes.
func (a *attempt) look() (snapshot, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return snapshot{a.state, a.user, a.deadline, a.ended, a.missed >= unanswered && !a.state.final()}, a.changed
}

func (a *attempt) accepted() bool {
	got, _ := a.look()
	return got.state == accepted
}

// snapshot is an attempt at one moment.
type snapshot struct {
	state           state
	user            string
	deadline, ended time.Time
	unreachable     bool
}

// refresh asks the server about the attempt, unless its end is known or, without
// urgent, it was asked a moment ago. An error means that the server did not answer.
func (p *Portal) refresh(ctx context.Context, a *attempt, urgent bool) error {
	select {
	case a.asking <- struct{}{}:
		defer func() { <-a.asking }()
	case <-ctx.Done():
		return ctx.Err()
	}
	a.mu.Lock()
	recent := p.now().Sub(a.asked) < p.config.PollInterval
	skip := a.state.final() || recent && !urgent
	a.mu.Unlock()
	if skip {
		return nil
	}
	got, err := p.server.transaction(ctx, a.transaction)
	if ctx.Err() != nil {
		return ctx.Err() // the browser went away: nothing was learnt
	}
	if err != nil {
		p.log.Warn("the Token Server was asked for a result", "error", err)
	}
	a.learn(p.now(), got, err)
	if errors.Is(err, errUnknown) {
		return nil
	}
	return err
}

// learn takes over what the server answered.
func (a *attempt) learn(now time.Time, got outcome, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before, wasMissing := a.state, a.missed >= unanswered
	a.asked = now
	switch {
	case errors.Is(err, errUnknown), errors.Is(err, errRefused):
		a.state = failed
	case err != nil:
		a.missed++
		if now.After(a.deadline.Add(grace)) {
			a.state = expired
		}
	default:
		a.missed = 0
		a.take(now, got)
	}
	if a.state.final() {
		a.ended = now
	}
	if a.state != before || wasMissing != (a.missed >= unanswered) {
		close(a.changed)
		a.changed = make(chan struct{})
	}
}

func (a *attempt) take(now time.Time, got outcome) {
	switch got.state {
	case wire.StateInitialized:
		a.deadline = now.Add(got.expiresIn)
	case wire.StateClaimed:
		a.state, a.deadline = confirming, now.Add(got.expiresIn)
	case wire.StateAccepted:
		a.user = got.user
		a.state = accepted
		// A second factor counts only from the person who is logged in.
		if got.user == "" || a.transfer != nil && got.user != a.transfer.user {
			a.state = failed
		}
	case wire.StateDenied:
		a.state = denied
	case wire.StateExpired:
		a.state = expired
	default: // failed, and whatever a later server may say
		a.state = failed
	}
}
