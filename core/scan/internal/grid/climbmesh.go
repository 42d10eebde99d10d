package grid

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

// meshed covers the code with a mesh of so many cells along a side and moves each
// of its crossings as long as modules around it get more decisively dark or light,
// and known ones right: nothing else is known of crumpled paper. It gains 16.
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
	c := p.meshClimber(start, &w, m)
	module := p.corners.module()
	for step := 0.7 * module; step > 0.15*module; step *= 0.6 {
		for range 2 {
			better := false
			for row := range m.offset {
				for column := range m.offset[row] {
					better = c.climb(column, row, step) || better
				}
			}
			if !better {
				break
			}
		}
	}
	w.mesh = m
	return w
}

// meshClimber has all of the modules that does not change with the mesh.
type meshClimber struct {
	*place
	mesh    *mesh
	modules []meshModule
}

type meshModule struct {
	middle, u, v geom.Point // in the picture, and the ways to where it is looked at
	threshold    float64
	expected     float64 // 1 for dark, -1 for light, 0 where it is not known
	column, row  int     // of the mesh
	fx, fy       float64 // in its cell
}

// meshClimber takes thresholds as start has the modules, and their places without
// a mesh from w.
func (p *place) meshClimber(start, w *warp, m *mesh) *meshClimber {
	c := &meshClimber{p, m, make([]meshModule, p.size*p.size)}
	thresholds := boxMean(p.sample(start), p.size, 5)
	for i := range c.modules {
		o := &c.modules[i]
		at := geom.Point{X: float64(i%p.size) + 0.5, Y: float64(i/p.size) + 0.5}
		var b geom.Basis
		o.middle, b = w.frame(at)
		o.u, o.v = b.U.Plus(b.V).Times(off), b.U.Minus(b.V).Times(off)
		o.threshold = thresholds[i]
		o.column, o.fx = m.between(at.X)
		o.row, o.fy = m.between(at.Y)
	}
	for _, k := range p.known {
		c.modules[int(k.middle.Y)*p.size+int(k.middle.X)].expected = k.dark
	}
	return c
}

// climb moves a crossing in four directions.
func (c *meshClimber) climb(column, row int, step float64) (better bool) {
	if c.effort.Over() {
		return false
	}
	at := &c.mesh.offset[row][column]
	best := c.clarity(column, row)
	for _, d := range [4]geom.Point{{X: step}, {X: -step}, {Y: step}, {Y: -step}} {
		before := *at
		*at = at.Plus(d)
		if v := c.clarity(column, row); v > best {
			best, better = v, true
		} else {
			*at = before
		}
	}
	return better
}

// clarity is how decisive the modules around a crossing are.
func (c *meshClimber) clarity(column, row int) float64 {
	lines := c.mesh.lines
	last := len(lines) - 1
	left, right := int(lines[max(0, column-1)]), min(c.size, int(lines[min(last, column+1)])+1)
	top, bottom := int(lines[max(0, row-1)]), min(c.size, int(lines[min(last, row+1)])+1)
	c.effort.Spend(4 * (right - left) * (bottom - top))
	sum := 0.0
	for y := top; y < bottom; y++ {
		for i := y*c.size + left; i < y*c.size+right; i++ {
			o := &c.modules[i]
			m := o.middle.Plus(c.mesh.in(o.column, o.row, o.fx, o.fy))
			v := c.around(o.threshold, m, o.u, o.v)
			if o.expected != 0 {
				sum += 2 * o.expected * v
			} else {
				sum += math.Abs(v)
			}
		}
	}
	return sum
}
