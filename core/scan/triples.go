package scan

import (
	"cmp"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

const (
	// maxTriples is how many combinations of finder patterns are tried in one look.
	maxTriples = 2000

	// How far a code may be from a square: sizes of modules, lengths of the sides
	// and the angle between them, as the library's search for one code takes it.
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

// findTriples gives the combinations that can be a code, those first that are
// squares and small: between two codes that stand side by side are right
// angles too, but mostly longer ones.
func findTriples(finders []*detector.FinderPattern) []triple {
	type point struct{ x, y, module float64 }
	points := make([]point, len(finders))
	for i, f := range finders {
		points[i] = point{f.GetX(), f.GetY(), f.GetEstimatedModuleSize()}
	}
	var list []triple
	for corner, c := range points {
		for i, a := range points {
			ax, ay := a.x-c.x, a.y-c.y
			lengthA := math.Hypot(ax, ay)
			if i == corner || !likely(lengthA, c.module, a.module) {
				continue
			}
			// b is where a would be after a quarter turn to the right.
			for j, b := range points {
				bx, by := b.x-c.x, b.y-c.y
				if ax*by-ay*bx <= 0 {
					continue // on the other side, or one of the two themselves
				}
				lengthB := math.Hypot(bx, by)
				if !likely(lengthB, c.module, b.module) || ratio(a.module, b.module) > maxModuleRatio {
					continue
				}
				sides := ratio(lengthA, lengthB)
				cosine := math.Abs(ax*bx+ay*by) / (lengthA * lengthB)
				if sides > maxSideRatio || cosine > maxCosine {
					continue
				}
				skew := int(20 * (sides - 1 + cosine))
				list = append(list, triple{bottomLeft: j, topLeft: corner, topRight: i, skew: skew, size: lengthA + lengthB})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b triple) int {
		return cmp.Or(cmp.Compare(a.skew, b.skew), cmp.Compare(a.size, b.size))
	})
	return list[:min(len(list), maxTriples)]
}

// likely reports whether two finder patterns of these module sizes can be
// neighbours in a code at this distance.
func likely(distance, moduleA, moduleB float64) bool {
	modules := 2 * distance / (moduleA + moduleB)
	return modules >= minModules && modules <= maxModules && ratio(moduleA, moduleB) <= maxModuleRatio
}

func ratio(a, b float64) float64 { return max(a, b) / min(a, b) }
