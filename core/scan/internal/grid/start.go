package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

// How well the middles of modules in finder and timing patterns have to agree for
// a flat grid to be tried. True codes that are flat have 0.5 and more, curved ones
// 0.3; of what letters make, 95 of 100 are below that, and end here.
const (
	minProbe     = 0.35
	minProbeSure = 0.15 // three strong finder patterns
)

// starts are the ways to lay a flat grid: on the twelve corners of the three
// finder patterns, or on their middles, each together with the last alignment
// pattern if that is found.
func (p *place) starts(thorough bool) (list []warp) {
	n := float64(p.size)
	least := minProbe
	if p.corners.Strong() {
		least = minProbeSure
	}
	if p.corners.square() {
		radius := min(1.5+0.05*n, 4)
		if p.corners.guessed() {
			radius = min(2.5+0.08*n, 7)
		}
		pairs := p.squares()
		if flat, ok := geom.Fit(pairs); ok {
			w := warp{flat: flat, size: n}
			if p.probe(&w) >= least {
				if better, ok := p.withAlignment(w, pairs, radius); ok && p.agreement(&better) > p.agreement(&w) {
					w = better
				}
				list = append(list, w)
			}
		}
	}
	if p.corners.guessed() || p.corners.square() && !thorough {
		return list
	}
	pairs := p.middles()
	w, ok := p.parallelogram(pairs)
	if !ok || p.probe(&w) < least {
		return list
	}
	if better, ok := p.withAlignment(w, pairs, min(3+0.08*n, 7)); ok {
		list = append(list, better)
	}
	return append(list, w)
}

// squares are the corners of the finder patterns.
func (p *place) squares() (pairs []geom.Pair) {
	between := float64(p.size - 7)
	for i, at := range [3]geom.Point{{}, {X: between}, {Y: between}} {
		weight := 1.0
		if p.corners[i].Guessed {
			weight = 0.05
		}
		for j, corner := range [4]geom.Point{{}, {X: 7}, {X: 7, Y: 7}, {Y: 7}} {
			pairs = append(pairs, geom.Pair{Code: at.Plus(corner), Picture: p.corners[i].Corners[j], Weight: weight})
		}
	}
	return pairs
}

// middles are those of the finder patterns.
func (p *place) middles() []geom.Pair {
	last := float64(p.size) - margin
	return []geom.Pair{
		{Code: geom.Point{X: margin, Y: margin}, Picture: p.corners[0].Centre, Weight: 1},
		{Code: geom.Point{X: last, Y: margin}, Picture: p.corners[1].Centre, Weight: 1},
		{Code: geom.Point{X: margin, Y: last}, Picture: p.corners[2].Centre, Weight: 1},
	}
}

// parallelogram lays the code on three points without perspective.
func (p *place) parallelogram(pairs []geom.Pair) (warp, bool) {
	last := float64(p.size) - margin
	fourth := pairs[1].Picture.Plus(pairs[2].Picture).Minus(pairs[0].Picture)
	flat, ok := geom.Fit(append(pairs[:3:3], geom.Pair{Code: geom.Point{X: last, Y: last}, Picture: fourth, Weight: 1}))
	return warp{flat: flat, size: float64(p.size)}, ok
}

// withAlignment lays the grid anew with the last alignment pattern, which is
// close to the corner without a finder pattern.
func (p *place) withAlignment(w warp, pairs []geom.Pair, radius float64) (warp, bool) {
	if len(p.alignment) == 0 {
		return w, false
	}
	last := p.alignment[len(p.alignment)-1]
	at := geom.Point{X: last, Y: last}
	offset, score := p.findAlignment(&w, at, geom.Point{}, radius)
	if score <= minAlignment {
		return w, false
	}
	flat, ok := geom.Fit(append(pairs[:len(pairs):len(pairs)], geom.Pair{Code: at, Picture: w.at(at).Plus(offset), Weight: 3}))
	return warp{flat: flat, size: w.size}, ok
}
