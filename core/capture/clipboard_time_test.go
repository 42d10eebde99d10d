//go:build unix && !darwin && !ios

package capture

import (
	"context"
	"testing"
	"time"
)

// longer is for a busy machine and the race detector.
func longer(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// deadline is a context whose deadline comes when the test says so.
type deadline struct {
	context.Context
}

func newDeadline(t *testing.T) (ctx deadline, pass func()) {
	under, cancel := context.WithCancel(t.Context())
	return deadline{under}, cancel
}

func (d deadline) Deadline() (time.Time, bool) { return time.Now().Add(time.Hour), true }

func (d deadline) Err() error {
	if d.Context.Err() != nil {
		return context.DeadlineExceeded
	}
	return nil
}
