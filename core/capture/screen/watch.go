package screen

import (
	"context"
	"errors"
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

	// maxMissed is how many pictures in a row may be missing: a monitor is unplugged, or
	// another program asked the same desktop for one.
	maxMissed = 2
)

// Watch takes pictures and hands those to look that show something else than the
// last time, until look says that it is done, or an error comes: look's own, one of
// Grab's, or the context's. Up to two pictures in a row that the desktop does not
// give, or that cannot be read, are passed over, but for the first. Options.Hide is not called: a window that comes and goes
// would be worse than one in the picture.
func Watch(ctx context.Context, o Options, look func(context.Context, []Shot) (done bool, err error)) error {
	o.Hide = nil
	var p painted
	least := shortestGap
	if w, err := findWay(ctx); err == nil {
		if flashes(w) {
			least = longestGap
		}
		if tells, ok := w.(interface {
			painted(context.Context) (painted, error)
		}); ok {
			if p, err = tells.painted(ctx); err == nil {
				defer p.close()
			}
		}
	}
	return watch(ctx, func(ctx context.Context) ([]Shot, error) { return Grab(ctx, o) }, p, least, look)
}

// Flashes reports whether the desktop flashes the screen whenever a picture is taken,
// as GNOME's portal does. A watcher then looks every five seconds, and the person
// should know why.
func Flashes(ctx context.Context) bool {
	w, err := findWay(ctx)
	return err == nil && flashes(w)
}

func flashes(w way) bool {
	f, ok := w.(interface{ flashes() bool })
	return ok && f.flashes()
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

func watch(ctx context.Context, grab func(context.Context) ([]Shot, error), p painted, least time.Duration, look func(context.Context, []Shot) (bool, error)) error {
	seen := memory{seed: maphash.MakeSeed()}
	for first, missed := true, 0; ; first = false {
		if p != nil && p.forget() != nil {
			p = nil // it goes on without
		}
		began := time.Now()
		shots, err := grab(ctx)
		switch missing := errors.Is(err, ErrPicture) || errors.Is(err, ErrSilent); {
		case err == nil:
			missed = 0
			if news := seen.news(shots); len(news) > 0 {
				if done, err := look(ctx, news); done || err != nil {
					return err
				}
			}
		case first || !missing || missed == maxMissed:
			return err
		default:
			missed++
		}
		shots = nil // not kept while nothing is done with them
		pause := time.NewTimer(min(max(restFor*time.Since(began), least), longestGap))
		select {
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		case <-pause.C:
		}
		if p != nil && missed == 0 && p.wait(ctx) != nil {
			p = nil
		}
	}
}

// memory knows what monitors showed, by sums of their pixels.
type memory struct {
	seed maphash.Seed
	sums map[image.Rectangle]uint64
}

// news are those that show something else than the last time.
func (m *memory) news(shots []Shot) (news []Shot) {
	sums := map[image.Rectangle]uint64{}
	for _, s := range shots {
		sums[s.Bounds] = sumOf(m.seed, s.Image)
		if before, known := m.sums[s.Bounds]; !known || before != sums[s.Bounds] {
			news = append(news, s)
		}
	}
	m.sums = sums
	return news
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
