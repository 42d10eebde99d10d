package geom

import "math"

// Point is a place in a picture: in pixels, (0, 0) being the outer corner of
// the first pixel, or in a code, in modules from its top left corner.
type Point struct{ X, Y float64 }

// Plus is the sum of two vectors.
func (p Point) Plus(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }

// Minus is the way from q to p.
func (p Point) Minus(q Point) Point { return Point{p.X - q.X, p.Y - q.Y} }

// Times is the vector k times as long.
func (p Point) Times(k float64) Point { return Point{p.X * k, p.Y * k} }

// Cross is the area of the parallelogram between two vectors: above zero where
// q is clockwise of p, as y grows downwards.
func (p Point) Cross(q Point) float64 { return p.X*q.Y - p.Y*q.X }

// Dot is the scalar product.
func (p Point) Dot(q Point) float64 { return p.X*q.X + p.Y*q.Y }

// Length is the vector's.
func (p Point) Length() float64 { return math.Sqrt(p.X*p.X + p.Y*p.Y) }

// Distance is that between two points.
func (p Point) Distance(q Point) float64 { return p.Minus(q).Length() }

// Toward is the point at a share of the way from p to q.
func (p Point) Toward(q Point, share float64) Point { return p.Plus(q.Minus(p).Times(share)) }

// Basis is a pair of vectors: how far a step to the right and one down in a
// code go in the picture.
type Basis struct{ U, V Point }

// Coordinates are how often U and V fit in a vector; false if U and V are on
// one line.
func (b Basis) Coordinates(p Point) (c Point, ok bool) {
	area := b.U.Cross(b.V)
	if math.Abs(area) < 1e-12 {
		return Point{}, false
	}
	return Point{p.Cross(b.V) / area, b.U.Cross(p) / area}, true
}

// At is the vector with these coordinates.
func (b Basis) At(c Point) Point { return b.U.Times(c.X).Plus(b.V.Times(c.Y)) }
