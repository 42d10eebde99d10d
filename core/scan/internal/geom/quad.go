package geom

import "math"

// Quad is a quadrilateral by its corners, in order around it.
type Quad [4]Point

// Centre is the mean of the corners.
func (q Quad) Centre() Point {
	return q[0].Plus(q[1]).Plus(q[2]).Plus(q[3]).Times(0.25)
}

// Area is what it covers, whichever way round its corners are.
func (q Quad) Area() float64 {
	return math.Abs(q[2].Minus(q[0]).Cross(q[3].Minus(q[1]))) / 2
}

// Basis is the mean of the upper and lower side and of the left and right one.
func (q Quad) Basis() Basis {
	return Basis{
		U: q[1].Minus(q[0]).Plus(q[2].Minus(q[3])).Times(0.5),
		V: q[3].Minus(q[0]).Plus(q[2].Minus(q[1])).Times(0.5),
	}
}

// Grown is the quadrilateral scaled around its centre.
func (q Quad) Grown(factor float64) Quad {
	c := q.Centre()
	for i := range q {
		q[i] = c.Plus(q[i].Minus(c).Times(factor))
	}
	return q
}

// Scaled has all coordinates multiplied.
func (q Quad) Scaled(factor float64) Quad {
	for i := range q {
		q[i] = q[i].Times(factor)
	}
	return q
}

// Contains reports whether a point is inside of a convex quadrilateral.
func (q Quad) Contains(p Point) bool {
	left, right := 0, 0
	for i := range q {
		if q[(i+1)%4].Minus(q[i]).Cross(p.Minus(q[i])) > 0 {
			left++
		} else {
			right++
		}
	}
	return left == 0 || right == 0
}

// Convex reports whether all corners turn the same way.
func (q Quad) Convex() bool {
	turns := 0
	for i := range q {
		if q[(i+1)%4].Minus(q[i]).Cross(q[(i+2)%4].Minus(q[(i+1)%4])) > 0 {
			turns++
		}
	}
	return turns == 0 || turns == 4
}

// At is the point at shares of the way along the sides, as bilinear
// interpolation has it.
func (q Quad) At(x, y float64) Point {
	return q[0].Toward(q[1], x).Toward(q[3].Toward(q[2], x), y)
}

// Facing is the quadrilateral with its corners named anew: first the one
// towards -U-V, then the one towards U-V, and so on round.
func (q Quad) Facing(b Basis) Quad {
	c := q.Centre()
	var out Quad
	var taken [4]bool
	for i, want := range [4]Point{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		best, at := math.Inf(-1), 0
		for j, p := range q {
			seen, ok := b.Coordinates(p.Minus(c))
			if ok && !taken[j] && seen.Dot(want) > best {
				best, at = seen.Dot(want), j
			}
		}
		taken[at] = true
		out[i] = q[at]
	}
	return out
}
