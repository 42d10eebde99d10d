package grid

import (
	"github.com/makiuchi-d/gozxing/qrcode/decoder"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

// Sizes of codes, in modules: version 1 to version 40.
const minSize, maxSize = 21, 177

// known is a module that is the same in every code of its size.
type known struct {
	middle geom.Point
	dark   float64 // 1, or -1 for light
	weight float64
}

// What a module counts: timing patterns reach where the finder patterns do not,
// alignment patterns furthest.
const finderWeight, timingWeight, alignmentWeight = 1, 1.5, 1.3

// symbol is what is known of a code before it is read.
type symbol struct {
	size  int
	known []known
	// near is how many of the known are of finder and timing patterns; those of the
	// alignment patterns follow.
	near int
	// alignment are the coordinates of the alignment patterns' middles: each of
	// them with each, but for the three that fall on finder patterns.
	alignment []float64
}

// newSymbol leaves out the finder patterns that are not there: of top left, top
// right and bottom left.
func newSymbol(size int, without [3]bool) *symbol {
	s := &symbol{size: size}
	add := func(x, y int, dark bool, weight float64) {
		level := -1.0
		if dark {
			level = 1
		}
		s.known = append(s.known, known{geom.Point{X: float64(x) + 0.5, Y: float64(y) + 0.5}, level, weight})
	}
	for i, corner := range [3][2]int{{0, 0}, {size - 7, 0}, {0, size - 7}} {
		for y := -1; y <= 7; y++ { // with the light border
			for x := -1; x <= 7; x++ {
				px, py := corner[0]+x, corner[1]+y
				if !without[i] && min(px, py) >= 0 && max(px, py) < size {
					ring := max(x-3, 3-x, y-3, 3-y)
					add(px, py, ring != 2 && ring != 4, finderWeight)
				}
			}
		}
	}
	for i := 8; i < size-8; i++ {
		add(i, 6, i%2 == 0, timingWeight)
		add(6, i, i%2 == 0, timingWeight)
	}
	s.near = len(s.known)
	version, err := decoder.Version_GetVersionForNumber((size - 17) / 4)
	if err != nil {
		return s
	}
	centres := version.GetAlignmentPatternCenters()
	for _, y := range centres {
		s.alignment = append(s.alignment, float64(y)+0.5)
		for _, x := range centres {
			if s.onFinder(x, y) {
				continue
			}
			for dy := -2; dy <= 2; dy++ {
				for dx := -2; dx <= 2; dx++ {
					add(x+dx, y+dy, max(dx, -dx, dy, -dy) != 1, alignmentWeight)
				}
			}
		}
	}
	return s
}

// onFinder reports whether an alignment pattern would be on a finder pattern.
func (s *symbol) onFinder(x, y int) bool {
	return min(x, y) < 8 && (max(x, y) < 8 || max(x, y) >= s.size-8)
}
