package geom

import (
	"math"
	"testing"
)

func same(a, b Point) bool { return a.Distance(b) < 1e-6 }

var (
	square = Quad{{0, 0}, {10, 0}, {10, 10}, {0, 10}}
	askew  = Quad{{3, 4}, {60, 9}, {50, 70}, {8, 44}}
)

func TestSquareTo(t *testing.T) {
	h := SquareTo(askew, 10)
	for i, p := range square {
		if got := h.Map(p); !same(got, askew[i]) {
			t.Errorf("corner %d at %v", i, got)
		}
	}
	if h.Image(10) != (Quad{h.Map(square[0]), h.Map(square[1]), h.Map(square[2]), h.Map(square[3])}) {
		t.Error("the image is somewhere else")
	}
	p := Point{4, 7}
	at, b := h.Frame(p)
	const step = 1e-6
	if !same(at, h.Map(p)) || b.U.Distance(h.Map(Point{4 + step, 7}).Minus(at).Times(1/step)) > 1e-3 || b.V.Distance(h.Map(Point{4, 7 + step}).Minus(at).Times(1/step)) > 1e-3 {
		t.Errorf("frame %v, %v", at, b)
	}
}

func TestFit(t *testing.T) {
	want := SquareTo(askew, 10)
	var pairs []Pair
	for _, p := range []Point{{1, 1}, {9, 2}, {5, 5}, {2, 8}, {8, 9}, {0, 4}} {
		pairs = append(pairs, Pair{p, want.Map(p), 1})
	}
	pairs = append(pairs, Pair{Point{3, 3}, Point{1000, -1000}, 1e-12}) // hardly counts
	h, ok := Fit(pairs)
	if !ok {
		t.Fatal("no fit")
	}
	for i, p := range square {
		if got := h.Map(p); got.Distance(askew[i]) > 1e-3 {
			t.Errorf("corner %d at %v", i, got)
		}
	}
	on := Pair{Point{1, 1}, Point{2, 2}, 1}
	for name, pairs := range map[string][]Pair{"one place": {on, on, on, on}, "three pairs": pairs[:3]} {
		if _, ok := Fit(pairs); ok {
			t.Errorf("%s: a fit", name)
		}
	}
}

func TestLines(t *testing.T) {
	a := FitLine([]Point{{0, 1}, {2, 2}, {4, 3}, {6, 4}})
	b := FitLine([]Point{{5, -3}, {5, 9}, {5.1, 2}, {4.9, 4}})
	if at, ok := a.Meet(b); !ok || at.Distance(Point{5, 3.5}) > 0.2 {
		t.Errorf("they meet at %v, %v", at, ok)
	}
	if _, ok := a.Meet(FitLine([]Point{{0, 5}, {2, 6}, {4, 7}})); ok {
		t.Error("parallel lines meet")
	}
}

func TestQuad(t *testing.T) {
	if a := askew.Area(); math.Abs(a-2538.5) > 1 {
		t.Errorf("area %v", a)
	}
	for p, want := range map[Point]bool{{30, 30}: true, {0, 0}: false, {55, 70}: false, {9, 40}: true} {
		reversed := Quad{askew[3], askew[2], askew[1], askew[0]}
		if askew.Contains(p) != want || reversed.Contains(p) != want {
			t.Errorf("contains %v: %v", p, !want)
		}
	}
	if !askew.Convex() || (Quad{{0, 0}, {10, 0}, {2, 2}, {0, 10}}).Convex() || (Quad{{0, 0}, {10, 10}, {10, 0}, {0, 10}}).Convex() {
		t.Error("convex")
	}
	if g := askew.Grown(2); !same(g.Centre(), askew.Centre()) || math.Abs(g.Area()-4*askew.Area()) > 1e-6 {
		t.Errorf("grown %v", g)
	}
	if !same(askew.At(0.5, 0.5), askew.Centre()) || !same(askew.At(1, 0), askew[1]) {
		t.Error("at")
	}
	turned := Quad{askew[2], askew[3], askew[0], askew[1]}
	mirrored := Quad{askew[0], askew[3], askew[2], askew[1]}
	for _, q := range []Quad{askew, turned, mirrored} {
		if got := q.Facing(Basis{Point{1, 0}, Point{0, 1}}); got != askew {
			t.Errorf("%v faces as %v", q, got)
		}
	}
}

func TestBasis(t *testing.T) {
	b := Basis{Point{3, 1}, Point{-1, 2}}
	if c, ok := b.Coordinates(b.At(Point{5, -4})); !ok || !same(c, Point{5, -4}) {
		t.Errorf("%v, %v", c, ok)
	}
	if _, ok := (Basis{Point{3, 1}, Point{6, 2}}).Coordinates(Point{1, 1}); ok {
		t.Error("two vectors on a line are a basis")
	}
}
