package find

import (
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

const (
	// maxReach is how far a ray goes, in modules: to the corner of a pattern that is
	// seen from the side. maxSteps bounds it for huge ones.
	maxReach, maxSteps = 9, 500

	// turn is how much the level has to change for a ray to have met something, as
	// a share of the difference between middle and ring.
	turn = 0.22
)

// ray follows the levels from the middle outwards: ring, square, outside. In a
// blurred picture the rings are grey, not light and dark, so that each crossing
// is where the level is half way between the extremes of this ray, not where it
// passes a threshold. The result is the outer edge of the square, in lengths of
// the direction.
//
// merged is a square that has something as dark beside it, and no edge there: it
// is where the ring's edge says.
func (f *Finder) ray(g *lum.Grey, direction geom.Point) (edge float64, merged, ok bool) {
	step := max(min(f.Module/4, 1), 0.25, f.Module*maxReach/maxSteps)
	threshold, sign := f.Threshold(), 1.0 // levels below are above 0 where they are the ring's
	if f.Light {
		sign = -1
	}
	hysteresis := turn * sign * (f.Ring - f.Core)

	var levels [maxSteps + 2]float64
	levels[0] = (g.At(f.Centre.X, f.Centre.Y) - threshold) * sign
	last := int(f.Module*maxReach/step) + 1
	state, inner := 0, 0.0
	extreme := 0         // the step of the highest or lowest level since the last turn
	var ring, square int // the steps of their extremes
	for n := 1; n <= last && n < len(levels); n++ {
		p := f.Centre.Plus(direction.Times(float64(n) * step))
		v := (g.At(p.X, p.Y) - threshold) * sign
		levels[n] = v
		switch state {
		case 0: // in the middle
			if v > 0 {
				inner = crossing(levels[n-1:n+1], 0) + float64(n-1)
				state, extreme = 1, n
			}
		case 1: // in the ring
			if v > levels[extreme] {
				extreme = n
			} else if v < levels[extreme]-hysteresis {
				ring, state, extreme = extreme, 2, n
			}
		case 2: // in the square around it
			if v < levels[extreme] {
				extreme = n
			} else if v > levels[extreme]+hysteresis {
				square, state, extreme = extreme, 3, n
			}
		case 3: // outside
			if v > levels[extreme] {
				extreme = n
			}
			if v < levels[extreme]-hysteresis || float64(n) > float64(square)+0.9*(float64(square)-inner) {
				last = n
			}
		}
	}
	if state < 2 {
		return 0, false, false
	}
	if state == 2 {
		square = extreme
	}
	light, dark := levels[ring], levels[square]
	middle := crossing(levels[ring:square+1], (light+dark)/2) + float64(ring)
	if state == 3 {
		outside := min(levels[extreme], 1.3*light+0.2*max(light, -light)) // a page may be lighter than the ring: blur
		outer := crossing(levels[square:extreme+1], (outside+dark)/2) + float64(square)
		// 1.5 : 2.5 : 3.5 are 0.43 and 0.71.
		a, b := inner/outer, middle/outer
		if a >= 0.27 && a <= 0.60 && b >= 0.56 && b <= 0.86 {
			return outer * step, false, true
		}
		if b >= 0.56 {
			return 0, false, false
		}
	}
	a := inner / middle
	return middle * step * 3.5 / 2.5, true, a >= 0.48 && a <= 0.72
}

// crossing is where levels first pass a level, in steps from the first one; the
// middle if they never do.
func crossing(levels []float64, level float64) float64 {
	for i := 1; i < len(levels); i++ {
		a, b := levels[i-1]-level, levels[i]-level
		if (a > 0) != (b > 0) {
			return float64(i-1) + a/(a-b)
		}
	}
	return float64(len(levels)-1) / 2
}
