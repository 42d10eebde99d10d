package lum

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

// chance is a picture of any levels.
func chance(width, height int) Grey {
	g := New(width, height)
	random := rand.New(rand.NewPCG(uint64(width), uint64(height)))
	for i := range g.Pix {
		g.Pix[i] = byte(random.IntN(256))
	}
	return g
}

var odd = [][2]int{{8, 8}, {21, 30}, {64, 40}, {133, 71}}

func TestNotBelow(t *testing.T) {
	for a := range uint64(256) {
		for b := range uint64(256) {
			want := uint64(0)
			if a >= b {
				want = 0xFF
			}
			// The neighbours are such that carries would show.
			if got := notBelow(a<<8|0xFF, b<<8) >> 8 & 0xFF; got != want {
				t.Fatalf("%d, %d: %x", a, b, got)
			}
		}
	}
}

func TestBlocks(t *testing.T) {
	for _, size := range odd {
		g := chance(size[0], size[1])
		blocks, err := g.Blocks(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i := range blocks.mean {
			left, top := min(i%blocks.across*side, g.Width-side), min(i/blocks.across*side, g.Height-side)
			var levels []byte
			sum := 0
			for y := range side {
				for x := range side {
					v := g.Row(top + y)[left+x]
					levels, sum = append(levels, v), sum+int(v)
				}
			}
			if blocks.darkest[i] != slices.Min(levels) || blocks.lights[i] != slices.Max(levels) || int(blocks.mean[i]) != sum/64 {
				t.Fatalf("%v, block %d: %d to %d, mean %d", size, i, blocks.darkest[i], blocks.lights[i], blocks.mean[i])
			}
		}
	}
}

// Runs begin where Dark changes.
func TestEdges(t *testing.T) {
	for _, size := range odd {
		g := chance(size[0], size[1])
		blocks, err := g.Blocks(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, make := range []func(context.Context) (Thresholds, error){blocks.Narrow, blocks.Medium, blocks.Wide} {
			thresholds, err := make(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for y := range g.Height {
				want, dark := []int{0}, false
				for x := range g.Width {
					if thresholds.Dark(x, y) != dark {
						want, dark = append(want, x), !dark
					}
				}
				want = append(want, g.Width)
				if got := thresholds.Edges(y, nil); !slices.Equal(got, want) {
					t.Fatalf("%v, row %d: %v, want %v", size, y, got, want)
				}
			}
		}
	}
}

func TestHalved(t *testing.T) {
	for _, size := range odd {
		g := chance(size[0], size[1])
		half, err := g.Halved(t.Context())
		if err != nil || half.Width != g.Width/2 || half.Height != g.Height/2 {
			t.Fatal(half.Width, half.Height, err)
		}
		for i, v := range half.Pix {
			a, b := g.Row(i / half.Width * 2)[i%half.Width*2:], g.Row(i/half.Width*2 + 1)[i%half.Width*2:]
			if want := (int(a[0]) + int(a[1]) + int(b[0]) + int(b[1]) + 2) / 4; int(v) != want {
				t.Fatalf("%v, pixel %d: %d, want %d", size, i, v, want)
			}
		}
	}
}

func TestAt(t *testing.T) {
	g := Grey{3, 2, []byte{10, 20, 30, 50, 60, 70}}
	for _, c := range [][3]float64{
		{0.5, 0.5, 10},
		{1, 0.5, 15},
		{1.5, 1, 40},
		{2.5, 1.5, 70},
		{-5, -5, 10},
		{50, -1, 30},
		{1e6, 1e6, 70}, // outside: the edge
	} {
		if got := g.At(c[0], c[1]); got < c[2]-0.2 || got > c[2]+0.2 {
			t.Errorf("at %v, %v: %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

func TestStretched(t *testing.T) {
	g := chance(300, 300)
	if got := g.Stretched(); &got.Pix[0] != &g.Pix[0] {
		t.Error("a picture with all levels was stretched")
	}
	dim := New(300, 300)
	for i, v := range g.Pix {
		dim.Pix[i] = 40 + v/10
	}
	dim.Pix[777] = 255 // a lamp
	got := dim.Stretched()
	if low, high := slices.Min(got.Pix), slices.Max(got.Pix); low > 10 || high < 245 {
		t.Errorf("a dim picture has levels from %d to %d", low, high)
	}
	plain := New(50, 50)
	if got := plain.Stretched(); slices.Max(got.Pix) != 0 {
		t.Error("nothing was stretched to something")
	}
}

func TestSharpened(t *testing.T) {
	for _, size := range odd {
		g := chance(size[0], size[1])
		got, err := g.Sharpened(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		at := func(x, y int) int { return int(g.Row(max(0, min(g.Height-1, y)))[max(0, min(g.Width-1, x))]) }
		for i, v := range got.Pix {
			x, y, sum := i%g.Width, i/g.Width, 0
			for dy := -3; dy <= 3; dy++ {
				row := 0
				for dx := -3; dx <= 3; dx++ {
					row += at(x+dx, y+dy)
				}
				sum += row / 7
			}
			if want := max(0, min(255, at(x, y)+3*(at(x, y)-sum/7))); int(v) != want {
				t.Fatalf("%v, pixel %d: %d, want %d", size, i, v, want)
			}
		}
	}
}

// What a band does is done once for each row, however wide they are.
func TestBands(t *testing.T) {
	for _, c := range [][2]int{{10, 0}, {10, 1}, {1, 100_000}, {1 << 20, 37}} {
		rows := make([]int, c[1])
		err := Bands(t.Context(), c[0], c[1], func(from, to int) {
			for y := from; y < to; y++ {
				rows[y]++
			}
		})
		if err != nil || slices.ContainsFunc(rows, func(n int) bool { return n != 1 }) {
			t.Errorf("%v: %v", c, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a panic was lost")
		}
	}()
	_ = Bands(t.Context(), 1<<20, 8, func(int, int) { panic("broken") })
}
