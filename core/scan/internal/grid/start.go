package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

// starts are the ways to lay a flat grid: on the twelve corners of the three
// finder patterns, or on their middles, each together with the last alignment
// pattern if that is found.
func (p *place) starts(thorough bool) (list []warp) {
	n := float64(p.size)
	if p.corners.square() {
		var pairs []geom.Pair
		for i, at := range [3]geom.Point{{}, {X: n - 7}, {Y: n - 7}} {
			weight := 1.0
			if p.corners[i].Guessed {
				weight = 0.05
			}
			for j, corner := range [4]geom.Point{{}, {X: 7}, {X: 7, Y: 7}, {Y: 7}} {
				pairs = append(pairs, geom.Pair{Code: at.Plus(corner), Picture: p.corners[i].Corners[j], Weight: weight})
			}
		}
		radius := min(1.5+0.05*n, 4)
		if p.corners.guessed() {
			radius = min(2.5+0.08*n, 7)
		}
		if flat, ok := geom.Fit(pairs); ok {
			w := warp{flat: flat, size: n}
			if better, ok := p.withAlignment(w, pairs, radius); ok && p.agreement(&better) > p.agreement(&w) {
				w = better
			}
			list = append(list, w)
		}
	}
	if p.corners.guessed() || p.corners.square() && !thorough {
		return list
	}
	a, b, c := p.corners[0].Centre, p.corners[1].Centre, p.corners[2].Centre
	pairs := []geom.Pair{
		{Code: geom.Point{X: 3.5, Y: 3.5}, Picture: a, Weight: 1},
		{Code: geom.Point{X: n - 3.5, Y: 3.5}, Picture: b, Weight: 1},
		{Code: geom.Point{X: 3.5, Y: n - 3.5}, Picture: c, Weight: 1},
	}
	parallelogram := append(pairs, geom.Pair{Code: geom.Point{X: n - 3.5, Y: n - 3.5}, Picture: b.Plus(c).Minus(a), Weight: 1})
	flat, ok := geom.Fit(parallelogram)
	if !ok {
		return list
	}
	w := warp{flat: flat, size: n}
	if better, ok := p.withAlignment(w, pairs, min(3+0.08*n, 7)); ok {
		list = append(list, better)
	}
	return append(list, w)
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
