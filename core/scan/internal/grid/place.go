package grid

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// Corners are the finder patterns of a code: top left, top right, bottom left.
type Corners [3]*find.Finder

// guessed reports whether one of them was not seen.
func (c Corners) guessed() bool { return c[0].Guessed || c[1].Guessed || c[2].Guessed }

// square reports whether the outer corners of all are known.
func (c Corners) square() bool { return c[0].Square && c[1].Square && c[2].Square }

// Strong reports whether all of them are finder patterns for sure.
func (c Corners) Strong() bool { return c[0].Strong() && c[1].Strong() && c[2].Strong() }

// module is the mean size of a module in the picture, in pixels.
func (c Corners) module() float64 { return (c[0].Module + c[1].Module + c[2].Module) / 3 }

// sides are the ways along the upper and the left side.
func (c Corners) sides() geom.Basis {
	return geom.Basis{U: c[1].Centre.Minus(c[0].Centre), V: c[2].Centre.Minus(c[0].Centre)}
}

// place is a code of one size at one place of the picture.
type place struct {
	*symbol
	grey    *lum.Grey
	corners Corners
	effort  *Effort

	// threshold is a plane through the levels of the three finder patterns, over the
	// code's coordinates: how the light falls across the code.
	threshold struct{ right, down, origin float64 }
	// scale makes a level less the threshold what is 1 in a dark module.
	scale float64
}

func (r *Reader) newPlace(g *lum.Grey, c Corners, size int) *place {
	p := &place{
		symbol: r.symbol(size, [3]bool{c[0].Guessed, c[1].Guessed, c[2].Guessed}),
		grey:   g, corners: c, effort: &r.Effort,
	}
	between := float64(size - 7)
	p.threshold.right = (c[1].Threshold() - c[0].Threshold()) / between
	p.threshold.down = (c[2].Threshold() - c[0].Threshold()) / between
	p.threshold.origin = c[0].Threshold() - 3.5*(p.threshold.right+p.threshold.down)
	half := 0.0
	for _, f := range c {
		half += math.Abs(f.Ring-f.Core) / 6
	}
	p.scale = -1 / half
	if c[0].Light {
		p.scale = 1 / half
	}
	return p
}

// thresholdAt is the plane's level at a point of the code.
func (p *place) thresholdAt(at geom.Point) float64 {
	return p.threshold.right*at.X + p.threshold.down*at.Y + p.threshold.origin
}

// darkness is that of a place in the picture, from -1 to 1.
func (p *place) darkness(threshold float64, at geom.Point) float64 {
	d := (p.grey.At(at.X, at.Y) - threshold) * p.scale
	if d > 1 {
		return 1
	}
	if d < -1 {
		return -1
	}
	return d
}

// off is how far from the middle of a module, in both directions, it is looked at:
// half way to the corners or a bit more, where a grid that is not quite right shows
// first.
const off = 0.27

// clear is the sum of the darkness at four places of a module, from -4 to 4.
func (p *place) clear(threshold float64, w *warp, middle geom.Point) float64 {
	m, b := w.frame(middle)
	return p.around(threshold, m, b.U.Plus(b.V).Times(off), b.U.Minus(b.V).Times(off))
}

// around is the sum of the darkness at four places around one.
func (p *place) around(threshold float64, m, u, v geom.Point) float64 {
	return p.darkness(threshold, geom.Point{X: m.X + u.X, Y: m.Y + u.Y}) + p.darkness(threshold, geom.Point{X: m.X - u.X, Y: m.Y - u.Y}) +
		p.darkness(threshold, geom.Point{X: m.X + v.X, Y: m.Y + v.Y}) + p.darkness(threshold, geom.Point{X: m.X - v.X, Y: m.Y - v.Y})
}

// agreement is how well the known modules are where the warp says, from -1 to
// 1: a true place has more than 0.6, one that chance made seldom 0.3.
func (p *place) agreement(w *warp) float64 {
	sum, weight := 0.0, 0.0
	for i := range p.known {
		k := &p.known[i]
		sum += k.dark * k.weight * p.clear(p.thresholdAt(k.middle), w, k.middle)
		weight += 4 * k.weight
	}
	p.effort.Spend(4 * len(p.known))
	return sum / weight
}

// probe is the agreement of the middles of the modules in finder and timing
// patterns: a hundredth of what a try costs.
func (p *place) probe(w *warp) float64 {
	sum, weight := 0.0, 0.0
	for i := range p.known[:p.near] {
		k := &p.known[i]
		sum += k.dark * k.weight * p.darkness(p.thresholdAt(k.middle), w.at(k.middle))
		weight += k.weight
	}
	p.effort.Spend(p.near)
	return sum / weight
}
