package capture_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/understudy-auth/understudy/core/capture"
)

func TestAround(t *testing.T) {
	picture := image.NewGray(image.Rect(100, 50, 500, 350))
	picture.Set(250, 150, color.White)
	at := func(x, y int) [4]image.Point {
		return [4]image.Point{{X: x, Y: y}, {X: x + 40, Y: y}, {X: x + 40, Y: y + 40}, {X: x, Y: y + 40}}
	}
	for _, tt := range []struct {
		name    string
		corners [4]image.Point
		want    image.Point
	}{
		{"in the middle", at(250, 150), image.Pt(122, 122)},
		{"at the edge", at(102, 52), image.Pt(83, 56)},
		{"upside down", [4]image.Point{{X: 290, Y: 190}, {X: 250, Y: 190}, {X: 250, Y: 150}, {X: 290, Y: 150}}, image.Pt(122, 122)},
		{"outside", at(2000, 2000), image.Point{}},
	} {
		got := capture.Around(picture, tt.corners)
		if got == nil {
			if tt.want != (image.Point{}) {
				t.Errorf("%s: nothing", tt.name)
			}
			continue
		}
		if d := got.Bounds().Size().Sub(tt.want); d.X < -2 || d.X > 2 || d.Y < -2 || d.Y > 2 {
			t.Errorf("%s: %v, want about %v", tt.name, got.Bounds(), tt.want)
		}
	}
	part := capture.Around(picture, at(250, 150))
	picture.Set(250, 150, color.Black)
	if r, _, _, _ := part.At(41, 68).RGBA(); r != 0xFFFF {
		t.Error("the part is no copy of its place")
	}
}
