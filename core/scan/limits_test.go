package scan

import (
	"context"
	"image"
	"image/color"
	"math"
	"slices"
	"testing"

	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// rings is a camera's frame full of what looks like finder patterns, but is round.
func rings(frame *image.RGBA) *image.RGBA {
	const pitch, module = 18, 2
	for y := range frame.Rect.Dy() {
		for x := range frame.Rect.Dx() {
			r := math.Hypot(float64(x%pitch-pitch/2), float64(y%pitch-pitch/2)) / module
			if r < 1.5 || r > 2.5 && r < 3.5 {
				frame.Set(x, y, color.Gray{Y: 40})
			}
		}
	}
	return frame
}

// A frame that is full of rings takes a quick reader no more than its limits.
func TestQuickIsBounded(t *testing.T) {
	frame := rings(page(640, 480, nil))
	grey, err := lum.From(context.Background(), frame)
	if err != nil {
		t.Fatal(err)
	}
	s := newSearch(context.Background(), grey, true)
	v, err := s.see(s.looks[0])
	if err != nil {
		t.Fatal(err)
	}
	if n := len(v.finders); n == 0 || n > s.limits.finders {
		t.Errorf("%d finder patterns are combined, at most %d may be", n, s.limits.finders)
	}
	s = newSearch(context.Background(), grey, true)
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
	const oneAttempt = 30_000
	if s.wasted == 0 || s.wasted > s.limits.wasted+oneAttempt {
		t.Errorf("%d samples were wasted, at most %d may be", s.wasted, s.limits.wasted)
	}
	thorough := newSearch(context.Background(), grey, false)
	if err := thorough.run(); err != nil {
		t.Fatal(err)
	}
	if thorough.wasted <= s.limits.wasted+oneAttempt {
		t.Errorf("a whole search wastes %d samples: the picture tests nothing", thorough.wasted)
	}
}

// What looks like a code takes nothing away from one that is.
func TestQuickReadsAmongRings(t *testing.T) {
	code := drawn(t, login, 4)
	frame := rings(page(640, 480, nil))
	at := image.Pt(200, 100)
	for y := range code.Rect.Dy() {
		for x := range code.Rect.Dx() {
			frame.Set(at.X+x, at.Y+y, code.GrayAt(x, y))
		}
	}
	got, err := Quick().Read(context.Background(), frame)
	if err != nil || !slices.Equal(texts(got), []string{login}) {
		t.Errorf("read %q, %v", texts(got), err)
	}
}
