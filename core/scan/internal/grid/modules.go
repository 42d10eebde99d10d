package grid

import (
	"github.com/makiuchi-d/gozxing"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

// decode samples the modules and decodes them, with thresholds from the plane
// through the finder patterns, then from modules around (which gains 11); as they
// are, then sharpened (35, of which 4 by much).
func (p *place) decode(w *warp, hard bool) (Content, bool) {
	levels := p.sample(w)
	if p.effort.Over() {
		return Content{}, false
	}
	shares, radii := []float64{0, 0.12}, []int{4}
	if hard {
		shares, radii = []float64{0, 0.12, 0.3}, []int{3, 8, p.size}
	}
	plane := make([]float64, len(levels))
	for i := range plane {
		plane[i] = p.thresholdAt(geom.Point{X: float64(i%p.size) + 0.5, Y: float64(i/p.size) + 0.5})
	}
	for _, share := range shares {
		sharp := levels
		if share > 0 {
			sharp = sharpened(levels, p.size, share)
		}
		if content, ok := p.decodeLevels(sharp, plane); ok {
			return content, true
		}
		for _, radius := range radii {
			if p.effort.Over() {
				return Content{}, false
			}
			if content, ok := p.decodeLevels(sharp, boxMean(sharp, p.size, radius)); ok {
				return content, true
			}
		}
	}
	return Content{}, false
}

// decodeCost is what decoding a module takes, in samples.
const decodeCost = 2

func (p *place) decodeLevels(levels, thresholds []float64) (Content, bool) {
	if !p.effort.Spend(decodeCost * len(levels)) {
		return Content{}, false
	}
	modules, err := gozxing.NewSquareBitMatrix(p.size)
	if err != nil {
		return Content{}, false
	}
	for i, level := range levels {
		if (level < thresholds[i]) == (p.scale < 0) {
			modules.Set(i%p.size, i/p.size)
		}
	}
	return decode(modules)
}
