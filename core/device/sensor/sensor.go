// Package sensor has fingerprint sensors for a device that has none: one that
// follows a rule, for tests and for those who run one without a hand at it, and
// one that somebody touches, in a window or from another goroutine.
package sensor

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/understudy-auth/understudy/core/device"
)

// maxFingers is how many fingers a rule may name.
const maxFingers = 100

// Rule is a sensor that answers by itself, at once: some fingers, then the last
// one, and the same again. Make it with Parse.
type Rule struct {
	fingers []device.Finger
	last    device.Finger // 0: nobody touches it any more

	mu   sync.Mutex
	next int // how many of the fingers are through
}

// words are what a rule calls the fingers of a list.
var words = map[string]device.Finger{
	"right": device.FingerMatch, "wrong": device.FingerNoMatch, "lockout": device.FingerTooMany, "removed": device.FingerRemoved,
}

// Parse makes the sensor that a rule describes:
//
//	match     the right finger, always
//	fail:2    two wrong fingers (1 to 100), then the right one, and again
//	lockout   the sensor takes no more tries
//	removed   the finger is not known to the sensor any more
//	right,wrong
//	          these fingers one after the other (right, wrong, lockout, removed; up to
//	          100), and then none
func Parse(rule string) (*Rule, error) {
	number, counted := strings.CutPrefix(rule, "fail:")
	switch {
	case counted:
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > maxFingers {
			return nil, fmt.Errorf("%q: after fail: comes how many fingers are wrong, 1 to %d", rule, maxFingers)
		}
		return &Rule{fingers: slices.Repeat([]device.Finger{device.FingerNoMatch}, n), last: device.FingerMatch}, nil
	case rule == "match":
		return &Rule{last: device.FingerMatch}, nil
	case rule == "lockout" || rule == "removed":
		return &Rule{last: words[rule]}, nil
	}
	var list []device.Finger
	for word := range strings.SplitSeq(rule, ",") {
		finger, known := words[word]
		if !known || len(list) == maxFingers {
			return nil, fmt.Errorf("%q is no rule for a fingerprint sensor; give match, fail:2, lockout, removed, or a list such as right,wrong", rule)
		}
		list = append(list, finger)
	}
	return &Rule{fingers: list}, nil
}

// Read has the next finger. Where there is none it waits until ctx ends.
func (r *Rule) Read(ctx context.Context) (device.Finger, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	finger := r.finger()
	if finger == 0 {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	return finger, nil
}

func (r *Rule) finger() device.Finger {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next < len(r.fingers) {
		r.next++
		return r.fingers[r.next-1]
	}
	if r.last != 0 {
		r.next = 0
	}
	return r.last
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
