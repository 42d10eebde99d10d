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
// finder patterns, or on their middles. The last alignment pattern would be a
// fourth corner; climbing makes it unnecessary.
func (p *place) starts(thorough bool) (list []warp) {
	least := minProbe
	if p.corners.Strong() {
		least = minProbeSure
	}
	add := func(w warp, ok bool) {
		if ok && p.probe(&w) >= least {
			list = append(list, w)
		}
	}
	if p.corners.square() {
		flat, ok := geom.Fit(p.squares())
		add(warp{flat: flat, size: float64(p.size)}, ok)
	}
	if !p.corners.guessed() && (!p.corners.square() || thorough) {
		add(p.parallelogram())
	}
	return list
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

// parallelogram lays the code on the middles of the finder patterns, as if it were
// seen from far away.
func (p *place) parallelogram() (warp, bool) {
	last := float64(p.size) - margin
	a, b, c := p.corners[0].Centre, p.corners[1].Centre, p.corners[2].Centre
	flat, ok := geom.Fit([]geom.Pair{
		{Code: geom.Point{X: margin, Y: margin}, Picture: a, Weight: 1},
		{Code: geom.Point{X: last, Y: margin}, Picture: b, Weight: 1},
		{Code: geom.Point{X: margin, Y: last}, Picture: c, Weight: 1},
		{Code: geom.Point{X: last, Y: last}, Picture: b.Plus(c).Minus(a), Weight: 1},
	})
	return warp{flat: flat, size: float64(p.size)}, ok
}
