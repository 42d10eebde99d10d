package scan

import "github.com/makiuchi-d/gozxing"

// inverted is the picture as a photographic negative: light codes on dark.
func (g grey) inverted() grey {
	out := newGrey(g.width, g.height)
	for i, v := range g.pix {
		out.pix[i] = 255 - v
	}
	return out
}

// halved is the picture at half its size, each pixel the mean of four. That
// takes away noise and the gaps in modules made of dots, and lets the
// thresholds' window span larger modules.
func (g grey) halved() grey {
	out := newGrey(g.width/2, g.height/2)
	for y := range out.height {
		row, a, b := out.row(y), g.row(2*y), g.row(2*y+1)
		for x := range row {
			row[x] = byte((uint32(a[2*x]) + uint32(a[2*x+1]) + uint32(b[2*x]) + uint32(b[2*x+1]) + 2) / 4)
		}
	}
	return out
}

// doubled is the picture at twice its size, for modules of a pixel or two: a
// finder pattern has to be three searched rows high.
func (g grey) doubled() grey {
	out := newGrey(2*g.width, 2*g.height)
	for y := range out.height {
		row, in := out.row(y), g.row(y/2)
		for x := range row {
			row[x] = in[x/2]
		}
	}
	return out
}

// source hands the luminance to gozxing without a copy.
type source struct {
	gozxing.LuminanceSourceBase // says that it can neither crop nor turn
	grey
}

func newSource(g grey) *source {
	return &source{gozxing.LuminanceSourceBase{Width: g.width, Height: g.height}, g}
}

func (s *source) GetMatrix() []byte                      { return s.pix }
func (s *source) GetRow(y int, _ []byte) ([]byte, error) { return s.row(y), nil }
func (s *source) Invert() gozxing.LuminanceSource        { return newSource(s.inverted()) }
func (s *source) String() string                         { return gozxing.LuminanceSourceString(s) }
