package frame

import (
	"context"
	"time"
)

const (
	restFor  = 200 * time.Millisecond  // how long the toolkit sleeps at first
	restMost = 1600 * time.Millisecond // and after a while: a cursor then no longer blinks in time
	awakeFor = 300 * time.Millisecond  // after anything has happened: time to draw it, and to fade
)

// KeepStill has the toolkit sleep while nothing happens, until ctx ends. Left alone
// it looks for something to do sixty times a second, which a laptop pays for all
// day. A screen that shows the time is left alone.
//
// Each end of a sleep costs a millisecond, most of it in Go's runtime: the longer
// nothing happens, the longer are the sleeps.
func (w *Window) KeepStill(ctx context.Context) {
	for rest := restFor; ctx.Err() == nil; rest = min(2*rest, restMost) {
		if !w.ticking.Load() && w.opt.Rest(rest) {
			continue
		}
		rest = restFor / 2
		select {
		case <-ctx.Done():
		case <-time.After(awakeFor):
		}
	}
}
