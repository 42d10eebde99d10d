package delivery

import (
	"context"
	"sync"
	"time"
)

// Desk knows which profiles wait. Its methods may be called by any number of
// goroutines.
type Desk struct {
	most int

	mu     sync.Mutex
	closed bool
	users  map[string]map[string]*waiter // by user, then by profile
	count  int
}

// waiter is one held question.
type waiter struct {
	bell chan struct{} // holds one ring
	end  chan struct{} // closed when it has to end
}

// New makes a desk that holds at most so many questions at once.
func New(most int) *Desk {
	return &Desk{most: most, users: map[string]map[string]*waiter{}}
}

// Look reads what a question is about. It is done once that is worth an answer;
// else next is how long it can stay so by itself, 0 for ever.
type Look func() (done bool, next time.Duration, err error)

// Hold calls look until it is done or fails: at the beginning, each time that the
// user's bell was rung, and when look says so. It returns before that when the time
// is over, when ctx ends (with its error), when the desk is closed, and when the same
// profile waits anew: whoever asked has gone then, or asks twice. What the last look
// saw is still so then. Where no more may wait it looks once.
//
// The question counts as waiting before the first look, so that no ring between
// the two is lost.
func (d *Desk) Hold(ctx context.Context, user, profile string, life time.Duration, look Look) error {
	w := d.enter(user, profile)
	if w == nil {
		_, _, err := look()
		return err
	}
	defer d.leave(user, profile, w)
	end := time.NewTimer(life)
	defer end.Stop()
	for {
		done, next, err := look()
		if done || err != nil {
			return err
		}
		if over, err := w.wait(ctx, end.C, next); over {
			return err
		}
	}
}

// wait waits for a reason to look; over: there will be none.
func (w *waiter) wait(ctx context.Context, end <-chan time.Time, next time.Duration) (over bool, err error) {
	var change <-chan time.Time
	if next > 0 {
		timer := time.NewTimer(next)
		defer timer.Stop()
		change = timer.C
	}
	select {
	case <-ctx.Done():
		return true, context.Cause(ctx)
	case <-end:
		return true, nil
	case <-w.end:
		return true, nil
	case <-w.bell:
	case <-change:
	}
	return false, nil
}

// enter takes a place, that of the same profile before any other.
func (d *Desk) enter(user, profile string) *waiter {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.users[user][profile]
	if d.closed || before == nil && d.count >= d.most {
		return nil
	}
	if d.users[user] == nil {
		d.users[user] = map[string]*waiter{}
	}
	if before != nil {
		close(before.end)
	} else {
		d.count++
	}
	w := &waiter{bell: make(chan struct{}, 1), end: make(chan struct{})}
	d.users[user][profile] = w
	return w
}

func (d *Desk) leave(user, profile string, w *waiter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.users[user][profile] != w {
		return // another one has its place
	}
	delete(d.users[user], profile)
	if len(d.users[user]) == 0 {
		delete(d.users, user)
	}
	d.count--
}

// Ring has all who wait for the user look.
func (d *Desk) Ring(user string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.users[user] {
		select {
		case w.bell <- struct{}{}:
		default: // it will look anyway
		}
	}
}

// Waiting is how many wait.
func (d *Desk) Waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.count
}

// Open reports whether one more may wait.
func (d *Desk) Open() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.closed && d.count < d.most
}

// Close ends the waiting of all, and lets nobody wait any more.
func (d *Desk) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return
	}
	d.closed = true
	for _, profiles := range d.users {
		for _, w := range profiles {
			close(w.end)
		}
	}
}
