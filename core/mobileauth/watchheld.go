package mobileauth

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// heldFailures in a row have a server asked without holding for noHoldTime: a
	// proxy between may end what waits for long.
	heldFailures = 2
	noHoldTime   = 10 * time.Minute
	// freeAnswers may come at once, one after the other. From then on a server that
	// answers at once is left alone for minPause where it has no news, and for
	// newsPause where it has.
	freeAnswers = 5
	newsPause   = 50 * time.Millisecond
)

// heldQuestions is what is known of the questions that a server held back.
type heldQuestions struct {
	failures int
	notUntil time.Time
}

// heldAnswer is one that came.
type heldAnswer struct {
	profile string
	list    listing
	err     error
}

// held watches a server by questions that it holds back, one for each profile,
// until it has to be looked at anew (true), or has to be asked again and again
// (false): it holds none back, or not now.
func (w *Watcher) held(ctx context.Context, server wire.Origin, s *watched) (again bool) {
	for _, list := range s.lists {
		if list.hold == 0 || list.state == "" {
			return false
		}
	}
	if len(s.lists) == 0 || w.now().Before(s.held.notUntil) {
		return false
	}
	asking, stop := context.WithCancel(ctx)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer stop()
	answers := make(chan heldAnswer)
	for id, list := range s.lists {
		wait.Go(func() { w.ask(asking, id, list, answers) })
	}
	for {
		select {
		case <-ctx.Done():
			return true
		case <-s.poked:
			return true
		case <-time.After(w.pause(s, nil)):
			if w.changedBySelf(server, s) {
				return true
			}
		case a := <-answers:
			switch {
			case ctx.Err() != nil:
				return true
			case a.err != nil:
				// Whether the server is there, the next look tells.
				if w.isThere(a.profile) {
					s.held.failures++
				}
				if s.held.failures >= heldFailures {
					s.held = heldQuestions{notUntil: w.now().Add(noHoldTime)}
				}
				return true
			}
			s.held.failures = 0
			s.lists[a.profile] = a.list
			others := slices.DeleteFunc(slices.Clone(s.waiting), func(x Waiting) bool { return x.Profile.ID == a.profile })
			if !w.tell(ctx, server, s, w.living(append(others, a.list.waiting...))) {
				return true // which ends it
			}
			if a.list.hold == 0 { // it ends, perhaps, and all of its devices hear that at once
				stop()
				s.sleep(ctx, w.spread(w.pause(s, nil)))
				return true
			}
		}
	}
}

// ask asks for one profile as long as the server holds back, and hands over what
// it answers.
func (w *Watcher) ask(ctx context.Context, profile string, list listing, answers chan<- heldAnswer) {
	for quick := 0; ; {
		began := w.now()
		got, err := w.list(ctx, profile, list.state, list.hold)
		select {
		case answers <- heldAnswer{profile, got, err}:
		case <-ctx.Done():
			return
		}
		if err != nil || got.hold == 0 || got.state == "" {
			return
		}
		pause := minPause
		if got.state != list.state {
			pause = newsPause
		}
		list = got
		if quick++; w.now().Sub(began) >= minPause {
			quick = 0
		}
		if quick < freeAnswers {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// changedBySelf reports whether something ran out, or others are logged in than
// questions are held for.
func (w *Watcher) changedBySelf(server wire.Origin, s *watched) bool {
	there := 0
	for _, p := range w.profiles() {
		if p.Server != server {
			continue
		}
		if _, asked := s.lists[p.ID]; !asked {
			return true
		}
		there++
	}
	return there != len(s.lists) || slices.ContainsFunc(s.waiting, func(x Waiting) bool { return x.TimeLeft(w.now()) == 0 })
}
