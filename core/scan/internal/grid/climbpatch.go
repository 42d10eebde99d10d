package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

const (
	// minCurved is the agreement before the climb from which a patch is worth it.
	minCurved = 0.30
	// maxOffCurve is how far the last alignment pattern is looked for, in modules.
	maxOffCurve = 4
)

// curved lays the code on a patch; false where no code is there.
func (p *place) curved() (w warp, agreement float64, ok bool) {
	h, ok := newPatch(p.corners, p.size)
	if !ok {
		return w, 0, false
	}
	w = warp{patch: h, size: float64(p.size)}
	if n := len(p.alignment); n == 2 {
		at := geom.Point{X: p.alignment[n-1], Y: p.alignment[n-1]}
		if offset, score := p.findAlignment(&w, at, geom.Point{}, maxOffCurve); score > minAlignment {
			last := &h.knots[1][1].at
			*last = last.Plus(offset)
		}
	}
	agreement = p.agreement(&w)
	if len(p.alignment) > 2 {
		// A large code bends more than once: from one alignment pattern to the next.
		if aligned, found := p.aligned(&w); found > 0 {
			if a := p.agreement(&aligned); a > agreement {
				w, agreement = aligned, a
			}
		}
	}
	return w, agreement, agreement > minCurved
}

// climbCurved moves the last corner of a patch and all its slopes as long as the
// known modules agree better. The middles of finder patterns stay: they are known.
func (p *place) climbCurved(w *warp, best float64) float64 {
	const furtherLast, slopeStep = 1.6, 3
	// try moves a vector in four directions.
	try := func(v *geom.Point, step float64) (better bool) {
		for _, d := range [4]geom.Point{{X: step}, {X: -step}, {Y: step}, {Y: -step}} {
			if p.effort.Over() {
				return false
			}
			before := *v
			*v = v.Plus(d)
			if a := p.agreement(w); a > best {
				best, better = a, true
			} else {
				*v = before
			}
		}
		return better
	}
	h, module := w.patch, p.corners.module()
	for step := 0.6 * module; step > 0.08*module; step *= 0.55 {
		for range 2 {
			better := try(&h.knots[1][1].at, furtherLast*step)
			for _, k := range [4]*knot{&h.knots[1][1], &h.knots[1][0], &h.knots[0][1], &h.knots[0][0]} {
				better = try(&k.right, slopeStep*step/h.span) || better
				better = try(&k.down, slopeStep*step/h.span) || better
			}
			if !better {
				break
			}
		}
	}
	return best
}
