package scan

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

const (
	// maxTriples is how many combinations of finder patterns are tried in one look,
	// maxOfCorner how many with the same one as the corner: the right one is among
	// the first few, but on a page of many codes every two of them make a right
	// angle with some third.
	maxTriples  = 2000
	maxOfCorner = 24

	// How far a code may be from a square, as it is in a photograph: the sizes of
	// modules, the lengths of the sides and the angle between them.
	maxModuleRatio = 1.4
	maxSideRatio   = 1.5
	maxCosine      = 0.35

	// Between the middles of two finder patterns lie 14 (version 1) to 170 modules
	// (version 40); the module's size is not known better than to a third.
	minModules, maxModules = 9, 230
)

// triple is three finder patterns, by their places in the list, that may be
// the corners of a code.
type triple struct {
	bottomLeft, topLeft, topRight int
	skew                          int     // how far from a square, in steps
	size                          float64 // length of the sides, in pixels
}

// compare puts first what is a square, then what is small: between two codes
// that stand side by side are right angles too, but mostly longer ones.
func (t triple) compare(o triple) int {
	return cmp.Or(cmp.Compare(t.skew, o.skew), cmp.Compare(t.size, o.size), cmp.Compare(t.topRight, o.topRight), cmp.Compare(t.bottomLeft, o.bottomLeft))
}

// arm is the way from the corner's finder pattern to another one.
type arm struct {
	to                   int
	x, y, length, module float64
}

// findTriples gives the combinations that can be a code, the likely ones first.
func findTriples(ctx context.Context, finders []*detector.FinderPattern) ([]triple, error) {
	var all []triple
	for corner := range finders {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		arms := armsOf(corner, finders)
		best := make([]triple, 0, maxOfCorner+1)
		for _, a := range arms {
			for _, b := range arms {
				skew, ok := square(a, b)
				if !ok {
					continue
				}
				t := triple{bottomLeft: b.to, topLeft: corner, topRight: a.to, skew: skew, size: a.length + b.length}
				if len(best) == maxOfCorner && best[maxOfCorner-1].compare(t) < 0 {
					continue
				}
				at, _ := slices.BinarySearchFunc(best, t, triple.compare)
				best = slices.Insert(best, at, t)
				best = best[:min(len(best), maxOfCorner)]
			}
		}
		all = append(all, best...)
	}
	slices.SortFunc(all, func(a, b triple) int { return cmp.Or(a.compare(b), cmp.Compare(a.topLeft, b.topLeft)) })
	return all[:min(len(all), maxTriples)], nil
}

// armsOf are the ways to the finder patterns that can be neighbours of the
// corner's in a code.
func armsOf(corner int, finders []*detector.FinderPattern) (arms []arm) {
	c := finders[corner]
	for i, f := range finders {
		a := arm{to: i, x: f.GetX() - c.GetX(), y: f.GetY() - c.GetY(), module: f.GetEstimatedModuleSize()}
		a.length = math.Hypot(a.x, a.y)
		modules := 2 * a.length / (a.module + c.GetEstimatedModuleSize())
		if modules >= minModules && modules <= maxModules && ratio(a.module, c.GetEstimatedModuleSize()) <= maxModuleRatio {
			arms = append(arms, a)
		}
	}
	return arms
}

// square reports how far two arms are from the top and the left side of a
// square, and whether they can be these at all: b is to the right of a, as seen
// from the corner.
func square(a, b arm) (skew int, ok bool) {
	cross := a.x*b.y - a.y*b.x
	if cross <= 0 {
		return 0, false
	}
	sides := ratio(a.length, b.length)
	cosine := math.Abs(a.x*b.x+a.y*b.y) / (a.length * b.length)
	if sides > maxSideRatio || cosine > maxCosine || ratio(a.module, b.module) > maxModuleRatio {
		return 0, false
	}
	return int(20 * (sides - 1 + cosine)), true
}

func ratio(a, b float64) float64 { return max(a, b) / min(a, b) }
