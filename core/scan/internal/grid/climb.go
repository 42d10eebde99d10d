package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

// climb moves the corners of a flat code as long as the known modules agree
// better. The last corner has no finder pattern and moves further. Where the finder
// patterns have no corners, being round, it is all that tells the perspective; tiny
// codes gain too.
func (p *place) climb(w warp) (warp, float64) {
	const furtherLast = 1.6
	module := p.corners.module()
	corners := w.flat.Image(w.size)
	best := p.agreement(&w)
	first := 0.6
	if p.corners.guessed() {
		first = 1.6
	}
	for step := first; step > 0.06 && !p.effort.Over(); step *= 0.55 { // in modules
		for range 2 {
			better := false
			for i := range corners {
				if p.effort.Over() {
					return w, best
				}
				pixels := step * module
				if i == 2 {
					pixels *= furtherLast
				}
				for _, d := range [4]geom.Point{{X: pixels}, {X: -pixels}, {Y: pixels}, {Y: -pixels}} {
					moved := corners
					moved[i] = moved[i].Plus(d)
					changed := w
					changed.flat = geom.SquareTo(moved, w.size)
					if a := p.agreement(&changed); a > best && !p.effort.Over() {
						best, w, corners, better = a, changed, moved, true
					}
				}
			}
			if !better {
				break
			}
		}
	}
	return w, best
}
