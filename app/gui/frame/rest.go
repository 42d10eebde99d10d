package frame

import (
	"context"
	"time"
)

const (
	restFor  = 200 * time.Millisecond // how long the toolkit sleeps at most
	awakeFor = 300 * time.Millisecond // after anything has happened: time to draw it, and to fade
)

// KeepStill has the toolkit sleep while nothing happens, until ctx ends. Left alone
// it looks for something to do sixty times a second, which a laptop pays for all
// day. A screen that shows the time is left alone.
func (w *Window) KeepStill(ctx context.Context) {
	for ctx.Err() == nil {
		if !w.ticking.Load() && w.opt.Rest(restFor) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(awakeFor):
		}
	}
}
