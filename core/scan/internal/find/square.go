package find

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

// fitSquare fits four lines to points on the outline of a square that is seen
// at an angle, and gives their crossings, in order around it.
func fitSquare(points []geom.Point, centre geom.Point) (geom.Quad, bool) {
	// furthest is the point for which far is largest.
	furthest := func(far func(p geom.Point) float64) geom.Point {
		best := points[0]
		for _, p := range points[1:] {
			if far(p) > far(best) {
				best = p
			}
		}
		return best
	}
	first := furthest(func(p geom.Point) float64 { return p.Distance(centre) })
	opposite := furthest(func(p geom.Point) float64 { return -p.Minus(centre).Dot(first.Minus(centre)) })
	diagonal := opposite.Minus(first)
	q := geom.Quad{
		first, furthest(func(p geom.Point) float64 { return p.Minus(first).Cross(diagonal) }),
		opposite, furthest(func(p geom.Point) float64 { return diagonal.Cross(p.Minus(first)) }),
	}
	reach := 1.6 * first.Distance(centre)
	angles := make([]float64, len(points))
	for i, p := range points {
		angles[i] = angle(p, centre)
	}
	side := make([]geom.Point, 0, len(points))
	for range 3 { // then the corners stay
		var lines [4]geom.Line
		corners := [4]float64{angle(q[0], centre), angle(q[1], centre), angle(q[2], centre), angle(q[3], centre)}
		for i := range q {
			side = between(side[:0], points, angles, corners[i], corners[(i+1)%4])
			if len(side) < 3 {
				return q, false
			}
			lines[i] = geom.FitLine(side)
		}
		for i := range q {
			corner, ok := lines[(i+3)%4].Meet(lines[i])
			if !ok || corner.Distance(centre) > reach {
				return q, false
			}
			q[i] = corner
		}
	}
	return q, q.Convex()
}

// between appends the points at angles between those of two corners, as seen from
// the centre. Those close to a corner are left out: it may be round.
func between(side, points []geom.Point, angles []float64, from, to float64) []geom.Point {
	const leftOut = 0.12
	whole := turned(to - from)
	sign := 1.0
	if whole > math.Pi {
		whole, sign = 2*math.Pi-whole, -1
	}
	for i, p := range points {
		if a := turned(sign * (angles[i] - from)); a > leftOut*whole && a < (1-leftOut)*whole {
			side = append(side, p)
		}
	}
	return side
}

func angle(p, centre geom.Point) float64 { return math.Atan2(p.Y-centre.Y, p.X-centre.X) }

// turned is a difference of two angles as one between 0 and a full turn.
func turned(a float64) float64 {
	if a < 0 {
		return a + 2*math.Pi
	}
	return a
}
