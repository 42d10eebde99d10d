package grid

import "github.com/understudy-auth/understudy/core/scan/internal/geom"

// patch is a code on curved paper, on a bottle or rolled up: a surface of third
// degree (Hermite's) between the middles of the finder patterns and a point as far
// from the fourth corner. A finder pattern tells where its middle is and how far a
// module goes to the right and down there; what lies between follows from that.
// Straight lines through far ends, which a homography has, follow nothing on a
// cylinder, and no climbing finds the way from them. It gains 24.
type patch struct {
	span float64 // between the middles, in modules
	// knots are [right][down]: a place and the steps of a module from it.
	knots [2][2]knot
}

type knot struct{ at, right, down geom.Point }

// margin is how far the middle of a finder pattern is from the edge.
const margin = 3.5

// newPatch is false where a finder pattern's square is not known.
func newPatch(c Corners, size int) (*patch, bool) {
	if !c.square() {
		return nil, false
	}
	knotOf := func(i int) knot {
		b := c[i].Corners.Basis()
		return knot{c[i].Corners.Centre(), b.U.Times(1.0 / 7), b.V.Times(1.0 / 7)}
	}
	a, b, d := knotOf(0), knotOf(1), knotOf(2)
	sum := func(a, b, d geom.Point) geom.Point { return b.Plus(d).Minus(a) }
	last := knot{sum(a.at, b.at, d.at), sum(a.right, b.right, d.right), sum(a.down, b.down, d.down)}
	return &patch{float64(size) - 2*margin, [2][2]knot{{a, d}, {b, last}}}, true
}

// at is where a point of the code is.
func (h *patch) at(p geom.Point) (out geom.Point) {
	x, dx := hermite((p.X-margin)/h.span, h.span)
	y, dy := hermite((p.Y-margin)/h.span, h.span)
	for i := range h.knots {
		for j := range h.knots[i] {
			k := &h.knots[i][j]
			place, right, down := x[i]*y[j], dx[i]*y[j], x[i]*dy[j]
			out.X += place*k.at.X + right*k.right.X + down*k.down.X
			out.Y += place*k.at.Y + right*k.right.Y + down*k.down.Y
		}
	}
	return out
}

// hermite is the weights of both ends' places and of their derivatives.
func hermite(t, span float64) (place, slope [2]float64) {
	far := t * t * (3 - 2*t)
	return [2]float64{1 - far, far}, [2]float64{span * t * (1 - t) * (1 - t), span * t * t * (t - 1)}
}
