package find

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// likeness is Pearson's correlation of the levels of the 7 x 7 modules with those
// of a finder pattern, from -1 to 1. Rays cross letters where they cross a finder
// pattern; the corners of the squares are not there.
func (f *Finder) likeness(g *lum.Grey) float64 {
	const n, mean = 49, (33.0 - 16.0) / 49 // of 33 dark and 16 light modules
	var sum, squares, products float64
	for y := range 7 {
		for x := range 7 {
			expected := -1.0
			if max(x-3, 3-x, y-3, 3-y) == 2 {
				expected = 1
			}
			at := f.Corners.At((float64(x)+0.5)/7, (float64(y)+0.5)/7)
			v := g.At(at.X, at.Y)
			sum, squares, products = sum+v, squares+v*v, products+v*expected
		}
	}
	variance := squares/n - sum/n*sum/n
	if variance <= 0 {
		return 0
	}
	like := (products/n + mean*sum/n) / math.Sqrt(variance*(1-mean*mean))
	if f.Light {
		return -like
	}
	return like
}
