package camera

import (
	"image"

	"golang.org/x/image/draw"
)

// View is how frames are shown.
type View struct {
	// Size is the room that there is: a frame is made smaller to fit, never larger.
	Size image.Point
	// Mirror shows left at the right, as people expect of a camera that looks at
	// them. Frames are read as they are.
	Mirror bool
}

// Draw draws a frame. It draws into the picture that it drew before, if that is
// given and of the right size, else into a new one.
func (v View) Draw(frame image.Image, before *image.RGBA) *image.RGBA {
	size := image.Rectangle{Max: v.fit(frame.Bounds().Size())}
	if before == nil || before.Rect != size {
		before = image.NewRGBA(size)
	}
	// Smoother ways cost three times as much, which a moving picture does not show.
	draw.NearestNeighbor.Scale(before, size, frame, frame.Bounds(), draw.Src, nil)
	if v.Mirror {
		for y := range size.Dy() {
			mirror(before.Pix[y*before.Stride:][:4*size.Dx()])
		}
	}
	return before
}

// Corners are those of a code in what Draw draws.
func (v View) Corners(frame image.Rectangle, corners [4]image.Point) [4]image.Point {
	if frame.Empty() {
		return corners
	}
	size := v.fit(frame.Size())
	for i, c := range corners {
		c = c.Sub(frame.Min)
		c = image.Pt(c.X*size.X/frame.Dx(), c.Y*size.Y/frame.Dy())
		if v.Mirror {
			c.X = size.X - 1 - c.X
		}
		corners[i] = c
	}
	return corners
}

// fit is the size of the frame in the view.
func (v View) fit(frame image.Point) image.Point {
	if v.Size.X <= 0 || v.Size.Y <= 0 || frame.X <= v.Size.X && frame.Y <= v.Size.Y {
		return frame
	}
	if frame.X*v.Size.Y > frame.Y*v.Size.X { // wider than the view
		return image.Pt(v.Size.X, max(frame.Y*v.Size.X/frame.X, 1))
	}
	return image.Pt(max(frame.X*v.Size.Y/frame.Y, 1), v.Size.Y)
}

// mirror turns a row of pixels round.
func mirror(row []byte) {
	for l, r := 0, len(row)-4; l < r; l, r = l+4, r-4 {
		a, b := (*[4]byte)(row[l:]), (*[4]byte)(row[r:])
		*a, *b = *b, *a
	}
}
