// Package sensor has fingerprint sensors for a device that has none: one that
// follows a rule, for tests and for those who run one without a hand at it, and
// one that somebody touches, in a window or from another goroutine.
package sensor

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/understudy-auth/understudy/core/device"
)

// maxWrong is the highest number that a rule may have.
const maxWrong = 100

// Rule is a sensor that answers by itself, at once: so many wrong fingers, then
// the last one, and the same again. Make it with Parse.
type Rule struct {
	wrong int
	last  device.Finger

	mu   sync.Mutex
	next int // how many of the wrong ones are through
}

// Parse makes the sensor that a rule describes:
//
//	match     the right finger, always
//	fail:2    two wrong fingers (1 to 100), then the right one, and again
//	lockout   the sensor takes no more tries
//	removed   the finger is not known to the sensor any more
func Parse(rule string) (*Rule, error) {
	number, counted := strings.CutPrefix(rule, "fail:")
	switch {
	case counted:
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxWrong {
			return nil, fmt.Errorf("%q: after fail: comes how many fingers are wrong, 1 to %d", rule, maxWrong)
		}
		return &Rule{wrong: n, last: device.FingerMatch}, nil
	case rule == "match":
		return &Rule{last: device.FingerMatch}, nil
	case rule == "lockout":
		return &Rule{last: device.FingerTooMany}, nil
	case rule == "removed":
		return &Rule{last: device.FingerRemoved}, nil
	}
	return nil, fmt.Errorf("%q is no rule for a fingerprint sensor; give match, fail:2, lockout or removed", rule)
}

// Read has the next finger.
func (r *Rule) Read(ctx context.Context) (device.Finger, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next < r.wrong {
		r.next++
		return device.FingerNoMatch, nil
	}
	r.next = 0
	return r.last, nil
}

// Hand is a sensor that somebody touches. Make it with NewHand.
type Hand struct {
	fingers chan device.Finger
	waiting atomic.Int32
	told    func(waiting bool)
}

// NewHand makes a sensor that nobody touches yet. It tells when it begins to wait
// for a finger, and when it ends; told may be nil.
func NewHand(told func(waiting bool)) *Hand {
	if told == nil {
		told = func(bool) {}
	}
	return &Hand{fingers: make(chan device.Finger), told: told}
}

// Read waits for Touch.
func (h *Hand) Read(ctx context.Context) (device.Finger, error) {
	h.waiting.Add(1)
	h.told(true)
	defer func() {
		h.waiting.Add(-1)
		h.told(false)
	}()
	select {
	case finger := <-h.fingers:
		return finger, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// Waiting reports whether the sensor waits for a finger.
func (h *Hand) Waiting() bool { return h.waiting.Load() > 0 }

// Touch lays a finger on the sensor and keeps it there until the sensor has read
// it, or ctx ends: then nothing was read.
func (h *Hand) Touch(ctx context.Context, finger device.Finger) error {
	select {
	case h.fingers <- finger:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
