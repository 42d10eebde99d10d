package camera

import (
	"image"
	"slices"
)

// preferred is the size that is taken where none is wanted: of a code on a
// screen that is held before the camera, a module has then some pixels.
var preferred = image.Pt(1280, 720)

// fluent is the rate from which on more frames a second gain nothing.
const fluent = 14

// choose takes the mode of those that a camera offers: the wanted format first,
// then the nearest size, then one that is fluent, then YUYV, which costs
// nothing to decode.
func choose(modes []Mode, o Options) (Mode, error) {
	if o.Size == (image.Point{}) {
		o.Size = preferred
	}
	spoken := slices.DeleteFunc(slices.Clone(modes), func(m Mode) bool { return !m.spoken() || !bounded(m.Size) })
	if len(spoken) == 0 {
		return Mode{}, ErrFormat
	}
	cost := func(m Mode) []int {
		return []int{
			flag(o.Format != "" && m.Format != o.Format),
			abs(m.Size.X-o.Size.X) + abs(m.Size.Y-o.Size.Y),
			flag(m.FPS != 0 && m.FPS < fluent),
			flag(m.Format != FormatYUYV),
		}
	}
	return slices.MinFunc(spoken, func(a, b Mode) int { return slices.Compare(cost(a), cost(b)) }), nil
}

// bounded reports whether frames of that size are read.
func bounded(size image.Point) bool {
	return size.X > 0 && size.Y > 0 && size.X <= MaxPixels && size.Y <= MaxPixels/size.X
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func abs(n int) int { return max(n, -n) }
