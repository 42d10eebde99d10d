package grid

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

func readAt(t testing.TB, c Corners, g *scene, thorough bool) (Reading, bool) {
	t.Helper()
	return NewReader(t.Context(), 30_000_000).Read(&g.grey, c, thorough)
}

// flat is a code seen from the side, its corners being where q says.
func flat(t testing.TB, text string, width, height int, q geom.Quad) (*scene, Corners) {
	c := code(t, text)
	there := geom.SquareTo(q, float64(c.Size))
	var pairs []geom.Pair
	for _, p := range [4]geom.Point{{}, {X: float64(c.Size)}, {X: float64(c.Size), Y: float64(c.Size)}, {Y: float64(c.Size)}} {
		pairs = append(pairs, geom.Pair{Code: there.Map(p), Picture: p, Weight: 1})
	}
	back, ok := geom.Fit(pairs)
	if !ok {
		t.Fatal("no way back")
	}
	s := &scene{size: c.Size, grey: drawn(c, width, height, back.Map), at: there.Map}
	return s, s.corners(t)
}

func TestReadFlat(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		q    geom.Quad
	}{
		"upright":       {text, geom.Quad{{X: 40, Y: 40}, {X: 260, Y: 40}, {X: 260, Y: 260}, {X: 40, Y: 260}}},
		"upside down":   {text, geom.Quad{{X: 260, Y: 260}, {X: 40, Y: 260}, {X: 40, Y: 40}, {X: 260, Y: 40}}},
		"mirrored":      {text, geom.Quad{{X: 260, Y: 40}, {X: 40, Y: 40}, {X: 40, Y: 260}, {X: 260, Y: 260}}},
		"from the side": {text, geom.Quad{{X: 60, Y: 40}, {X: 240, Y: 90}, {X: 250, Y: 210}, {X: 50, Y: 280}}},
		"version 1":     {"1", geom.Quad{{X: 60, Y: 40}, {X: 240, Y: 90}, {X: 250, Y: 210}, {X: 50, Y: 280}}},
		"version 20":    {strings.Repeat("0123456789", 60), geom.Quad{{X: 10, Y: 10}, {X: 285, Y: 20}, {X: 290, Y: 280}, {X: 15, Y: 285}}},
	} {
		t.Run(name, func(t *testing.T) {
			s, corners := flat(t, c.text, 300, 300, c.q)
			if name == "mirrored" { // seen the right way round, the corners change places
				corners[1], corners[2] = corners[2], corners[1]
			}
			r, ok := readAt(t, corners, s, false)
			if !ok || r.Text != c.text || r.Spare != 1 || r.Size != s.size {
				t.Fatalf("%v: %+v", ok, r)
			}
			for i, p := range r.Outline {
				if d := p.Distance(c.q[i]); d > 2 {
					t.Errorf("corner %d at %v, want %v", i, p, c.q[i])
				}
			}
		})
	}
}

// A code around a bottle, and one on a sheet that waves.
func TestReadUneven(t *testing.T) {
	c := code(t, text)
	n := float64(c.Size)
	for name, to := range map[string]func(geom.Point) geom.Point{
		"bottle": func(p geom.Point) geom.Point { // 100 degrees of it, seen from above
			s := (p.X - 200) / 150
			if math.Abs(s) > 0.99 {
				return geom.Point{X: -9, Y: -9}
			}
			return geom.Point{X: n/2 + math.Asin(s)*n/1.75, Y: (p.Y-60)*n/250 - 4*math.Sqrt(1-s*s)}
		},
		"wave": func(p geom.Point) geom.Point {
			return geom.Point{X: (p.X-60)*n/270 + 0.7*math.Sin(p.Y/45), Y: (p.Y-60)*n/270 + 0.9*math.Sin(p.X/50)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &scene{size: c.Size, grey: drawn(c, 400, 400, to), at: inverse(to)}
			corners := s.corners(t)
			if r, ok := readAt(t, corners, s, false); ok {
				t.Errorf("it is read without more work: agreement %v", r.Agreement)
			}
			r, ok := readAt(t, corners, s, true)
			if !ok || r.Text != text {
				t.Errorf("%v: %+v", ok, r)
			}
		})
	}
}

// Without effort there is no reading, and with a context that ends neither.
func TestReadStops(t *testing.T) {
	s, corners := flat(t, text, 300, 300, geom.Quad{{X: 60, Y: 40}, {X: 240, Y: 90}, {X: 250, Y: 210}, {X: 50, Y: 280}})
	if _, ok := NewReader(t.Context(), 10).Read(&s.grey, corners, true); ok {
		t.Error("read for nothing")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := NewReader(ctx, 1e9)
	for range 100 {
		r.Read(&s.grey, corners, true)
	}
	if r.Err() == nil || !r.Over() {
		t.Error("the context was not asked")
	}
}

// What agrees is the place; what does not has an agreement around 0.
func TestAgreement(t *testing.T) {
	q := geom.Quad{{X: 40, Y: 40}, {X: 260, Y: 40}, {X: 260, Y: 260}, {X: 40, Y: 260}}
	s, corners := flat(t, text, 300, 300, q)
	r := NewReader(t.Context(), 1e9)
	p := r.newPlace(&s.grey, corners, s.size)
	right := warp{flat: geom.SquareTo(q, float64(s.size)), size: float64(s.size)}
	wrong := right
	for i := range q {
		q[i] = q[i].Plus(geom.Point{X: 40, Y: 33})
	}
	wrong.flat = geom.SquareTo(q, float64(s.size))
	if a, b := p.agreement(&right), p.probe(&right); a < 0.95 || b < 0.95 {
		t.Errorf("at the place: %v, %v", a, b)
	}
	if a, b := p.agreement(&wrong), p.probe(&wrong); math.Abs(a) > 0.3 || math.Abs(b) > 0.3 {
		t.Errorf("elsewhere: %v, %v", a, b)
	}
}

// A patch on a flat code is where the homography is.
func TestPatch(t *testing.T) {
	q := geom.Quad{{X: 50, Y: 40}, {X: 260, Y: 60}, {X: 280, Y: 270}, {X: 40, Y: 260}}
	s, corners := flat(t, text, 300, 300, q)
	for i := range corners {
		corners[i].Corners = corners[i].Corners.Facing(corners.sides())
	}
	h, ok := newPatch(corners, s.size)
	if !ok {
		t.Fatal("no patch")
	}
	for _, p := range middles(s.size) {
		if d := h.at(p).Distance(s.at(p)); d > 0.5 {
			t.Errorf("%v is %v pixels off", p, d)
		}
	}
	middle := geom.Point{X: float64(s.size) / 2, Y: float64(s.size) / 2}
	if d := h.at(middle).Distance(s.at(middle)); d > 7 { // a module
		t.Errorf("the middle is %v pixels off", d)
	}
}
