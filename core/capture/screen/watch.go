package screen

import (
	"context"
	"hash/maphash"
	"image"
	"time"
)

const (
	// A watcher pauses restFor times as long as it was busy, within these limits: a
	// person who opens a login page waits a second or two, and a slow desktop is left
	// in peace.
	restFor     = 19
	shortestGap = time.Second
	longestGap  = 5 * time.Second
)

// Watch takes pictures and hands those to look that show something else than the
// last time, until look says that it is done, or an error comes: look's own, one of
// Grab's, or the context's. Options.Hide is not called: a window that comes and goes
// would be worse than one in the picture.
func Watch(ctx context.Context, o Options, look func(context.Context, []Shot) (done bool, err error)) error {
	o.Hide = nil
	var p painted
	if w, err := findWay(ctx); err == nil {
		if tells, ok := w.(interface {
			painted(context.Context) (painted, error)
		}); ok {
			if p, err = tells.painted(ctx); err == nil {
				defer p.close()
			}
		}
	}
	return watch(ctx, func(ctx context.Context) ([]Shot, error) { return Grab(ctx, o) }, p, look)
}

// painted hears of changes, where the desktop tells of them.
type painted interface {
	// forget is called before a picture is taken, which will show what was painted so
	// far.
	forget() error
	// wait waits until something was painted after that. It may be called once more than
	// there was something.
	wait(context.Context) error
	close()
}

func watch(ctx context.Context, grab func(context.Context) ([]Shot, error), p painted, look func(context.Context, []Shot) (bool, error)) error {
	seed := maphash.MakeSeed()
	shown := map[image.Rectangle]uint64{}
	for {
		if p != nil && p.forget() != nil {
			p = nil // it goes on without
		}
		began := time.Now()
		shots, err := grab(ctx)
		if err != nil {
			return err
		}
		last := shown
		shown = map[image.Rectangle]uint64{}
		var news []Shot
		for _, s := range shots {
			sum := sumOf(seed, s.Image)
			if before, known := last[s.Bounds]; !known || before != sum {
				news = append(news, s)
			}
			shown[s.Bounds] = sum
		}
		if len(news) > 0 {
			if done, err := look(ctx, news); done || err != nil {
				return err
			}
		}
		pause := time.NewTimer(min(max(restFor*time.Since(began), shortestGap), longestGap))
		shots, news = nil, nil // not kept while nothing is done with them
		select {
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		case <-pause.C:
		}
		if p != nil && p.wait(ctx) != nil {
			p = nil
		}
	}
}

// sumOf tells pictures apart, of the kinds that shots have.
func sumOf(seed maphash.Seed, picture image.Image) uint64 {
	var sum maphash.Hash
	sum.SetSeed(seed)
	size := picture.Bounds().Size()
	rows := func(pix []byte, stride int) {
		for y := range size.Y {
			_, _ = sum.Write(pix[y*stride:][:4*size.X])
		}
	}
	switch m := picture.(type) {
	case *image.RGBA:
		rows(m.Pix, m.Stride)
	case *image.NRGBA:
		rows(m.Pix, m.Stride)
	}
	return sum.Sum64()
}
