package find

import (
	"math"
	"testing"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

func TestDisc(t *testing.T) {
	const side, module = 60, 6
	at := geom.Point{X: side / 2, Y: side / 2}
	drawn := func(dark func(dx, dy float64) bool) *lum.Grey {
		g := lum.New(side, side)
		for i := range g.Pix {
			g.Pix[i] = 230
			if dark((float64(i%side)+0.5-at.X)/module, (float64(i/side)+0.5-at.Y)/module) {
				g.Pix[i] = 20
			}
		}
		return &g
	}
	disc := func(dx, dy float64) bool { return math.Hypot(dx, dy) < 1.5 }
	for name, c := range map[string]struct {
		dark func(dx, dy float64) bool
		ok   bool
	}{
		"disc":          {disc, true},
		"square":        {func(dx, dy float64) bool { return max(math.Abs(dx), math.Abs(dy)) < 1.5 }, true},
		"with a tail":   {func(dx, dy float64) bool { return disc(dx, dy) || dx > 0 && math.Abs(dy) < 0.6 }, false},
		"with a hole":   {func(dx, dy float64) bool { return disc(dx, dy) && math.Hypot(dx, dy) > 0.7 }, false},
		"nothing there": {func(float64, float64) bool { return false }, false},
	} {
		f, ok := Disc(drawn(c.dark), Candidate{Centre: at, Module: module, Rows: 3})
		if ok != c.ok || f.Disc != c.ok {
			t.Errorf("%s: %v, %v", name, ok, f.Share)
		}
	}
}
