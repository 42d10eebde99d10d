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

// How often a Watcher asks a server that does not hold questions back. No push
// service takes part, so what comes by itself is found by asking; a server has many
// devices.
const (
	idlePause = 15 * time.Second
	busyPause = 5 * time.Second // while something waited within the last busyTime
	busyTime  = time.Minute
	maxPause  = 5 * time.Minute // while a server does not answer
	minPause  = time.Second
	// expiryDrift is what two readings of one expiry may differ by, as answers take
	// their time; more is more time for the request.
	expiryDrift = 3 * time.Second
)

// Watcher looks for requests that wait for the profiles that are logged in and
// enrolled, whoever logs in or out meanwhile. A server that holds questions back
// until there is something to tell has one of each profile, and what comes is known
// at once. Each other server is asked every 15 seconds, every 5 while something
// waits there. A server that does not answer is asked less and less often.
type Watcher struct {
	changed  func([]Waiting)
	profiles func() []device.Profile
	list     func(ctx context.Context, profileID, state string, hold time.Duration) (listing, error)
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

	lists map[string]listing // the last look's, by profile
	held  heldQuestions
}

// NewWatcher makes a watcher. Whenever requests come or go, or become quiet or
// loud, or get more time, it calls changed with all that wait, the oldest first; at the beginning
// none do. The calls come one after the other; changed must not block, and of the
// watcher's own methods it may call Poke only.
func (c *Client) NewWatcher(changed func([]Waiting)) *Watcher {
	return &Watcher{
		changed: changed, profiles: c.watchable, list: c.list, now: c.device.Now, random: random, poked: make(chan struct{}, 1),
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
		list, err := w.look(ctx, server, s)
		if (err != nil) != (s.failures > 0) && ctx.Err() == nil {
			w.trouble(server, err)
		}
		if !w.tell(ctx, server, s, list) {
			return
		}
		pause := w.pause(s, err)
		if err == nil && w.held(ctx, server, s) {
			continue
		}
		s.sleep(ctx, pause)
	}
}

// sleep waits for so long, for a poke, or for the end.
func (s *watched) sleep(ctx context.Context, pause time.Duration) {
	select {
	case <-ctx.Done():
	case <-s.poked:
	case <-time.After(pause):
	}
}

// look asks for all profiles of a server. Where that fails, what was known
// before stays until it expires; after one that did not get through, the server is
// not asked for the others.
func (w *Watcher) look(ctx context.Context, server wire.Origin, s *watched) (list []Waiting, failed error) {
	s.lists = map[string]listing{}
	for _, p := range w.profiles() {
		if p.Server != server {
			continue
		}
		var got listing
		err := failed
		if !passing(failed) {
			got, err = w.list(ctx, p.ID, "", 0)
		}
		switch {
		case err == nil:
			s.lists[p.ID] = got
			list = append(list, got.waiting...)
		case w.isThere(p.ID):
			failed = err
			list = append(list, slices.DeleteFunc(slices.Clone(s.waiting), func(x Waiting) bool { return x.Profile.ID != p.ID })...)
		}
	}
	return w.living(list), failed
}

// living leaves out what has run out, whatever the server says.
func (w *Watcher) living(list []Waiting) []Waiting {
	return slices.DeleteFunc(list, func(x Waiting) bool { return x.TimeLeft(w.now()) == 0 })
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
		return a.TransactionID == b.TransactionID && a.Profile.ID == b.Profile.ID && a.Quiet == b.Quiet &&
			a.ExpiresAt.Sub(b.ExpiresAt).Abs() < expiryDrift
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
		pause = w.spread(pause)
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

// spread shortens a pause a little, so that not all devices come at once to a
// server that was away.
func (w *Watcher) spread(pause time.Duration) time.Duration {
	return pause - time.Duration(w.random()*float64(pause)/4)
}
