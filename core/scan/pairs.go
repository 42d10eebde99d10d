package scan

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/grid"
)

const (
	// pairModuleRatio is how different the modules of two corners may be.
	pairModuleRatio = 1.7
	// Of two corners of a square, seen along the patterns' sides, the shorter part
	// of the way is none or as long as the longer one; in perspective nearly.
	maxAlongSide, minDiagonal = 0.35, 0.6
)

// guesses are the corners of codes of which two finder patterns are seen and one
// is damaged, covered or beyond the edge: a gain of 32. Where it must be follows from the two
// in two ways if they are opposite, in four if they are neighbours.
func guesses(a, b *find.Finder) (list []grid.Corners) {
	if !a.Square || !b.Square || a.Light != b.Light || ratio(a.Module, b.Module) > pairModuleRatio {
		return nil
	}
	units := meanUnits(a, b)
	way, ok := units.Coordinates(b.Centre.Minus(a.Centre))
	if !ok {
		return nil
	}
	// third is a pattern at so many modules from a.
	third := func(x, y float64) *find.Finder {
		f := &find.Finder{Guessed: true, Square: true, Share: 0.5, Core: (a.Core + b.Core) / 2, Ring: (a.Ring + b.Ring) / 2}
		f.Light, f.Module = a.Light, (a.Module+b.Module)/2
		f.Centre = a.Centre.Plus(units.At(geom.Point{X: x, Y: y}))
		for i, c := range [4]geom.Point{{X: -3.5, Y: -3.5}, {X: 3.5, Y: -3.5}, {X: 3.5, Y: 3.5}, {X: -3.5, Y: 3.5}} {
			f.Corners[i] = f.Centre.Plus(units.At(c))
		}
		return f
	}
	add := func(topLeft, right, left *find.Finder) {
		if right.Centre.Minus(topLeft.Centre).Cross(left.Centre.Minus(topLeft.Centre)) < 0 {
			right, left = left, right
		}
		list = append(list, grid.Corners{topLeft, right, left})
	}
	x, y := math.Abs(way.X), math.Abs(way.Y)
	long, short := max(x, y), min(x, y)
	switch {
	case long < minSide || long > maxSide:
	case short > minDiagonal*long:
		add(third(way.X, 0), a, b)
		add(third(0, way.Y), a, b)
	case short < maxAlongSide*long:
		for _, up := range [2]float64{long, -long} {
			step := geom.Point{Y: up}
			if y > x {
				step = geom.Point{X: up}
			}
			add(a, b, third(step.X, step.Y))
			add(b, a, third(way.X+step.X, way.Y+step.Y))
		}
	}
	return list
}

// meanUnits is a module's step along both sides of the patterns, the mean of
// both.
func meanUnits(a, b *find.Finder) geom.Basis {
	m, n := a.Corners.Basis(), b.Corners.Basis()
	// same is the side of b that goes where a's does.
	same := func(side geom.Point) geom.Point {
		best, cosine := side, 0.0
		for _, s := range [4]geom.Point{n.U, n.V, n.U.Times(-1), n.V.Times(-1)} {
			if c := s.Dot(side) / (s.Length() * side.Length()); c > cosine {
				best, cosine = s, c
			}
		}
		return best
	}
	return geom.Basis{U: m.U.Plus(same(m.U)).Times(1.0 / 14), V: m.V.Plus(same(m.V)).Times(1.0 / 14)}
}
