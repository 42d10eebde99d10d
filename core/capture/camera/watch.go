package camera

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/scan"
)

// Watching says how Watch works. Its zero value is good.
type Watching struct {
	// Wait also for a camera that is not to be had at the start: none there, busy,
	// not allowed. Otherwise that ends Watch; one that worked once is always waited
	// for. What waiting cannot mend (ErrUnsupported, ErrFormat, a file that is missing)
	// ends it in any case.
	Wait bool
	// Frames and Readings are the most a second, of a stream that is live. Zero: 20
	// and 10.
	Frames, Readings int
	Now              func() time.Time // nil: time.Now
}

const (
	retryEvery = 500 * time.Millisecond
	// thoroughEvery is of how many readings of a live stream one is thorough: the next
	// frame comes soon, and a quick look costs a fifth.
	thoroughEvery = 5
	totalsEvery   = time.Second
)

// Watch shows what a source sees and reads its codes until the context ends. It
// then returns the context's error; nil at the end of files; else why there is
// nothing to watch.
//
// Each frame is told before it is read, and reading goes on beside the next
// frames. Events are told one at a time; while one is dealt with, frames of a
// camera are skipped. None is told after Watch returned.
func Watch(ctx context.Context, source Source, w Watching, tell func(Event)) error {
	if w.Frames <= 0 {
		w.Frames = 20
	}
	if w.Readings <= 0 {
		w.Readings = 10
	}
	if w.Now == nil {
		w.Now = time.Now
	}
	r := &watcher{Watching: w, source: source, teller: tell}
	r.tell(Status{State: Opening})
	for {
		err := r.stream(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil, !passes(err), !r.worked && !w.Wait:
			return err
		}
		if r.worked && (errors.Is(err, ErrNone) || errors.Is(err, ErrNoSuch)) {
			err = ErrUnplugged
		}
		if r.complaint.news(err) {
			r.tell(Status{State: Waiting, Err: err})
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(retryEvery):
		}
	}
}

// watcher is one call of Watch.
type watcher struct {
	Watching
	source    Source
	worked    bool // there was a frame
	complaint complaint

	mu     sync.Mutex // over teller and totals
	teller func(Event)
	totals Totals

	measured time.Time     // when totals were told last
	since    time.Time     // until when Running is counted
	cpuSince time.Duration // the program's at that time
}

func (w *watcher) tell(e Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.teller(e)
}

// stream opens the source and shows it until it fails; nil at its end.
func (w *watcher) stream(ctx context.Context) error {
	stream, err := w.source.Open(ctx)
	if err != nil {
		return err
	}
	defer w.finish()
	defer stream.Close()
	about := stream.About()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // on each way out but the good one
	frames, read := make(chan Frame), make(chan struct{})
	go func() {
		defer close(read)
		w.read(ctx, frames, about.Live)
	}()
	defer func() { <-read }()
	err = w.show(ctx, stream, frames)
	if err != nil {
		cancel()
	}
	close(frames)
	return err
}

// show tells the frames and hands them to read; all of them if they come from
// files.
func (w *watcher) show(ctx context.Context, stream Stream, frames chan<- Frame) error {
	about := stream.About()
	pace := pace{every: time.Second / time.Duration(w.Frames)}
	for first := true; ; first = false {
		frame, err := stream.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if first {
			w.begin(about)
		}
		w.count(func(t *Totals) { t.Frames++; t.Damaged += frame.Damaged })
		w.tell(frame)
		w.measure(false)
		if !about.Live {
			select {
			case frames <- frame:
			case <-ctx.Done():
				return ctx.Err()
			}
			continue
		}
		select {
		case frames <- frame:
		default: // it is still reading
		}
		if err := pace.wait(ctx, w.Now()); err != nil {
			return err
		}
	}
}

// begin is the first frame of a stream.
func (w *watcher) begin(about About) {
	w.worked, w.complaint = true, complaint{}
	w.since, w.measured, w.cpuSince = w.Now(), w.Now(), cpuTime()
	w.tell(Status{State: Running, About: about})
}

// finish is the end of a stream: waiting is not counted.
func (w *watcher) finish() {
	w.measure(true)
	w.since = time.Time{}
}

// read reads frames until there are no more.
func (w *watcher) read(ctx context.Context, frames <-chan Frame, live bool) {
	quick, thorough := scan.Quick(), scan.New()
	pace := pace{every: time.Second / time.Duration(w.Readings)}
	n := 0
	for frame := range frames {
		reader := quick
		if n++; !live || n%thoroughEvery == 0 {
			reader = thorough
		}
		result, err := reader.Read(ctx, frame.Image)
		if ctx.Err() != nil {
			continue // to the end, which comes
		}
		if err == nil { // a picture that cannot be read holds nothing
			w.count(func(t *Totals) { t.Readings++ })
			w.tell(Reading{frame, result})
		}
		if live {
			_ = pace.wait(ctx, w.Now()) // the end of the context is asked for above
		}
	}
}

// pace is a rate that is kept to.
type pace struct {
	every time.Duration
	next  time.Time // when the next one is due
}

// wait waits until the next one is due, which may be at once where the last one
// took long.
func (p *pace) wait(ctx context.Context, now time.Time) error {
	if now.Sub(p.next) > p.every { // it cannot be made up for
		p.next = now
	}
	due := p.next.Sub(now)
	p.next = p.next.Add(p.every)
	select {
	case <-time.After(due):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *watcher) count(add func(*Totals)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	add(&w.totals)
}

// measure tells the totals if it is time.
func (w *watcher) measure(now bool) {
	if w.since.IsZero() || !now && w.Now().Sub(w.measured) < totalsEvery {
		return
	}
	at, cpu := w.Now(), cpuTime()
	w.count(func(t *Totals) {
		t.Running += at.Sub(w.since)
		t.CPU += cpu - w.cpuSince
	})
	w.since, w.measured, w.cpuSince = at, at, cpu
	w.mu.Lock()
	defer w.mu.Unlock()
	w.teller(w.totals)
}

// complaint decides which errors are told, of those that come again and again.
type complaint struct {
	told, last error
}

// news reports whether an error is told. The first one is. Another one has to
// come twice: a camera that was plugged in again is there before its permissions
// are.
func (c *complaint) news(err error) bool {
	again := c.last != nil && kind(c.last) == kind(err)
	c.last = err
	if c.told != nil && (kind(c.told) == kind(err) || !again) {
		return false
	}
	c.told = err
	return true
}

// kind is which of the package's errors it is, of those that pass; else nil.
func kind(err error) error {
	for _, k := range []error{ErrNone, ErrNoSuch, ErrBusy, ErrDenied, ErrUnplugged, ErrFrozen, ErrDamaged, ErrFailed} {
		if errors.Is(err, k) {
			return k
		}
	}
	return nil
}

// passes reports whether it is worth to try again: someone may plug in a camera,
// close the other program, give the permission.
func passes(err error) bool { return kind(err) != nil }
