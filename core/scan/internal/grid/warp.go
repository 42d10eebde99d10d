package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

// warp says where in the picture a point of the code is: on a flat or curved
// surface, and on a mesh over it where the paper is crumpled.
type warp struct {
	flat  geom.Homography // if there is no patch
	size  float64         // of the code, in modules
	patch *patch
	mesh  *mesh
}

// at is where a point of the code is.
func (w *warp) at(p geom.Point) (q geom.Point) {
	if w.patch != nil {
		q = w.patch.at(p)
	} else {
		q = w.flat.Map(p)
	}
	if w.mesh != nil {
		q = q.Plus(w.mesh.at(p))
	}
	return q
}

// outline is where the code's corners are.
func (w *warp) outline() geom.Quad {
	return geom.Quad{w.at(geom.Point{}), w.at(geom.Point{X: w.size}), w.at(geom.Point{X: w.size, Y: w.size}), w.at(geom.Point{Y: w.size})}
}

// frame is where a point is, and how far in the picture a step of one module
// goes from it.
func (w *warp) frame(p geom.Point) (middle geom.Point, basis geom.Basis) {
	if w.mesh == nil && w.patch == nil {
		return w.flat.Frame(p)
	}
	middle = w.at(p)
	return middle, geom.Basis{U: w.at(geom.Point{X: p.X + 1, Y: p.Y}).Minus(middle), V: w.at(geom.Point{X: p.X, Y: p.Y + 1}).Minus(middle)}
}

// mesh is offsets in the picture at the crossings of some lines of the code, in
// between interpolated.
type mesh struct {
	lines  []float64 // coordinates, the same for both directions
	offset [][]geom.Point
}

func newMesh(lines []float64) *mesh {
	m := &mesh{lines: lines, offset: make([][]geom.Point, len(lines))}
	for i := range m.offset {
		m.offset[i] = make([]geom.Point, len(lines))
	}
	return m
}

func (m *mesh) at(p geom.Point) geom.Point {
	column, fx := m.between(p.X)
	row, fy := m.between(p.Y)
	return m.in(column, row, fx, fy)
}

// in is the offset at a place in a cell.
func (m *mesh) in(column, row int, fx, fy float64) geom.Point {
	upper, lower := m.offset[row], m.offset[row+1]
	return upper[column].Toward(upper[column+1], fx).Toward(lower[column].Toward(lower[column+1], fx), fy)
}

// between gives the line before a coordinate, and the share of the way to the
// next; the first and last two lines reach beyond them.
func (m *mesh) between(x float64) (line int, share float64) {
	for line < len(m.lines)-2 && x > m.lines[line+1] {
		line++
	}
	return line, (x - m.lines[line]) / (m.lines[line+1] - m.lines[line])
}
