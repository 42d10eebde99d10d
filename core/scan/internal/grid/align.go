package grid

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

// minAlignment is the correlation from which an alignment pattern is one.
const minAlignment = 0.55

// findAlignment looks for the alignment pattern whose middle is at a point of the
// code, around where the warp has it, moved by offset pixels, and no further than
// radius modules. It gives the offset at which it is, and the correlation of the
// levels with the pattern, from -1 to 1.
func (p *place) findAlignment(w *warp, at, offset geom.Point, radius float64) (geom.Point, float64) {
	middle, basis := w.frame(at)
	middle = middle.Plus(offset)
	// Of two that look alike the nearer one is meant.
	score := func(c geom.Point) float64 {
		return p.alignmentAt(middle, basis, c) - 0.03*c.Length()/max(1, radius/3)
	}
	best, where := -1.0, geom.Point{}
	try := func(c geom.Point) {
		if s := score(c); s > best {
			best, where = s, c
		}
	}
	for y := -radius; y <= radius; y += 0.5 {
		for x := -radius; x <= radius; x += 0.5 {
			try(geom.Point{X: x, Y: y})
		}
	}
	for _, step := range [4]float64{0.25, 0.25, 0.125, 0.125} {
		around := where
		for _, d := range [4]geom.Point{{X: step}, {X: -step}, {Y: step}, {Y: -step}} {
			try(around.Plus(d))
		}
	}
	n := 2*radius/0.5 + 1
	p.effort.Spend(25 * int(n*n+16))
	return offset.Plus(basis.At(where)), best
}

// alignmentAt is Pearson's correlation of the levels around a place with an
// alignment pattern: 5 x 5 modules, all dark but for a light ring.
func (p *place) alignmentAt(middle geom.Point, basis geom.Basis, moved geom.Point) float64 {
	const n, mean = 25, (17.0 - 8.0) / 25 // of 17 dark and 8 light modules
	var sum, squares, products float64
	for y := -2; y <= 2; y++ {
		for x := -2; x <= 2; x++ {
			expected := 1.0
			if max(x, -x, y, -y) == 1 {
				expected = -1
			}
			at := middle.Plus(basis.At(geom.Point{X: float64(x), Y: float64(y)}.Plus(moved)))
			v := p.grey.At(at.X, at.Y) * p.scale
			sum, squares, products = sum+v, squares+v*v, products+v*expected
		}
	}
	variance := squares/n - sum/n*sum/n
	if variance < 0.06 { // plain, or shadows: modules differ by 2
		return 0
	}
	return (products/n - mean*sum/n) / math.Sqrt(variance*(1-mean*mean))
}

// aligned puts a mesh through the alignment patterns, each found from those
// before it, and gives how many there are: a code on curved or crumpled paper is
// flat between two of them, and a version 34 code on a sheet that curls bends more
// often than a patch does.
func (p *place) aligned(w *warp) (warp, int) {
	n := len(p.alignment)
	if n < 2 {
		return *w, 0
	}
	radius := 2.0
	if n == 2 {
		radius = 2.5
	}
	m := newMesh(p.alignment)
	found := 0
	for sum := 1; sum <= 2*(n-1); sum++ { // from the top left corner on
		for row := max(0, sum-n+1); row <= min(sum, n-1); row++ {
			column := sum - row
			if p.onFinder(int(m.lines[column]), int(m.lines[row])) || p.effort.Over() {
				continue
			}
			offset := m.continued(column, row)
			at := geom.Point{X: m.lines[column], Y: m.lines[row]}
			if o, score := p.findAlignment(w, at, offset, radius); score > minAlignment {
				offset = o
				found++
			}
			m.offset[row][column] = offset
		}
	}
	out := *w
	out.mesh = m
	return out, found
}

// continued is the offset at a crossing that the ones before it let expect.
func (m *mesh) continued(column, row int) geom.Point {
	switch {
	case row == 0:
		return m.offset[0][column-1]
	case column == 0:
		return m.offset[row-1][0]
	}
	return m.offset[row][column-1].Plus(m.offset[row-1][column]).Minus(m.offset[row-1][column-1])
}
