package mobileauth

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// How often a Watcher asks a server. No push service takes part, so what comes
// by itself is found by asking; a server has many devices.
const (
	idlePause = 15 * time.Second
	busyPause = 5 * time.Second // while something waited within the last busyTime
	busyTime  = time.Minute
	maxPause  = 5 * time.Minute // while a server does not answer
	minPause  = time.Second
)

// Watcher looks for requests that wait for the profiles that are logged in and
// enrolled, whoever logs in or out meanwhile. Each server is asked by one
// goroutine, every 15 seconds, every 5 while something waits there, and less and
// less often while it does not answer.
type Watcher struct {
	changed  func([]Waiting)
	profiles func() []device.Profile
	list     func(ctx context.Context, profileID string) ([]Waiting, error)
	now      func() time.Time
	random   func() float64 // from 0 to 1
	trouble  func(server wire.Origin, err error)
	poked    chan struct{}

	mu      sync.Mutex
	servers map[wire.Origin]*watched
	told    []Waiting
}

// watched is one server's part.
type watched struct {
	poked    chan struct{}
	waiting  []Waiting
	failures int // in a row
	busy     time.Time
}

// NewWatcher makes a watcher. Whenever requests come or go, or become quiet or
// loud, it calls changed with all that wait, the oldest first; at the beginning
// none do. The calls come one after the other; changed must not block, and of the
// watcher's own methods it may call Poke only.
func (c *Client) NewWatcher(changed func([]Waiting)) *Watcher {
	return &Watcher{
		changed: changed, profiles: c.watchable, list: c.Pending, now: c.device.Now, random: random, poked: make(chan struct{}, 1),
		trouble: func(server wire.Origin, err error) {
			if err != nil {
				c.device.Log().Warn("waiting requests could not be fetched; it is tried again", "server", server, "error", err)
			}
		},
		servers: map[wire.Origin]*watched{},
	}
}

// OnTrouble has f called when a server can no longer be asked, and with nil when it
// can again. It is set before Run; the rules for changed hold for f as well.
func (w *Watcher) OnTrouble(f func(server wire.Origin, err error)) {
	log := w.trouble
	w.trouble = func(server wire.Origin, err error) {
		log(server, err)
		f(server, err)
	}
}

func (c *Client) watchable() []device.Profile {
	return slices.DeleteFunc(c.device.Profiles(), func(p device.Profile) bool { return !p.Enrolled() || !c.device.LoggedIn(p.ID) })
}

// random decides nothing but when a server that was away is asked again.
func random() float64 {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	return float64(binary.BigEndian.Uint16(b[:])) / 65535
}

// Poke has the servers asked now: after a login, when the computer woke up, or
// because the person wants to know.
func (w *Watcher) Poke() { poke(w.poked) }

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it will look anyway
	}
}

// Run watches until ctx ends. It must not run twice at once.
func (w *Watcher) Run(ctx context.Context) {
	var wait sync.WaitGroup
	defer wait.Wait()
	for {
		w.start(ctx, &wait)
		select {
		case <-ctx.Done():
			return
		case <-w.poked:
			w.mu.Lock()
			for _, s := range w.servers {
				poke(s.poked)
			}
			w.mu.Unlock()
		case <-time.After(idlePause):
		}
	}
}

// start starts to watch servers where somebody has logged in.
func (w *Watcher) start(ctx context.Context, wait *sync.WaitGroup) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.profiles() {
		if w.servers[p.Server] == nil {
			s := &watched{poked: make(chan struct{}, 1)}
			w.servers[p.Server] = s
			wait.Go(func() { w.watch(ctx, p.Server, s) })
		}
	}
}

// watch asks one server until nobody is logged in there any more.
func (w *Watcher) watch(ctx context.Context, server wire.Origin, s *watched) {
	for {
		list, err := w.look(ctx, server, s.waiting)
		if (err != nil) != (s.failures > 0) && ctx.Err() == nil {
			w.trouble(server, err)
		}
		if !w.tell(ctx, server, s, list) {
			return
		}
		select {
		case <-ctx.Done():
		case <-s.poked:
		case <-time.After(w.pause(s, err)):
		}
	}
}

// look asks for all profiles of a server. Where that fails, what was known
// before stays until it expires; after one that did not get through, the server is
// not asked for the others.
func (w *Watcher) look(ctx context.Context, server wire.Origin, before []Waiting) (list []Waiting, failed error) {
	for _, p := range w.profiles() {
		if p.Server != server {
			continue
		}
		var got []Waiting
		err := failed
		if !passing(failed) {
			got, err = w.list(ctx, p.ID)
		}
		switch {
		case err == nil:
			list = append(list, got...)
		case w.isThere(p.ID):
			failed = err
			list = append(list, slices.DeleteFunc(slices.Clone(before), func(x Waiting) bool { return x.Profile.ID != p.ID })...)
		}
	}
	return slices.DeleteFunc(list, func(x Waiting) bool { return x.TimeLeft(w.now()) == 0 }), failed
}

// isThere tells an error of a profile that is logged out by now from trouble.
func (w *Watcher) isThere(profileID string) bool {
	return slices.ContainsFunc(w.profiles(), func(p device.Profile) bool { return p.ID == profileID })
}

// tell takes in what waits at a server, and tells if that is news. It is false
// where watching ends.
func (w *Watcher) tell(ctx context.Context, server wire.Origin, s *watched, list []Waiting) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	s.waiting = list
	goesOn := ctx.Err() == nil && slices.ContainsFunc(w.profiles(), func(p device.Profile) bool { return p.Server == server })
	if !goesOn {
		delete(w.servers, server)
	}
	if ctx.Err() != nil {
		return false
	}
	var all []Waiting
	for _, other := range w.servers {
		all = append(all, other.waiting...)
	}
	slices.SortFunc(all, func(a, b Waiting) int {
		return cmp.Or(a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.TransactionID, b.TransactionID), cmp.Compare(a.Profile.ID, b.Profile.ID))
	})
	if !slices.EqualFunc(all, w.told, func(a, b Waiting) bool {
		return a.TransactionID == b.TransactionID && a.Profile.ID == b.Profile.ID && a.Quiet == b.Quiet
	}) {
		w.told = all
		w.changed(slices.Clone(all))
	}
	return goesOn
}

// pause is how long to leave a server alone. Whatever it is, the next look comes
// when the first request expires.
func (w *Watcher) pause(s *watched, err error) time.Duration {
	now, pause := w.now(), idlePause
	if len(s.waiting) > 0 {
		s.busy = now
	}
	switch {
	case err != nil:
		s.failures++
		pause = min(idlePause<<min(s.failures, 5), maxPause)
		// Not all devices come back at once to a server that was away.
		pause -= time.Duration(w.random() * float64(pause) / 4)
	case now.Sub(s.busy) < busyTime:
		s.failures, pause = 0, busyPause
	default:
		s.failures = 0
	}
	for _, x := range s.waiting {
		pause = min(pause, x.TimeLeft(now))
	}
	return max(pause, minPause)
}
