package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/delivery"
)

// hall is a desk with somebody before it; the time goes by when all wait.
type hall struct {
	*delivery.Desk
	looks atomic.Int32
	news  atomic.Bool
	next  time.Duration
	fails error
}

func (h *hall) look() (bool, time.Duration, error) {
	h.looks.Add(1)
	return h.news.Load(), h.next, h.fails
}

// hold starts to wait and tells how that ended, and when.
func (h *hall) hold(ctx context.Context, user, profile string, life time.Duration) <-chan string {
	began, ended := time.Now(), make(chan string, 1)
	go func() {
		err := h.Hold(ctx, user, profile, life, h.look)
		ended <- fmt.Sprint(time.Since(began), " ", err)
	}()
	synctest.Wait()
	return ended
}

func in(t *testing.T, most int, do func(t *testing.T, h *hall)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &hall{Desk: delivery.New(most)}
		do(t, h)
		synctest.Wait()
		if n := h.Waiting(); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
}

func want(t *testing.T, ended <-chan string, what string) {
	t.Helper()
	synctest.Wait()
	select {
	case got := <-ended:
		if got != what {
			t.Errorf("it ended after %s; want %s", got, what)
		}
	default:
		t.Errorf("it still waits; want %s", what)
	}
}

func (h *hall) looked(t *testing.T, times int32) {
	t.Helper()
	if got := h.looks.Load(); got != times {
		t.Errorf("it looked %d times; want %d", got, times)
	}
}

// A push is told at once, to its user only, and nothing is looked up meanwhile.
func TestRing(t *testing.T) {
	in(t, 10, func(t *testing.T, h *hall) {
		ended := h.hold(t.Context(), "anna", "P1", time.Minute)
		time.Sleep(20 * time.Second)
		h.looked(t, 1)
		h.Ring("bert")
		h.Ring("anna") // about something that is not for this device
		synctest.Wait()
		h.looked(t, 2)
		h.news.Store(true)
		h.Ring("anna")
		want(t, ended, "20s <nil>")
		h.looked(t, 3)
		h.Ring("anna") // nobody is there
		want(t, h.hold(t.Context(), "anna", "P1", time.Minute), "0s <nil>")
	})
}

func TestRingBetween(t *testing.T) {
	in(t, 10, func(t *testing.T, h *hall) {
		err := h.Hold(t.Context(), "anna", "P1", time.Minute, func() (bool, time.Duration, error) {
			if h.looks.Add(1) == 1 {
				h.Ring("anna") // after the look, before the wait
			}
			return h.looks.Load() == 2, 0, nil
		})
		if err != nil {
			t.Error(err)
		}
		h.looked(t, 2)
	})
}

func TestEnds(t *testing.T) {
	in(t, 10, func(t *testing.T, h *hall) {
		ended := h.hold(t.Context(), "anna", "P1", time.Minute)
		time.Sleep(time.Minute)
		want(t, ended, "1m0s <nil>")
		h.looked(t, 1)

		h.next = 10 * time.Second // the first request expires
		ended = h.hold(t.Context(), "anna", "P1", time.Minute)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		h.looked(t, 3)
		h.news.Store(true)
		time.Sleep(10 * time.Second)
		want(t, ended, "20s <nil>")
		h.news.Store(false)

		ctx, cancel := context.WithCancel(t.Context())
		ended = h.hold(ctx, "anna", "P1", time.Minute)
		cancel()
		want(t, ended, "0s context canceled")

		h.fails = errors.New("the store is gone")
		want(t, h.hold(t.Context(), "anna", "P1", time.Minute), "0s the store is gone")
	})
}

// A device that asks anew has left the question before.
func TestOneForEachProfile(t *testing.T) {
	in(t, 2, func(t *testing.T, h *hall) {
		first := h.hold(t.Context(), "anna", "P1", time.Minute)
		other := h.hold(t.Context(), "anna", "P2", time.Minute)
		again := h.hold(t.Context(), "anna", "P1", time.Minute)
		want(t, first, "0s <nil>")
		if n := h.Waiting(); n != 2 || h.Open() {
			t.Errorf("%d wait", n)
		}
		time.Sleep(time.Minute)
		want(t, other, "1m0s <nil>")
		want(t, again, "1m0s <nil>")
	})
}

func TestFull(t *testing.T) {
	in(t, 1, func(t *testing.T, h *hall) {
		ended := h.hold(t.Context(), "anna", "P1", time.Minute)
		want(t, h.hold(t.Context(), "bert", "P2", time.Minute), "0s <nil>")
		h.looked(t, 2)
		h.Close()
		want(t, ended, "0s <nil>")
	})
}

func TestClose(t *testing.T) {
	in(t, 1000, func(t *testing.T, h *hall) {
		var all []<-chan string
		for i := range 1000 {
			all = append(all, h.hold(t.Context(), fmt.Sprint("user", i/3), fmt.Sprint("P", i), time.Minute))
		}
		h.Close()
		h.Close()
		for _, ended := range all {
			want(t, ended, "0s <nil>")
		}
		h.looked(t, 1000)
		want(t, h.hold(t.Context(), "anna", "P1", time.Minute), "0s <nil>")
		if h.Open() {
			t.Error("one more may wait")
		}
	})
}
