package grid

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

// meshed covers the code with a coarse mesh and moves each of its crossings as
// long as modules around it get more decisively dark or light, and known ones
// right: nothing else is known of crumpled paper.
func (p *place) meshed(start *warp, cells int) warp {
	lines := make([]float64, cells+1)
	for i := range lines {
		lines[i] = float64(p.size) * float64(i) / float64(cells)
	}
	w := *start
	w.mesh = nil
	m := newMesh(lines)
	for y, row := range m.offset {
		for x := range row {
			at := geom.Point{X: lines[x], Y: lines[y]}
			row[x] = start.at(at).Minus(w.at(at))
		}
	}
	w.mesh = m

	thresholds := boxMean(p.sample(&w), p.size, 5)
	expected := make([]float64, p.size*p.size)
	for _, k := range p.known {
		expected[int(k.middle.Y)*p.size+int(k.middle.X)] = k.dark
	}
	// clarity is how decisive the modules around a crossing are.
	clarity := func(column, row int) float64 {
		left, right := int(lines[max(0, column-1)]), min(p.size, int(lines[min(cells, column+1)])+1)
		top, bottom := int(lines[max(0, row-1)]), min(p.size, int(lines[min(cells, row+1)])+1)
		p.effort.Spend(4 * (right - left) * (bottom - top))
		sum := 0.0
		for y := top; y < bottom; y++ {
			for x := left; x < right; x++ {
				i := y*p.size + x
				v := p.clear(thresholds[i], &w, geom.Point{X: float64(x) + 0.5, Y: float64(y) + 0.5})
				if expected[i] != 0 {
					sum += 2 * expected[i] * v
				} else {
					sum += math.Abs(v)
				}
			}
		}
		return sum
	}
	module := p.corners.module()
	for step := 0.7 * module; step > 0.15*module; step *= 0.6 {
		for range 2 {
			better := false
			for row := range m.offset {
				for column := range m.offset[row] {
					at := &m.offset[row][column]
					best := clarity(column, row)
					for _, d := range [4]geom.Point{{X: step}, {X: -step}, {Y: step}, {Y: -step}} {
						before := *at
						*at = at.Plus(d)
						if c := clarity(column, row); c > best && !p.effort.Over() {
							best, better = c, true
						} else {
							*at = before
						}
					}
				}
			}
			if !better {
				break
			}
		}
	}
	return w
}
