package frame

import (
	"context"
	"testing"
	"time"
)

// A window is at rest while nothing happens, and never while it shows the time.
func TestKeepStill(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	rests := 0
	w := &Window{}
	w.opt.Rest = func(most time.Duration) bool {
		if most != restFor {
			t.Errorf("a rest of %v", most)
		}
		if rests++; rests == 3 {
			cancel()
		}
		return rests != 2 // something happened: it is given time, then there is rest again
	}
	w.KeepStill(ctx)
	if rests != 3 {
		t.Errorf("%d rests", rests)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 2*awakeFor)
	defer cancel()
	w.Ticks(true)
	w.KeepStill(ctx)
	if rests != 3 {
		t.Error("it rests while it shows the time")
	}
}
