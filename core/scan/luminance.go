package scan

import (
	"image"
	"image/draw"

	"github.com/makiuchi-d/gozxing"
)

// grey is a picture as one byte of luminance for each pixel, row by row.
type grey struct {
	width, height int
	pix           []byte
}

// luminance weighs the colours as ITU-R BT.601 does, in 1/1024.
func luminance(r, g, b uint32) byte { return byte((306*r + 601*g + 117*b + 512) >> 10) }

// onWhite lays a colour with alpha on white paper: a picture of a code without a
// background is black on nothing.
func onWhite(c, alpha uint32) uint32 { return (c*alpha + 255*(255-alpha) + 127) / 255 }

// toGrey reads the pixels from the buffers of the types that decoders make;
// asking for them one by one through At would take ten times as long. Other
// types are converted once.
func toGrey(picture image.Image) grey {
	b := picture.Bounds()
	out := grey{b.Dx(), b.Dy(), make([]byte, b.Dx()*b.Dy())}
	switch p := picture.(type) {
	case *image.Gray:
		for y := range out.height {
			copy(out.row(y), p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.YCbCr:
		for y := range out.height {
			copy(out.row(y), p.Y[p.YOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.RGBA:
		for y := range out.height {
			row, in := out.row(y), p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range row {
				q := in[4*x : 4*x+4 : 4*x+4]
				white := 255 - uint32(q[3]) // premultiplied already
				row[x] = luminance(uint32(q[0])+white, uint32(q[1])+white, uint32(q[2])+white)
			}
		}
	case *image.NRGBA:
		for y := range out.height {
			row, in := out.row(y), p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range row {
				q := in[4*x : 4*x+4 : 4*x+4]
				if a := uint32(q[3]); a == 255 {
					row[x] = luminance(uint32(q[0]), uint32(q[1]), uint32(q[2]))
				} else {
					row[x] = luminance(onWhite(uint32(q[0]), a), onWhite(uint32(q[1]), a), onWhite(uint32(q[2]), a))
				}
			}
		}
	case *image.Paletted:
		var levels [256]byte // an index beyond the palette is black
		for i, c := range p.Palette[:min(len(p.Palette), 256)] {
			r, g, b, a := c.RGBA()
			white := 0xFFFF - a
			levels[i] = luminance((r+white)>>8, (g+white)>>8, (b+white)>>8)
		}
		for y := range out.height {
			row, in := out.row(y), p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):]
			for x := range row {
				row[x] = levels[in[x]]
			}
		}
	default:
		rgba := image.NewRGBA(image.Rect(0, 0, out.width, out.height))
		draw.Draw(rgba, rgba.Bounds(), picture, b.Min, draw.Src)
		return toGrey(rgba)
	}
	return out
}

func (g grey) row(y int) []byte { return g.pix[y*g.width : (y+1)*g.width] }

// inverted is the picture as a photographic negative: light codes on dark.
func (g grey) inverted() grey {
	out := grey{g.width, g.height, make([]byte, len(g.pix))}
	for i, v := range g.pix {
		out.pix[i] = 255 - v
	}
	return out
}

// halved is the picture at half its size, each pixel the mean of four: codes
// with huge or ragged modules are found better there.
func (g grey) halved() grey {
	out := grey{g.width / 2, g.height / 2, make([]byte, (g.width/2)*(g.height/2))}
	for y := range out.height {
		row, a, b := out.row(y), g.row(2*y), g.row(2*y+1)
		for x := range row {
			row[x] = byte((uint32(a[2*x]) + uint32(a[2*x+1]) + uint32(b[2*x]) + uint32(b[2*x+1]) + 2) / 4)
		}
	}
	return out
}

// doubled is the picture at twice its size: modules of two pixels are too
// small for the library's finder.
func (g grey) doubled() grey {
	out := grey{2 * g.width, 2 * g.height, make([]byte, 4*len(g.pix))}
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
	gozxing.LuminanceSourceBase
	g grey
}

func newSource(g grey) gozxing.LuminanceSource {
	return &source{gozxing.LuminanceSourceBase{Width: g.width, Height: g.height}, g}
}

func (s *source) GetRow(y int, row []byte) ([]byte, error) {
	return append(row[:0], s.g.row(y)...), nil
}
func (s *source) GetMatrix() []byte               { return s.g.pix }
func (s *source) Invert() gozxing.LuminanceSource { return newSource(s.g.inverted()) }
func (s *source) String() string                  { return gozxing.LuminanceSourceString(s) }
