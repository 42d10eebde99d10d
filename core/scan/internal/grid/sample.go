package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

// sample gives each module's level, row by row: the mean of a few places in its
// middle. A module of hardly more than a pixel has no middle but one place.
func (p *place) sample(w *warp) []float64 {
	places := []float64{-0.2, 0.2}
	switch module := p.corners.module(); {
	case module > 4:
		places = []float64{-0.25, 0, 0.25}
	case module < 1.6:
		places = []float64{0}
	}
	n := float64(len(places) * len(places))
	levels := make([]float64, p.size*p.size)
	for i := range levels {
		if i%p.size == 0 && !p.effort.Spend(p.size*len(places)*len(places)) {
			break // what follows ends as well
		}
		x, y := float64(i%p.size)+0.5, float64(i/p.size)+0.5
		for _, dy := range places {
			for _, dx := range places {
				at := w.at(geom.Point{X: x + dx, Y: y + dy})
				levels[i] += p.grey.At(at.X, at.Y) / n
			}
		}
	}
	return levels
}

// sharpened adds to each module a share of how it differs from its four
// neighbours. That takes back what blur has mixed, for hardly any time.
func sharpened(levels []float64, size int, share float64) []float64 {
	out := make([]float64, len(levels))
	for y := range size {
		up, down := max(y-1, 0)*size, min(y+1, size-1)*size
		for x := range size {
			v := levels[y*size+x]
			around := levels[up+x] + levels[down+x] + levels[y*size+max(x-1, 0)] + levels[y*size+min(x+1, size-1)]
			out[y*size+x] = v + share*(4*v-around)
		}
	}
	return out
}

// boxMean is the mean of the levels within radius modules of each.
func boxMean(levels []float64, size, radius int) []float64 {
	stride := size + 1
	sums := make([]float64, stride*stride) // of all that is above and left
	for y := range size {
		row := 0.0
		for x := range size {
			row += levels[y*size+x]
			sums[(y+1)*stride+x+1] = sums[y*stride+x+1] + row
		}
	}
	out := make([]float64, len(levels))
	for y := range size {
		top, bottom := max(0, y-radius)*stride, min(size, y+radius+1)*stride
		for x := range size {
			left, right := max(0, x-radius), min(size, x+radius+1)
			sum := sums[bottom+right] - sums[top+right] - sums[bottom+left] + sums[top+left]
			out[y*size+x] = sum / float64((bottom-top)/stride*(right-left))
		}
	}
	return out
}
