package screen

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func shotOf(number int, colour color.Color) Shot {
	picture := image.NewRGBA(image.Rect(0, 0, 40, 30))
	picture.Set(39, 29, colour)
	at := image.Pt(100*number, 0)
	return Shot{Number: number, Name: fmt.Sprint("DP-", number), Image: picture, Bounds: image.Rectangle{Max: image.Pt(40, 30)}.Add(at), Scale: 1}
}

// What is new is handed out, and nothing else; the pauses grow with the work.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shown := [][]Shot{ // at each look
			{shotOf(1, color.White), shotOf(2, color.White)},
			{shotOf(1, color.White), shotOf(2, color.White)},
			{shotOf(1, color.White), shotOf(2, color.Black)},
			{shotOf(1, color.White)},
			{shotOf(1, color.White), shotOf(2, color.Black)},
			{shotOf(1, color.Black), shotOf(2, color.Black)},
		}
		takes := []time.Duration{0, 100, 400, 2000, 0, 0} // milliseconds
		began, n := time.Now(), 0
		var at []time.Duration
		grab := func(context.Context) ([]Shot, error) {
			at = append(at, time.Since(began))
			time.Sleep(takes[n] * time.Millisecond)
			n++
			return shown[n-1], nil
		}
		var seen []string
		err := watch(t.Context(), grab, nil, shortestGap, func(_ context.Context, shots []Shot) (bool, error) {
			for _, s := range shots {
				seen = append(seen, fmt.Sprintf("%d at look %d", s.Number, n))
			}
			return n == len(shown), nil
		})
		if want := []string{"1 at look 1", "2 at look 1", "2 at look 3", "2 at look 5", "1 at look 6"}; err != nil || !reflect.DeepEqual(seen, want) {
			t.Errorf("seen %q, %v", seen, err)
		}
		// One second at least; 19 times 0.1 and 0.4 seconds; 5 seconds at most.
		if want := []time.Duration{0, 1000, 3000, 8400, 15400, 16400}; !reflect.DeepEqual(at, milliseconds(want)) {
			t.Errorf("looked at %v", at)
		}
	})
}

func milliseconds(list []time.Duration) (out []time.Duration) {
	for _, d := range list {
		out = append(out, d*time.Millisecond)
	}
	return out
}

func TestWatchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shots, broken := []Shot{shotOf(1, color.White)}, errors.New("broken")
		grab := func(context.Context) ([]Shot, error) { return shots, nil }
		if err := watch(t.Context(), grab, nil, shortestGap, func(context.Context, []Shot) (bool, error) { return false, broken }); !errors.Is(err, broken) {
			t.Error(err)
		}
		looks, began := 0, time.Now()
		err := watch(t.Context(), grab, nil, longestGap, func(context.Context, []Shot) (bool, error) {
			looks++
			shots[0] = shotOf(1, color.Gray{byte(looks)})
			return looks == 3, nil
		})
		if took := time.Since(began); err != nil || took != 10*time.Second {
			t.Errorf("three looks of a desktop that flashes took %v, %v", took, err)
		}
		fails := func(context.Context) ([]Shot, error) { return nil, broken }
		if err := watch(t.Context(), fails, nil, shortestGap, nil); !errors.Is(err, broken) {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond) // in the second pause
		defer cancel()
		if err := watch(ctx, grab, nil, shortestGap, func(context.Context, []Shot) (bool, error) { return false, nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// A picture that is missing now and then does not end it.
func TestWatchMisses(t *testing.T) {
	for name, c := range map[string]struct {
		errs []error
		ends int // at this look
	}{
		"the first one":      {[]error{ErrPicture}, 0},
		"two, and two again": {[]error{nil, ErrPicture, ErrSilent, nil, ErrPicture, ErrPicture, nil}, 7},
		"three":              {[]error{nil, ErrSilent, ErrSilent, ErrSilent}, 3},
		"it is forbidden":    {[]error{nil, ErrRefused}, 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			n, handed := -1, 0
			over := errors.New("all looks were taken")
			grab := func(context.Context) ([]Shot, error) {
				if n++; n == len(c.errs) {
					return nil, over
				}
				return []Shot{shotOf(1, color.White)}, c.errs[n]
			}
			err := watch(t.Context(), grab, nil, shortestGap, func(context.Context, []Shot) (bool, error) {
				handed++
				return false, nil
			})
			want := over
			if c.ends < len(c.errs) {
				want = c.errs[c.ends]
			}
			if n != c.ends || !errors.Is(err, want) || handed > 1 { // what shows the same is handed out once
				t.Errorf("%s: ended at look %d with %v, handed out %d", name, n, err, handed)
			}
		})
	}
}

// brush tells when something is painted.
type brush struct {
	strokes   chan struct{}
	forgotten int
	broken    error
}

func (b *brush) close() {}
func (b *brush) forget() error {
	b.forgotten++
	return b.broken
}

func (b *brush) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-b.strokes:
		return nil
	}
}

// As long as nothing is painted, nothing is looked at.
func TestWatchSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, looks := &brush{strokes: make(chan struct{})}, 0
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() {
			ended <- watch(ctx, func(context.Context) ([]Shot, error) { looks++; return nil, nil }, b, shortestGap, nil)
		}()
		for n, want := range []int{1, 2, 3} {
			if n > 0 {
				b.strokes <- struct{}{}
			}
			time.Sleep(time.Hour)
			synctest.Wait()
			if looks != want || b.forgotten != want {
				t.Errorf("looked %d times and forgot %d times, want %d", looks, b.forgotten, want)
			}
		}
		b.broken = errors.New("the connection has ended")
		b.strokes <- struct{}{}
		time.Sleep(10*time.Second + time.Second/2)
		synctest.Wait()
		if looks != 14 { // every second
			t.Errorf("looked %d times without the brush", looks)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// A picture that is missing is taken again, painted or not.
func TestWatchMissesWhatWasPainted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n := &brush{strokes: make(chan struct{}, 1)}, 0
		b.strokes <- struct{}{}
		err := watch(t.Context(), func(context.Context) ([]Shot, error) {
			if n++; n == 2 {
				return nil, ErrPicture
			}
			return []Shot{shotOf(n, color.White)}, nil
		}, b, shortestGap, func(context.Context, []Shot) (bool, error) { return n == 3, nil })
		if err != nil || n != 3 {
			t.Errorf("%d looks, %v", n, err)
		}
	})
}

// The pixels get into no print and no log.
func TestShotSaysNoPixels(t *testing.T) {
	s := shotOf(2, color.White)
	const want = `monitor "DP-2" of 40x30 pixels at 200,0`
	text, _ := s.MarshalText()
	for _, got := range []string{fmt.Sprint(s), fmt.Sprintf("%#v", s), fmt.Sprintf("%+v", s), string(text), s.LogValue().String()} {
		if got != want {
			t.Error(got)
		}
	}
	if got := fmt.Sprintf("%+v", []Shot{s}); strings.Contains(got, "255") {
		t.Error(got)
	}
}
