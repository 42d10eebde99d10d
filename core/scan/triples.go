package scan

import (
	"cmp"
	"math"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

const (
	// maxNeighbours is how many finder patterns around one are combined with it: the
	// nearest ones. On a page of many codes every two make a right angle with some
	// third.
	maxNeighbours = 40

	// How far a code may be from a square, as it is in a photograph: the sizes of
	// modules, the lengths of the sides, the cosine of the angle between them.
	maxModuleRatio = 2
	maxSideRatio   = 2.2
	maxCosine      = 0.7

	// Between the middles of two finder patterns lie 14 (version 1) to 170 modules
	// (version 40); the module's size is not known exactly.
	minDistance, maxDistance = 9, 220
	minSide, maxSide         = 10, 183

	maxSkew = 3.2

	// minShares is the least sum of the shares.
	minShares = 2.3
)

// triple is three finder patterns, by their places in the list, that may be the
// corners of a code: top left, top right, bottom left.
type triple struct {
	corners [3]int
	skew    float64 // how far from the three of a flat code seen from the front
}

// triples gives the combinations that can be a code, the likely ones first.
func triples(finders []find.Finder) []triple {
	var all []triple
	for corner := range finders {
		near := neighbours(finders, corner)
		for _, right := range near {
			for _, left := range near {
				if right == left {
					continue
				}
				if skew, ok := skewOf(&finders[corner], &finders[right], &finders[left]); ok {
					all = append(all, triple{[3]int{corner, right, left}, skew})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b triple) int {
		return cmp.Or(cmp.Compare(a.skew, b.skew), slices.Compare(a.corners[:], b.corners[:]))
	})
	return all
}

// neighbours are the finder patterns that can belong to the same code.
func neighbours(finders []find.Finder, corner int) (near []int) {
	c := &finders[corner]
	for i := range finders {
		f := &finders[i]
		if i == corner || f.Light != c.Light || ratio(f.Module, c.Module) > maxModuleRatio {
			continue
		}
		if d := 2 * f.Centre.Distance(c.Centre) / (f.Module + c.Module); d >= minDistance && d <= maxDistance {
			near = append(near, i)
		}
	}
	if len(near) > maxNeighbours {
		slices.SortFunc(near, func(a, b int) int {
			return cmp.Or(cmp.Compare(finders[a].Centre.Distance(c.Centre), finders[b].Centre.Distance(c.Centre)), cmp.Compare(a, b))
		})
		near = near[:maxNeighbours]
	}
	return near
}

// skewOf reports how far three finder patterns are from a square's corners, and
// whether they can be these at all.
func skewOf(corner, right, left *find.Finder) (skew float64, ok bool) {
	if corner.Share+right.Share+left.Share < minShares {
		return 0, false
	}
	sides := geom.Basis{U: right.Centre.Minus(corner.Centre), V: left.Centre.Minus(corner.Centre)}
	if sides.U.Cross(sides.V) <= 0 || ratio(right.Module, left.Module) > maxSideRatio {
		return 0, false
	}
	s, ok := shapeOf(corner, sides, (2*corner.Module+right.Module+left.Module)/4)
	if !ok || s.ratio > maxSideRatio || math.Abs(s.cosine) > maxCosine || s.modules < minSide || s.modules > maxSide {
		return 0, false
	}
	skew = 1.5*math.Abs(s.cosine) + 1.2*math.Log(s.ratio)
	skew += 0.6 * math.Log(ratio(corner.Module, right.Module)*ratio(corner.Module, left.Module)*ratio(right.Module, left.Module))
	skew += askew(right, sides.U) + askew(left, sides.V)
	skew += 1.5 * (3 - corner.Share - right.Share - left.Share)
	if skew > maxSkew {
		return 0, false
	}
	// Other finder patterns between these three are suspicious.
	return skew + 0.002*s.modules, true
}

// shape is what two sides are: how different in length, at which angle, how many
// modules long.
type shape struct{ ratio, cosine, modules float64 }

// shapeOf measures the sides in the module units of the corner's pattern where
// its outer square is known, so that a code seen from the side is as square as
// one seen from the front.
func shapeOf(corner *find.Finder, sides geom.Basis, module float64) (shape, bool) {
	u, v := sides.U.Length(), sides.V.Length()
	if !corner.Square {
		return shape{ratio(u, v), sides.U.Dot(sides.V) / (u * v), (u + v) / 2 / module}, true
	}
	units := corner.Corners.Basis()
	a, ok := units.Coordinates(sides.U)
	b, _ := units.Coordinates(sides.V)
	a, b = geom.Point{X: math.Abs(a.X), Y: math.Abs(a.Y)}.Times(7), geom.Point{X: math.Abs(b.X), Y: math.Abs(b.Y)}.Times(7)
	if a.X < a.Y { // the pattern's sides are named in any order
		a.X, a.Y, b.X, b.Y = a.Y, a.X, b.Y, b.X
	}
	if !ok || a.X == 0 || b.Y == 0 {
		return shape{}, false
	}
	return shape{ratio(a.X, b.Y), 0.8 * (a.Y/a.X + b.X/b.Y), (a.X + b.Y) / 2}, true
}

// askew is the sine of the angle between a side of the code and the nearer side
// of the pattern at its end.
func askew(f *find.Finder, side geom.Point) float64 {
	if !f.Square {
		return 0
	}
	b := f.Corners.Basis()
	sine := func(s geom.Point) float64 { return math.Abs(s.Cross(side)) / (s.Length() * side.Length()) }
	return min(sine(b.U), sine(b.V))
}

func ratio(a, b float64) float64 { return max(a, b) / min(a, b) }
