package screen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// usualPatience is for a desktop that does not answer.
	usualPatience = 5 * time.Second
	// askingTime is for a person whom the desktop asks, beyond that.
	askingTime = time.Minute
	// maxName is how much of a monitor's name is kept.
	maxName = 60
)

// Shot is the picture of one monitor.
type Shot struct {
	// Number is the monitor's, as Options.Monitor has it.
	Number int
	// Name is what the desktop calls the monitor, such as HDMI-1, cleaned; empty where it
	// has no name.
	Name string
	// Image begins at (0, 0).
	Image image.Image
	// Bounds are the monitor's place on the desktop, in the desktop's units. They can
	// begin below zero.
	Bounds image.Rectangle
	// Scale is how many pixels of Image a unit of Bounds has, in each direction.
	Scale float64
}

// String tells name, size and place, and nothing of what is shown.
func (s Shot) String() string {
	size := image.Point{}
	if s.Image != nil {
		size = s.Image.Bounds().Size()
	}
	return fmt.Sprintf("monitor %q of %dx%d pixels at %d,%d", s.Name, size.X, size.Y, s.Bounds.Min.X, s.Bounds.Min.Y)
}

// GoString, Format, MarshalText and LogValue give what String gives, for each way
// in which a value gets into a print or a log.
func (s Shot) GoString() string { return s.String() }

// Format is described at GoString.
func (s Shot) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText is described at GoString.
func (s Shot) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is described at GoString.
func (s Shot) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Options are how a picture is taken. The zero value looks at all monitors.
type Options struct {
	// Monitor is the only one to look at, counted from 1; 0: all.
	Monitor int
	// Hide is called before a picture is taken, and returns when the caller's windows
	// are gone from the screen. What it returns (it may be nil) shows them again, and is
	// called once, on every way out.
	Hide func(ctx context.Context) (show func())
	// Waiting is called when the desktop took the request and did not answer within
	// Patience: it may be asking the person. Nil: it is not waited for longer.
	Waiting func()
	// Patience is for a desktop that does not answer; 0: five seconds.
	Patience time.Duration
}

// Grab takes a picture of each monitor. Errors are ErrNoDisplay, ErrNoPortal,
// ErrRefused, ErrSilent, ErrPicture, ErrUnsupported, *MonitorError,
// *capture.TooLargeError, and the context's.
func Grab(ctx context.Context, o Options) ([]Shot, error) { return grab(ctx, o, findWay) }

// Available returns nil where Grab can be expected to give a picture, else why not:
// ErrNoDisplay, ErrNoPortal, ErrSilent, ErrUnsupported or the context's error. It
// takes none, and asks nobody. It can take as long as the desktop's service needs
// to start, five seconds at most.
func Available(ctx context.Context) error {
	_, err := within(ctx, usualPatience, func(ctx context.Context) (struct{}, error) {
		w, err := findWay(ctx)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, w.check(ctx)
	})
	return err
}

// way is how pictures are taken on one kind of desktop.
type way interface {
	check(context.Context) error
	take(context.Context, job) ([]Shot, error)
}

// job is one picture to take.
type job struct {
	monitor  int
	patience time.Duration
	taken    func() // is called when the pixels are fixed
	waiting  func() // is Options.Waiting, or nil
}

func grab(ctx context.Context, o Options, find func(context.Context) (way, error)) ([]Shot, error) {
	patience := cmp.Or(o.Patience, usualPatience)
	w, err := within(ctx, patience, find)
	if err != nil {
		return nil, err
	}
	for again := false; ; again = true {
		shots, waited, err := grabOnce(ctx, w, o, patience)
		if err != nil || !waited || again || o.Hide == nil {
			return shots, err
		}
		// The caller's window came back to tell that the desktop asks. Now it has asked.
	}
}

func grabOnce(ctx context.Context, w way, o Options, patience time.Duration) (shots []Shot, waited bool, err error) {
	show := func() {}
	if o.Hide != nil {
		if again := o.Hide(ctx); again != nil {
			show = sync.OnceFunc(again)
		}
	}
	defer show()
	j := job{monitor: o.Monitor, patience: patience, taken: show}
	if o.Waiting != nil {
		j.waiting = func() {
			waited = true
			show()
			o.Waiting()
		}
	}
	shots, err = w.take(ctx, j)
	return shots, waited, err
}

// within ends f after a time; then it is the desktop that was silent.
func within[T any](ctx context.Context, limit time.Duration, f func(context.Context) (T, error)) (T, error) {
	short, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	value, err := f(short)
	switch {
	case err == nil:
		return value, nil
	case ctx.Err() != nil:
		return value, ctx.Err()
	case short.Err() != nil && errors.Is(err, context.DeadlineExceeded):
		return value, ErrSilent
	}
	return value, err
}

// monitor is one of a desktop's; arranged gives it a number.
type monitor struct {
	number int
	name   string
	bounds image.Rectangle
}

// arranged are the monitors in their order, mirrored ones once, or only the one
// that is wanted.
func arranged(monitors []monitor, wanted int) ([]monitor, error) {
	monitors = slices.DeleteFunc(slices.Clone(monitors), func(m monitor) bool { return m.bounds.Empty() })
	slices.SortStableFunc(monitors, func(a, b monitor) int {
		p, q := a.bounds.Min, b.bounds.Min
		return cmp.Or(cmp.Compare(p.X, q.X), cmp.Compare(p.Y, q.Y), -cmp.Compare(a.bounds.Dx(), b.bounds.Dx()), -cmp.Compare(a.bounds.Dy(), b.bounds.Dy()))
	})
	monitors = slices.CompactFunc(monitors, func(a, b monitor) bool { return a.bounds == b.bounds })
	for n := range monitors {
		monitors[n].number = n + 1
		monitors[n].name = wire.CleanText(monitors[n].name, maxName)
	}
	switch {
	case wanted == 0:
		return monitors, nil
	case wanted < 0 || wanted > len(monitors):
		return nil, &MonitorError{wanted, len(monitors)}
	}
	return monitors[wanted-1 : wanted], nil
}
