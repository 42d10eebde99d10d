package find

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// Finder is a finder pattern.
type Finder struct {
	Candidate
	// Share is how many of the rays from the middle cross light and dark where a
	// finder pattern has them, of 1. Letters seldom reach a half; a true finder
	// pattern has more than 0.85.
	Share float64
	// Core and Ring are the levels of the middle and of the ring around it.
	Core, Ring float64
	// Corners are those of the outer square, if it is one: a circle is not.
	Corners  geom.Quad
	Square   bool
	Likeness float64
	// Guessed is a finder pattern that was not seen, but concluded from two others.
	Guessed bool
	// Disc is a pattern without its outer square.
	Disc bool
}

// Strong reports whether it is a finder pattern for sure.
func (f *Finder) Strong() bool {
	return f.Square && f.Share >= strongShare && f.Likeness >= strongLikeness
}

// Threshold is the level between the pattern's dark and light.
func (f *Finder) Threshold() float64 { return (f.Core + f.Ring) / 2 }

// Scaled is the finder pattern in a picture with other pixels.
func (f Finder) Scaled(factor float64) Finder {
	f.Centre, f.Corners, f.Module = f.Centre.Times(factor), f.Corners.Scaled(factor), f.Module*factor
	return f
}

const (
	// rays is the number of rays around the middle. The first ones cast are a
	// quarter of them: most candidates end there.
	rays, firstRays, minFirstRays = 32, 8, 3

	// mergedShare is what a ray that ends in something dark counts.
	mergedShare = 0.85

	// Of true finder patterns 9 in 10 are as like one as this, of letters that have
	// the rays and a square around them 1 in 100.
	strongShare, strongLikeness = 0.85, 0.9

	// minLevels is the least difference between the levels of middle and ring.
	minLevels = 12
)

// Measure casts rays from a candidate's middle. It is false where too few of
// them look like a finder pattern's.
func Measure(g *lum.Grey, c Candidate) (Finder, bool) {
	f := Finder{Candidate: c}
	f.levels(g)
	if math.Abs(f.Ring-f.Core) < minLevels {
		return f, false
	}
	seen, merged, ok := f.cast(g, circle(), minFirstRays)
	if !ok {
		return f, false
	}
	reach := spread(seen, f.Centre, circle())
	if len(seen) >= rays/2 {
		// Seen from the side, the pattern is an ellipse rather than a circle, and rays
		// at equal angles leave too few for its short sides.
		if around, ok := ellipse(seen, f.Centre); ok {
			if seen, merged, ok = f.cast(g, around, 0); !ok {
				return f, false
			}
			reach = spread(seen, f.Centre, around)
		}
	}
	f.Share = (float64(len(seen)) - (1-mergedShare)*float64(merged)) / rays
	// The corners of a square are 1.41 times as far from its middle as its sides.
	const notRound = 1.2
	if len(seen) >= rays*5/8 && reach >= notRound {
		if corners, ok := fitSquare(seen, f.Centre); ok {
			f.Corners, f.Square = corners, true
			f.Module = math.Sqrt(corners.Area()) / 7
			f.Likeness = f.likeness(g)
		}
	}
	return f, f.Share > 0.3
}

// levels measures the middle and, as the mean of the extremes of eight
// directions, the ring.
func (f *Finder) levels(g *lum.Grey) {
	x, y, d := f.Centre.X, f.Centre.Y, 0.7*f.Module
	f.Core = (2*g.At(x, y) + g.At(x-d, y) + g.At(x+d, y) + g.At(x, y-d) + g.At(x, y+d)) / 6
	directions := circle()
	f.Ring = 0
	for i := 0; i < rays; i += rays / firstRays {
		extreme := f.Core
		for r := 1.2; r < 3.6; r += 0.3 {
			p := f.Centre.Plus(directions[i].Times(r * f.Module))
			if level := g.At(p.X, p.Y); f.Light == (level < extreme) {
				extreme = level
			}
		}
		f.Ring += extreme / firstRays
	}
}

// circle is the directions of the rays. None is along a row, where a pattern
// that stands straight would have its edges between the same two pixels.
func circle() (directions [rays]geom.Point) {
	for i := range directions {
		directions[i].Y, directions[i].X = math.Sincos(2 * math.Pi * (float64(i) + 0.3) / rays)
	}
	return directions
}

// cast gives the points where rays leave the outer square, as far as they cross
// light and dark where they should. It is false if too few of the first do.
func (f *Finder) cast(g *lum.Grey, directions [rays]geom.Point, minFirst int) (seen []geom.Point, merged int, ok bool) {
	seen = make([]geom.Point, 0, rays)
	var guessed []geom.Point
	const stride = rays / firstRays
	for i := range rays {
		if i == firstRays && len(seen) < minFirst {
			return nil, 0, false
		}
		d := directions[i%firstRays*stride+i/firstRays]
		r, merged, ok := f.ray(g, d)
		switch p := f.Centre.Plus(d.Times(r)); {
		case ok && merged:
			guessed = append(guessed, p)
		case ok:
			seen = append(seen, p)
		}
	}
	if len(guessed) > len(seen)+2 {
		return seen, 0, true
	}
	return append(seen, guessed...), len(guessed), true
}

// spread is the ratio of the furthest to the nearest point, in units in which
// the directions are a circle.
func spread(seen []geom.Point, centre geom.Point, directions [rays]geom.Point) float64 {
	b := geom.Basis{U: directions[0], V: directions[rays/4]}
	near, far := math.Inf(1), 0.0
	for _, p := range seen {
		if c, ok := b.Coordinates(p.Minus(centre)); ok {
			near, far = min(near, c.Length()), max(far, c.Length())
		}
	}
	return far / near
}

// ellipse, which gains 20, spreads the rays evenly over that with the same second moments
// as the points, if it is far from a circle. The directions keep their lengths:
// they are the circle as the ellipse has it.
func ellipse(seen []geom.Point, centre geom.Point) (directions [rays]geom.Point, ok bool) {
	var xx, xy, yy float64
	for _, p := range seen {
		d := p.Minus(centre)
		xx, xy, yy = xx+d.X*d.X, xy+d.X*d.Y, yy+d.Y*d.Y
	}
	det, trace := xx*yy-xy*xy, xx+yy
	if det <= 0 || trace*trace <= 5.2*det { // 4 is a circle's, 5.2 that of axes as 1 : 1.7
		return directions, false
	}
	// The square root of the moments' matrix, with the determinant one.
	root := math.Sqrt(det)
	k := 1 / math.Sqrt((trace+2*root)*root)
	for i, c := range circle() {
		directions[i] = geom.Point{X: ((xx+root)*c.X + xy*c.Y) * k, Y: (xy*c.X + (yy+root)*c.Y) * k}
	}
	return directions, true
}
