package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

// climb moves the corners of the code, and if it may bend the bend, as long as
// the known modules agree better. The last corner has no finder pattern and
// moves further.
func (p *place) climb(w warp, bend bool) (warp, float64) {
	const furtherLast, bendStep = 1.6, 1.2
	module := p.corners.module()
	corners := w.flat.Image(w.size)
	best := p.agreement(&w)
	// try takes a change if it is one for the better.
	try := func(changed warp) bool {
		if p.effort.Over() {
			return false
		}
		if a := p.agreement(&changed); a > best {
			best, w = a, changed
			return true
		}
		return false
	}
	first := 0.6
	if p.corners.guessed() {
		first = 1.6
	}
	for step := first; step > 0.06; step *= 0.55 { // in modules
		for range 2 {
			better := false
			for i := range corners {
				pixels := step * module
				if i == 2 {
					pixels *= furtherLast
				}
				for _, d := range [4]geom.Point{{X: pixels}, {X: -pixels}, {Y: pixels}, {Y: -pixels}} {
					moved := corners
					moved[i] = moved[i].Plus(d)
					changed := w
					changed.flat = geom.SquareTo(moved, w.size)
					if try(changed) {
						corners, better = moved, true
					}
				}
			}
			for i := range w.bend {
				for _, d := range [2]float64{bendStep * step, -bendStep * step} {
					changed := w
					changed.bent = true
					changed.bend[i] += d
					if bend && try(changed) {
						better = true
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
