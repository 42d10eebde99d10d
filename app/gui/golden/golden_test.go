package golden_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/understudy-auth/understudy/app/gui/golden"
)

func TestDiffering(t *testing.T) {
	grey := func(w int, levels ...uint8) image.Image {
		m := image.NewGray(image.Rect(0, 0, w, 1))
		for x, l := range levels {
			m.SetGray(x, 0, color.Gray{Y: l})
		}
		return m
	}
	for _, c := range []struct {
		name string
		a, b image.Image
		want int
	}{
		{"same", grey(2, 10, 20), grey(2, 10, 20), 0},
		{"rounding", grey(2, 10, 20), grey(2, 26, 4), 0},
		{"one", grey(2, 10, 20), grey(2, 10, 37), 1},
		{"size", grey(2, 10, 20), grey(3, 10, 20), 5},
	} {
		if got := golden.Differing(c.a, c.b); got != c.want {
			t.Errorf("%s: %d pixels differ, want %d", c.name, got, c.want)
		}
	}
	shifted := image.NewGray(image.Rect(5, 5, 7, 6))
	if golden.Differing(shifted, grey(2, 0, 0)) != 0 {
		t.Error("where a picture begins matters")
	}
}
