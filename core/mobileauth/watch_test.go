package mobileauth

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// street is some servers with profiles at them, and what waits there. It runs in
// a bubble of package synctest, whose time goes by when everybody waits.
type street struct {
	mu       sync.Mutex
	profiles []device.Profile
	waiting  map[string][]Waiting // by profile
	errs     map[string]error
	asked    map[string][]time.Duration // since the beginning
	began    time.Time
	told     [][]string
	trouble  int
	look     func(id string) // before a profile is asked for
	hold     time.Duration   // how long questions are held back
	holding  map[string]int  // how many of each profile wait
	changes  chan struct{}   // closed when something changed
	watcher  *Watcher
}

func watchStreet(t *testing.T, do func(s *street)) {
	synctest.Test(t, func(t *testing.T) {
		s := &street{waiting: map[string][]Waiting{}, errs: map[string]error{}, asked: map[string][]time.Duration{}, began: time.Now(), holding: map[string]int{}, changes: make(chan struct{})}
		s.watcher = &Watcher{
			now: time.Now, random: func() float64 { return 0 }, poked: make(chan struct{}, 1), servers: map[wire.Origin]*watched{},
			profiles: func() []device.Profile { s.mu.Lock(); defer s.mu.Unlock(); return slices.Clone(s.profiles) },
			list:     s.list,
			changed: func(list []Waiting) {
				ids := []string{}
				for _, w := range list {
					id := w.TransactionID
					if w.Quiet {
						id += " quiet"
					}
					ids = append(ids, id)
				}
				s.mu.Lock()
				defer s.mu.Unlock()
				s.told = append(s.told, ids)
			},
			trouble: func(wire.Origin, error) { s.mu.Lock(); defer s.mu.Unlock(); s.trouble++ },
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.watcher.Run(ctx) }()
		synctest.Wait() // it runs, and nobody is logged in
		do(s)
		stop()
		<-done
		if len(s.watcher.servers) != 0 {
			t.Error("a server is still watched")
		}
	})
}

func (s *street) login(t *testing.T, server string, ids ...string) {
	t.Helper()
	o, err := wire.ParseOrigin(server)
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		s.profiles = append(s.profiles, device.Profile{ID: id, Server: o})
	}
}

func (s *street) logout(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(id)
}

func (s *street) remove(id string) {
	s.profiles = slices.DeleteFunc(s.profiles, func(p device.Profile) bool { return p.ID == id })
}

func (s *street) set(id string, err error, list ...Waiting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range list {
		list[i].Profile.ID = id
	}
	s.waiting[id], s.errs[id] = list, err
	s.change()
}

// list is the servers' answer.
func (s *street) list(ctx context.Context, id, state string, hold time.Duration) (listing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.look != nil {
		s.look(id)
	}
	s.asked[id] = append(s.asked[id], time.Since(s.began))
	end := time.After(min(hold, s.hold))
	for hold > 0 && s.hold > 0 && s.errs[id] == nil && state == s.state(id) {
		changes, over := s.changes, false
		s.holding[id]++
		s.mu.Unlock()
		select {
		case <-changes:
		case <-ctx.Done():
			over = true
		case <-end:
			over = true
		}
		s.mu.Lock()
		s.holding[id]--
		if over {
			break
		}
	}
	if ctx.Err() != nil {
		return listing{}, ctx.Err()
	}
	return listing{waiting: slices.Clone(s.waiting[id]), state: s.state(id), hold: s.hold}, s.errs[id]
}

func (s *street) state(id string) string {
	state := "state"
	for _, w := range s.waiting[id] {
		state += w.TransactionID + w.ExpiresAt.String()
	}
	return state
}

// change has the servers look; s.mu is held.
func (s *street) change() {
	close(s.changes)
	s.changes = make(chan struct{})
}

// holds sets how long questions are held back.
func (s *street) holds(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hold = d
	s.change()
}

// held lists how many questions of a profile wait.
func (s *street) held(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holding[id]
}

func waits(id string, life time.Duration) Waiting {
	return Waiting{TransactionID: id, IssuedAt: time.Now(), ExpiresAt: time.Now().Add(life)}
}

// wait lets time go by.
func (s *street) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// at lists the seconds at which a profile's server was asked since the last time.
func (s *street) at(id string) []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []int
	for _, d := range s.asked[id] {
		list = append(list, int(d/time.Second))
	}
	s.asked[id] = nil
	return list
}

// news is what was told since the last time.
func (s *street) news() [][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.told
	s.told = nil
	return told
}

func (s *street) troubles() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble
}

func (s *street) servers() int {
	s.watcher.mu.Lock()
	defer s.watcher.mu.Unlock()
	return len(s.watcher.servers)
}

func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: %s; want %s", what, g, w)
	}
}

const (
	serverA = "https://a.example"
	serverB = "https://b.example"
)

func TestWatcherPauses(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.login(t, serverA, "A1")
		s.watcher.Poke()
		s.wait(31 * time.Second)
		want(t, "idle", s.at("A1"), []int{0, 15, 30})
		s.set("A1", nil, waits("T", time.Hour))
		s.wait(25 * time.Second) // 56
		want(t, "busy", s.at("A1"), []int{45, 50, 55})
		s.set("A1", nil)
		s.wait(64 * time.Second) // 120
		want(t, "a minute after", s.at("A1"), []int{60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115})
		s.wait(15 * time.Second) // 135
		want(t, "idle again", s.at("A1"), []int{130})
		want(t, "told", s.news(), [][]string{{"T"}, {}})
	})
}

func TestWatcherBackoff(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.login(t, serverA, "A1", "A2")
		s.login(t, serverB, "B1")
		s.set("A1", nil, waits("T", 3*time.Minute))
		s.watcher.Poke()
		s.wait(time.Second)
		s.set("A1", wire.Errorf(wire.CodeServerNotReachable, ""), waits("never seen", time.Hour))
		s.at("A1")
		s.at("A2")
		s.at("B1")
		s.wait(20 * time.Minute)
		// Asked once more when what was known expires, at 180.
		want(t, "growing pauses", s.at("A1"), []int{5, 35, 95, 180, 420, 720, 1020})
		want(t, "not asked for the others", s.at("A2"), []int{})
		want(t, "the other server", len(s.at("B1")), 80)
		want(t, "told", s.news(), [][]string{{"T"}, {}})
		want(t, "trouble told once", s.troubles(), 1)

		s.set("A1", nil, waits("back", time.Hour))
		s.watcher.Poke()
		s.wait(time.Second)
		want(t, "the return told once", s.troubles(), 2)
		want(t, "at once when poked", s.at("A1"), []int{1201})
		want(t, "told", s.news(), [][]string{{"back"}})
		s.wait(5 * time.Second)
		want(t, "usual pause", s.at("A1"), []int{1206})
		for range 100 {
			s.watcher.Poke()
		}
		s.wait(time.Second)
		if n := len(s.at("A1")); n < 1 || n > 3 {
			t.Errorf("asked %d times after 100 pokes at once", n)
		}
	})
}

func TestWatcherJitter(t *testing.T) {
	w := &Watcher{now: time.Now}
	for random, least := range map[float64]time.Duration{0: maxPause, 0.5: maxPause * 7 / 8, 1: maxPause * 3 / 4} {
		w.random = func() float64 { return random }
		s := &watched{failures: 100}
		if got := w.pause(s, wire.Errorf(wire.CodeNoNetwork, "")); got != least {
			t.Errorf("%v: %v, want %v", random, got, least)
		}
	}
	for range 100 {
		if r := random(); r < 0 || r > 1 {
			t.Errorf("%v", r)
		}
	}
}

// A profile's own trouble does not keep the others from being asked.
func TestWatcherTroubleOfOne(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.login(t, serverA, "A1", "A2")
		s.set("A1", wire.Errorf(wire.CodeMessageNotAuthentic, ""))
		s.set("A2", nil, waits("T", time.Hour))
		s.watcher.Poke()
		s.wait(time.Second)
		want(t, "told", s.news(), [][]string{{"T"}})
	})
}

func TestWatcherComingsAndGoings(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.wait(time.Minute) // nobody is logged in
		want(t, "nothing to tell", len(s.news()), 0)
		s.login(t, serverA, "A1", "A2")
		s.login(t, serverB, "B1")
		first := waits("first", time.Hour)
		s.wait(time.Second)
		s.set("B1", nil, waits("second", time.Hour))
		s.set("A2", nil, first)
		s.wait(15 * time.Second) // found without a poke
		news := s.news()
		want(t, "told", news[len(news)-1], []string{"first", "second"})
		want(t, "servers", s.servers(), 2)

		quiet := first
		quiet.Quiet = true
		s.set("A2", nil, quiet)
		s.wait(5 * time.Second)
		want(t, "told", s.news(), [][]string{{"first quiet", "second"}})

		s.logout("A2")
		s.watcher.Poke()
		s.wait(time.Second)
		want(t, "told", s.news(), [][]string{{"second"}})
		s.logout("A1")
		s.logout("B1")
		s.wait(15 * time.Second)
		want(t, "told", s.news(), [][]string{{}})
		want(t, "servers", s.servers(), 0)
		s.at("B1")
		s.wait(time.Minute)
		want(t, "nobody is logged in", s.at("B1"), []int{})

		s.login(t, serverB, "B1")
		s.watcher.Poke()
		s.wait(time.Second)
		want(t, "told", s.news(), [][]string{{"second"}})
	})
}

// What was known of a profile whose login ended is gone at once, and that is no
// trouble.
func TestWatcherLoginEnds(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.login(t, serverA, "A1", "A2")
		s.set("A1", nil, waits("T", time.Hour))
		s.watcher.Poke()
		s.wait(time.Second)
		s.mu.Lock()
		s.errs["A1"] = wire.Errorf(wire.CodeUserNotAuthenticated, "")
		s.look = func(id string) {
			if id == "A1" {
				s.remove(id) // as the server refused its token
			}
		}
		s.mu.Unlock()
		s.wait(5 * time.Second)
		want(t, "told", s.news(), [][]string{{"T"}, {}})
		want(t, "trouble", s.troubles(), 0)
	})
}

// A request is gone when its time is over, whatever the server says.
func TestWatcherExpiry(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.login(t, serverA, "A1")
		s.set("A1", nil, waits("T", 7*time.Second))
		s.watcher.Poke()
		s.wait(6 * time.Second)
		want(t, "told", s.news(), [][]string{{"T"}})
		s.wait(2 * time.Second)
		want(t, "told", s.news(), [][]string{{}})
		want(t, "asked", s.at("A1"), []int{0, 5, 7})
	})
}
