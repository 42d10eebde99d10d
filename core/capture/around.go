package capture

import (
	"image"
	"image/draw"
)

// Around cuts the surroundings of a code out of the picture in which it was
// seen: three times its size, as far as the picture goes, so that whoever is asked
// sees the page that shows the code. There is more above it than below: a browser's
// address is there. It is a copy, so that the rest of
// the picture can be forgotten. Nil where the code lies outside.
func Around(picture image.Image, corners [4]image.Point) image.Image {
	var code image.Rectangle
	for _, p := range corners {
		code = code.Union(image.Rectangle{Min: p, Max: p.Add(image.Pt(1, 1))})
	}
	side := max(code.Dx(), code.Dy())
	part := code.Inset(-side).Sub(image.Pt(0, side*2/3)).Intersect(picture.Bounds())
	if part.Empty() {
		return nil
	}
	out := image.NewRGBA(image.Rectangle{Max: part.Size()})
	draw.Draw(out, out.Rect, picture, part.Min, draw.Src)
	return out
}
