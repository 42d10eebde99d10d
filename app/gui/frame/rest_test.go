package frame

import (
	"context"
	"slices"
	"testing"
	"time"
)

// A window is at rest while nothing happens, and never while it shows the time.
func TestKeepStill(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var rests []time.Duration
	w := &Window{}
	w.opt.Rest = func(most time.Duration) bool {
		if rests = append(rests, most); len(rests) == 7 {
			cancel()
		}
		return len(rests) != 5 // something happened: it is given time, then the rests are short again
	}
	w.KeepStill(ctx)
	if want := []time.Duration{restFor, 2 * restFor, 4 * restFor, restMost, restMost, restFor, 2 * restFor}; !slices.Equal(rests, want) {
		t.Errorf("rests of %v; want %v", rests, want)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 2*awakeFor)
	defer cancel()
	w.Ticks(true)
	w.KeepStill(ctx)
	if len(rests) != 7 {
		t.Error("it rests while it shows the time")
	}
}
