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
	for range 3 { // then the corners stay
		var lines [4]geom.Line
		for i := range q {
			side := between(points, centre, q[i], q[(i+1)%4])
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

// between is the points between two corners, as seen from the centre. Those
// close to a corner are left out: it may be round.
func between(points []geom.Point, centre, from, to geom.Point) (side []geom.Point) {
	const leftOut = 0.12
	start := angle(from, centre)
	whole := turned(angle(to, centre) - start)
	sign := 1.0
	if whole > math.Pi {
		whole, sign = 2*math.Pi-whole, -1
	}
	for _, p := range points {
		if a := turned(sign * (angle(p, centre) - start)); a > leftOut*whole && a < (1-leftOut)*whole {
			side = append(side, p)
		}
	}
	return side
}

func angle(p, centre geom.Point) float64 { return math.Atan2(p.Y-centre.Y, p.X-centre.X) }

// turned is an angle as one between 0 and a full turn.
func turned(a float64) float64 {
	if a = math.Mod(a, 2*math.Pi); a < 0 {
		a += 2 * math.Pi
	}
	return a
}
