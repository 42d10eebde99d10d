package grid

import (
	"math"
	"testing"

	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

const text = "https://id.example.com/login?transaction=0123456789"

func code(t testing.TB, text string) *qr.Code {
	t.Helper()
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drawn is a code as a picture: to gives the place in the code's modules of a
// place in the picture. Each pixel is the mean of 16 places.
func drawn(c *qr.Code, width, height int, to func(geom.Point) geom.Point) lum.Grey {
	g := lum.New(width, height)
	for i := range g.Pix {
		sum := 0
		for n := range 16 {
			p := to(geom.Point{X: float64(i%width) + (float64(n%4)+0.5)/4, Y: float64(i/width) + (float64(n/4)+0.5)/4})
			if c.Black(int(math.Floor(p.X)), int(math.Floor(p.Y))) {
				sum += 20
			} else {
				sum += 240
			}
		}
		g.Pix[i] = byte(sum / 16)
	}
	return g
}

// corners measures the finder patterns around three places.
func corners(t testing.TB, g *lum.Grey, module float64, places [3]geom.Point) (c Corners) {
	t.Helper()
	for i, p := range places {
		f, ok := find.Measure(g, find.Candidate{Centre: p, Module: module})
		if !ok || !f.Strong() {
			t.Fatalf("no finder pattern at %v: %+v", p, f)
		}
		c[i] = &f
	}
	return c
}

// middles are those of the finder patterns, in modules.
func middles(size int) [3]geom.Point {
	n := float64(size)
	return [3]geom.Point{{X: 3.5, Y: 3.5}, {X: n - 3.5, Y: 3.5}, {X: 3.5, Y: n - 3.5}}
}

// scene is a picture of a code, and where in it the code's modules are.
type scene struct {
	size int
	grey lum.Grey
	at   func(geom.Point) geom.Point
}

func (s *scene) corners(t testing.TB) Corners {
	t.Helper()
	var places [3]geom.Point
	for i, p := range middles(s.size) {
		places[i] = s.at(p)
	}
	return corners(t, &s.grey, s.at(geom.Point{X: 4.5, Y: 3.5}).Distance(places[0]), places)
}

// inverse looks for the place that a function maps to another one.
func inverse(to func(geom.Point) geom.Point) func(geom.Point) geom.Point {
	return func(p geom.Point) geom.Point {
		best, at := math.Inf(1), geom.Point{}
		for y := 0.0; y < 400; y++ {
			for x := 0.0; x < 400; x++ {
				if d := to(geom.Point{X: x, Y: y}).Distance(p); d < best {
					best, at = d, geom.Point{X: x, Y: y}
				}
			}
		}
		return at
	}
}
