package mobileauth

import (
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// What comes is known at once, and the server is asked no more often than it
// holds questions back.
func TestWatcherHeld(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.hold = 25 * time.Second
		s.login(t, serverA, "A1", "A2")
		s.watcher.Poke()
		s.wait(61 * time.Second)
		want(t, "asked", s.at("A1"), []int{0, 0, 25, 50})
		want(t, "one question of each waits", []int{s.held("A1"), s.held("A2")}, []int{1, 1})
		s.at("A2")
		s.set("A1", nil, waits("T", time.Hour))
		s.wait(0)
		want(t, "told at once", s.news(), [][]string{{"T"}})
		want(t, "asked again", s.at("A1"), []int{61})
		want(t, "the other is not", s.at("A2"), []int{})
		s.wait(time.Second)
		s.set("A2", nil, waits("U", time.Hour))
		s.set("A1", nil)
		s.wait(0)
		news := s.news()
		want(t, "told at once", news[len(news)-1], []string{"U"})

		// Another expiry of the same request is news; a drift of it is none.
		moved := waits("U", time.Hour)
		s.set("A2", nil, moved)
		s.wait(0)
		want(t, "a drift", len(s.news()), 0)
		moved.ExpiresAt = moved.ExpiresAt.Add(time.Minute)
		s.set("A2", nil, moved)
		s.wait(0)
		want(t, "more time", s.news(), [][]string{{"U"}})
	})
}

// It is gone at its expiry, whatever the server says; who logs in or out is
// noticed.
func TestWatcherHeldComingsAndGoings(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.hold = 25 * time.Second
		s.login(t, serverA, "A1")
		s.set("A1", nil, waits("T", 7*time.Second))
		s.watcher.Poke()
		s.wait(6 * time.Second)
		want(t, "told", s.news(), [][]string{{"T"}})
		s.wait(2 * time.Second)
		want(t, "told", s.news(), [][]string{{}})
		s.login(t, serverA, "A2")
		s.set("A2", nil, waits("U", time.Hour))
		s.wait(15 * time.Second) // without a poke
		want(t, "told", s.news(), [][]string{{"U"}})
		s.logout("A2")
		s.watcher.Poke()
		s.wait(0)
		want(t, "told", s.news(), [][]string{{}})
		want(t, "nobody asks for it", s.held("A2"), 0)
		s.logout("A1")
		s.wait(15 * time.Second)
		want(t, "servers", s.servers(), 0)
		want(t, "nobody waits", s.held("A1"), 0)
	})
}

// A server that does not hold back any more, as it shuts down, is not rushed at:
// it is asked like any other.
func TestWatcherHoldEnds(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.hold = 25 * time.Second
		s.login(t, serverA, "A1")
		s.watcher.Poke()
		s.wait(10 * time.Second)
		s.at("A1")
		s.holds(0)
		s.wait(0)
		want(t, "not yet", s.at("A1"), []int{})
		s.wait(50 * time.Second) // 60
		want(t, "asked", s.at("A1"), []int{25, 40, 55})
		s.holds(25 * time.Second)
		s.wait(20 * time.Second) // 80
		want(t, "held again", s.held("A1"), 1)
	})
}

// Where questions that wait get no answer, though the server is there, it is
// asked without that for a while. That is no trouble to tell.
func TestWatcherHeldFails(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.hold = 25 * time.Second
		s.login(t, serverA, "A1")
		fail := func() {
			s.mu.Lock()
			s.errs["A1"] = wire.Errorf(wire.CodeServerNotReachable, "")
			s.look = func(string) { delete(s.errs, "A1") } // the next question is answered
			s.change()
			s.mu.Unlock()
			s.wait(0)
		}
		s.watcher.Poke()
		s.wait(time.Second)
		fail()
		want(t, "held again", s.held("A1"), 1)
		fail()
		want(t, "held no more", s.held("A1"), 0)
		want(t, "trouble", s.troubles(), 0)
		s.at("A1")
		s.wait(31 * time.Second)
		want(t, "asked", s.at("A1"), []int{16, 31})
		s.wait(10 * time.Minute)
		want(t, "held after ten minutes", s.held("A1"), 1)

		// The server goes away: that is trouble, with growing pauses.
		s.set("A1", wire.Errorf(wire.CodeServerNotReachable, ""))
		s.mu.Lock()
		s.look = nil
		s.mu.Unlock()
		s.at("A1")
		s.wait(10 * time.Minute)
		want(t, "trouble", s.troubles(), 1)
		if n := len(s.at("A1")); n > 6 {
			t.Errorf("asked %d times", n)
		}
	})
}

// A server that answers at once and has no news is asked once a second.
func TestWatcherHeldHastily(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.hold = time.Nanosecond
		s.login(t, serverA, "A1")
		s.watcher.Poke()
		s.wait(time.Minute)
		if n := len(s.at("A1")); n > 75 {
			t.Errorf("asked %d times in a minute", n)
		}
	})
}

// A server that has other news each time does not keep the device busy.
func TestWatcherHeldNoise(t *testing.T) {
	watchStreet(t, func(s *street) {
		s.hold = 25 * time.Second
		s.login(t, serverA, "A1")
		n := time.Duration(0)
		s.look = func(id string) { // whenever it is asked
			n++
			s.waiting[id] = []Waiting{waits("T", time.Hour+n*time.Minute)}
		}
		s.watcher.Poke()
		s.wait(time.Minute)
		if n := len(s.at("A1")); n > 1250 {
			t.Errorf("asked %d times in a minute", n)
		}
	})
}
