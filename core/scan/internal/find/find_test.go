package find

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// scene draws a finder pattern: each pixel is the mean of 16 places, of which to
// gives the place in the pattern's modules around its middle.
func scene(width, height int, to func(p geom.Point) geom.Point, dark, light byte) lum.Grey {
	g := lum.New(width, height)
	for i := range g.Pix {
		sum := 0
		for n := range 16 {
			p := to(geom.Point{X: float64(i%width) + (float64(n%4)+0.5)/4, Y: float64(i/width) + (float64(n/4)+0.5)/4})
			ring := math.Max(math.Abs(p.X), math.Abs(p.Y))
			if ring < 1.5 || ring > 2.5 && ring < 3.5 {
				sum += int(dark)
			} else {
				sum += int(light)
			}
		}
		g.Pix[i] = byte(sum / 16)
	}
	return g
}

// seenFrom is a homography by where the pattern's corners are.
func seenFrom(corners geom.Quad) func(geom.Point) geom.Point {
	var pairs []geom.Pair
	for i, c := range [4]geom.Point{{X: -3.5, Y: -3.5}, {X: 3.5, Y: -3.5}, {X: 3.5, Y: 3.5}, {X: -3.5, Y: 3.5}} {
		pairs = append(pairs, geom.Pair{Code: corners[i], Picture: c, Weight: 1})
	}
	h, _ := geom.Fit(pairs)
	return h.Map
}

func rotated(degrees, module float64) geom.Quad {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	b := geom.Basis{U: geom.Point{X: cos * module, Y: sin * module}, V: geom.Point{X: -sin * module, Y: cos * module}}
	var q geom.Quad
	for i, c := range [4]geom.Point{{X: -3.5, Y: -3.5}, {X: 3.5, Y: -3.5}, {X: 3.5, Y: 3.5}, {X: -3.5, Y: 3.5}} {
		q[i] = geom.Point{X: 80.3, Y: 71.6}.Plus(b.At(c))
	}
	return q
}

func search(t *testing.T, g lum.Grey, s Search) []Finder {
	t.Helper()
	blocks, err := g.Blocks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	thresholds, err := blocks.Narrow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	candidates, err := Candidates(t.Context(), &thresholds, s)
	if err != nil {
		t.Fatal(err)
	}
	var found []Finder
	for _, c := range candidates {
		if f, ok := Measure(&g, c); ok {
			found = append(found, f)
		}
	}
	return found
}

// A finder pattern's corners are found to a fraction of a pixel, however it lies.
func TestFinder(t *testing.T) {
	for name, c := range map[string]struct {
		corners     geom.Quad
		dark, light byte
		thorough    bool
	}{
		"upright":       {rotated(0, 6), 20, 240, false},
		"a bit":         {rotated(7, 5), 20, 240, false},
		"45 degrees":    {rotated(45, 6), 20, 240, false},
		"light on dark": {rotated(20, 6), 240, 20, false},
		"pale":          {rotated(30, 6), 90, 160, false},
		"tiny":          {rotated(3, 1.6), 0, 255, false},
		"huge":          {rotated(10, 14), 0, 255, false},
		"from the side": {geom.Quad{{X: 60, Y: 40}, {X: 84, Y: 46}, {X: 82, Y: 110}, {X: 58, Y: 96}}, 20, 240, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := Search{Step: 2, Tolerance: 0.5}
			if c.thorough {
				s = Search{Step: 1, Tolerance: 0.7}
			}
			g := scene(160, 140, seenFrom(c.corners), c.dark, c.light)
			found := search(t, g, s)
			if len(found) != 1 {
				t.Fatalf("%d finder patterns", len(found))
			}
			f := found[0]
			if !f.Strong() || f.Light != (c.dark > c.light) {
				t.Errorf("%+v", f)
			}
			want := c.corners
			b := geom.Basis{U: want[1].Minus(want[0]), V: want[3].Minus(want[0])}
			for i, p := range f.Corners.Facing(b) {
				if d := p.Distance(want[i]); d > 0.35+0.02*f.Module {
					t.Errorf("corner %d at %v, want %v", i, p, want[i])
				}
			}
		})
	}
}

// Beside something as dark the outer edge is not there.
func TestMerged(t *testing.T) {
	corners := rotated(0, 6)
	g := scene(160, 140, seenFrom(corners), 20, 240)
	for y := range g.Height {
		for x := int(corners[1].X) - 1; x < 150; x++ {
			g.Row(y)[x] = 20
		}
	}
	if found := search(t, g, Search{Step: 1, Tolerance: 0.7}); len(found) != 0 {
		t.Fatalf("found without looking for it: %+v", found)
	}
	found := search(t, g, Search{Step: 1, Tolerance: 0.7, Merged: true})
	if len(found) != 1 || !found[0].Strong() || found[0].Centre.Distance(corners.Centre()) > 1 {
		t.Fatalf("%+v", found)
	}
	if d := found[0].Corners.Centre().Distance(corners.Centre()); d > 0.6 {
		t.Errorf("the square is %v pixels off", d)
	}
}

func TestNoFinder(t *testing.T) {
	round := func(c func(ring float64) bool) lum.Grey {
		g := lum.New(160, 140)
		for i := range g.Pix {
			if c(math.Hypot(float64(i%160)-80, float64(i/160)-70) / 6) {
				g.Pix[i] = 255
			}
		}
		return g
	}
	random := rand.New(rand.NewPCG(1, 1))
	chance := lum.New(160, 140)
	for i := range chance.Pix {
		chance.Pix[i] = byte(random.IntN(256))
	}
	for name, g := range map[string]lum.Grey{
		"plain": lum.New(160, 140), "chance": chance,
		"a disc": round(func(r float64) bool { return r > 3 }), "rings": round(func(r float64) bool { return int(r)%2 == 0 }),
	} {
		for _, f := range search(t, g, Search{Step: 1, Tolerance: 0.7, Merged: true}) {
			if f.Strong() {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
	// A round finder pattern is one, without corners.
	rings := round(func(r float64) bool { return r > 1.5 && r < 2.5 || r > 3.5 })
	if found := search(t, rings, Search{Step: 2, Tolerance: 0.5}); len(found) != 1 || found[0].Square || found[0].Share < 0.9 {
		t.Errorf("round: %+v", found)
	}
}

func TestCandidatesStop(t *testing.T) {
	g := lum.New(400, 400)
	blocks, err := g.Blocks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	thresholds, err := blocks.Narrow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Candidates(ctx, &thresholds, Search{Step: 2, Tolerance: 0.5}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// No picture ends the program, or makes places outside of it.
func FuzzFind(f *testing.F) {
	for _, q := range []geom.Quad{rotated(0, 2), rotated(45, 3)} {
		f.Add(scene(160, 140, seenFrom(q), 0, 255).Pix[:160*60], byte(160))
	}
	f.Fuzz(func(t *testing.T, pix []byte, width byte) {
		w := int(width)
		if w < 21 || len(pix)/w < 21 {
			return
		}
		g := lum.Grey{Width: w, Height: len(pix) / w, Pix: pix[:len(pix)/w*w]}
		for _, s := range []Search{{2, 0.5, false}, {1, 0.7, false}, {1, 0.7, true}} {
			for _, c := range search(t, g, s) {
				if c.Centre.X < 0 || c.Centre.Y < 0 || c.Centre.X > float64(g.Width) || c.Centre.Y > float64(g.Height) || !(c.Module > 0) || !(c.Share <= 1) {
					t.Errorf("%+v", c)
				}
			}
		}
	})
}
