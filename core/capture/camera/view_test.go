package camera

import (
	"image"
	"image/color"
	"testing"
)

func TestView(t *testing.T) {
	frame := image.NewGray(image.Rect(10, 20, 410, 220)) // 400 x 200, white at its left
	for y := frame.Rect.Min.Y; y < frame.Rect.Max.Y; y++ {
		for x := frame.Rect.Min.X; x < 210; x++ {
			frame.SetGray(x, y, color.Gray{255})
		}
	}
	corners := [4]image.Point{{10, 20}, {210, 20}, {210, 120}, {10, 120}}
	for _, c := range []struct {
		name    string
		view    View
		size    image.Point
		corners [4]image.Point
	}{
		{"as it is", View{}, image.Pt(400, 200), [4]image.Point{{0, 0}, {200, 0}, {200, 100}, {0, 100}}},
		{"larger", View{Size: image.Pt(900, 900)}, image.Pt(400, 200), [4]image.Point{{0, 0}, {200, 0}, {200, 100}, {0, 100}}},
		{"less wide", View{Size: image.Pt(200, 200)}, image.Pt(200, 100), [4]image.Point{{0, 0}, {100, 0}, {100, 50}, {0, 50}}},
		{"less high", View{Size: image.Pt(400, 50)}, image.Pt(100, 50), [4]image.Point{{0, 0}, {50, 0}, {50, 25}, {0, 25}}},
		{"mirrored", View{Size: image.Pt(200, 200), Mirror: true}, image.Pt(200, 100), [4]image.Point{{199, 0}, {99, 0}, {99, 50}, {199, 50}}},
	} {
		got := c.view.Draw(frame, nil)
		if got.Rect != (image.Rectangle{Max: c.size}) {
			t.Errorf("%s: size %v, want %v", c.name, got.Rect, c.size)
		}
		left, right := got.RGBAAt(1, 1).R, got.RGBAAt(c.size.X-2, 1).R
		if white := left == 255 && right == 0; white == c.view.Mirror || left == right {
			t.Errorf("%s: left %d, right %d", c.name, left, right)
		}
		if got := c.view.Corners(frame.Rect, corners); got != c.corners {
			t.Errorf("%s: corners %v, want %v", c.name, got, c.corners)
		}
		if again := c.view.Draw(frame, got); again != got {
			t.Errorf("%s: a second picture for the same view", c.name)
		}
	}
	thin := View{Size: image.Pt(10, 10)}.Draw(image.NewGray(image.Rect(0, 0, 4000, 1)), nil)
	if thin.Rect.Max != image.Pt(10, 1) {
		t.Errorf("a line is drawn as %v", thin.Rect)
	}
	empty := View{}.Corners(image.Rectangle{}, corners)
	if empty != corners {
		t.Error(empty)
	}
}
