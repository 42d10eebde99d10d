package geom

import "math"

// Homography maps the plane of a code to that of the picture, as nine numbers
// of a matrix, row by row.
type Homography [9]float64

// Map is where a point of the code is in the picture.
func (h *Homography) Map(p Point) Point {
	w := 1 / (h[6]*p.X + h[7]*p.Y + h[8])
	return Point{(h[0]*p.X + h[1]*p.Y + h[2]) * w, (h[3]*p.X + h[4]*p.Y + h[5]) * w}
}

// Frame is where a point is in the picture, and how far a step of 1 goes there:
// the derivatives.
func (h *Homography) Frame(p Point) (Point, Basis) {
	w := 1 / (h[6]*p.X + h[7]*p.Y + h[8])
	at := Point{(h[0]*p.X + h[1]*p.Y + h[2]) * w, (h[3]*p.X + h[4]*p.Y + h[5]) * w}
	return at, Basis{
		U: Point{(h[0] - at.X*h[6]) * w, (h[3] - at.Y*h[6]) * w},
		V: Point{(h[1] - at.X*h[7]) * w, (h[4] - at.Y*h[7]) * w},
	}
}

// SquareTo maps the square from (0, 0) to (side, side) to a quadrilateral.
func SquareTo(q Quad, side float64) Homography {
	right, down := q[1].Minus(q[2]), q[3].Minus(q[2])
	sum := q[0].Minus(q[1]).Plus(q[2]).Minus(q[3])
	area := right.Cross(down)
	if area == 0 {
		area = 1e-9
	}
	g, k := sum.Cross(down)/area, right.Cross(sum)/area
	u, v := q[1].Minus(q[0]).Plus(q[1].Times(g)), q[3].Minus(q[0]).Plus(q[3].Times(k))
	return Homography{u.X / side, v.X / side, q[0].X, u.Y / side, v.Y / side, q[0].Y, g / side, k / side, 1}
}

// Image is the quadrilateral that the square from (0, 0) to (side, side) is
// mapped to.
func (h *Homography) Image(side float64) Quad {
	return Quad{h.Map(Point{}), h.Map(Point{side, 0}), h.Map(Point{side, side}), h.Map(Point{0, side})}
}

// Pair is a point of the code and where it was seen, and how much that counts.
type Pair struct {
	Code, Picture Point
	Weight        float64
}

// Fit is the homography with the least squares of (algebraic) distances for at
// least four pairs; false where they do not determine one.
func Fit(pairs []Pair) (Homography, bool) {
	var mean Point
	for _, p := range pairs {
		mean = mean.Plus(p.Picture)
	}
	n := float64(len(pairs))
	mean = mean.Times(1 / n)
	// Coordinates around 1 keep the equations well conditioned.
	var spread, size float64
	for _, p := range pairs {
		spread += p.Picture.Distance(mean) / n
		size += p.Code.Length() / n
	}
	if spread == 0 || size == 0 {
		return Homography{}, false
	}
	var m [8][9]float64
	for _, p := range pairs {
		c, s := p.Code.Times(1/size), p.Picture.Minus(mean).Times(1/spread)
		for _, row := range [2][9]float64{
			{c.X, c.Y, 1, 0, 0, 0, -c.X * s.X, -c.Y * s.X, s.X},
			{0, 0, 0, c.X, c.Y, 1, -c.X * s.Y, -c.Y * s.Y, s.Y},
		} {
			for i := range m {
				for j := range row {
					m[i][j] += p.Weight * row[i] * row[j]
				}
			}
		}
	}
	rows := make([][]float64, len(m))
	for i := range rows {
		rows[i] = m[i][:]
	}
	s, ok := Solve(rows)
	if !ok {
		return Homography{}, false
	}
	h := Homography{s[0] / size, s[1] / size, s[2], s[3] / size, s[4] / size, s[5], s[6] / size, s[7] / size, 1}
	for i := range 3 {
		h[i], h[3+i] = h[i]*spread+mean.X*h[6+i], h[3+i]*spread+mean.Y*h[6+i]
	}
	return h, true
}

// Solve gives the solution of n linear equations in n unknowns by Gauss's
// elimination; each row ends with its right side. It overwrites them.
func Solve(rows [][]float64) (solution []float64, ok bool) {
	n := len(rows)
	for c := range n {
		pivot := c
		for r := c + 1; r < n; r++ {
			if math.Abs(rows[r][c]) > math.Abs(rows[pivot][c]) {
				pivot = r
			}
		}
		if math.Abs(rows[pivot][c]) < 1e-12 {
			return nil, false
		}
		rows[c], rows[pivot] = rows[pivot], rows[c]
		for r := range n {
			if r == c {
				continue
			}
			f := rows[r][c] / rows[c][c]
			for k := c; k <= n; k++ {
				rows[r][k] -= f * rows[c][k]
			}
		}
	}
	solution = make([]float64, n)
	for i := range solution {
		solution[i] = rows[i][n] / rows[i][i]
	}
	return solution, true
}
