package lum

import "context"

// Grey is a picture as one byte of luminance for each pixel, row by row.
type Grey struct {
	Width, Height int
	Pix           []byte
}

// New is a black picture.
func New(width, height int) Grey { return Grey{width, height, make([]byte, width*height)} }

// Row is a row's pixels.
func (g Grey) Row(y int) []byte { return g.Pix[y*g.Width : (y+1)*g.Width] }

// Halved is the picture at half its size, each pixel the mean of four. That
// takes away noise, moiré and the gaps in modules made of dots, and lets
// thresholds of the same window span larger modules.
func (g Grey) Halved(ctx context.Context) (Grey, error) {
	out := New(g.Width/2, g.Height/2)
	err := Bands(ctx, g.Width, out.Height, func(from, to int) {
		for y := from; y < to; y++ {
			row := out.Row(y)
			a, b := g.Row(2 * y)[:2*len(row)], g.Row(2*y + 1)[:2*len(row)]
			for x := range row {
				row[x] = byte((uint32(a[2*x]) + uint32(a[2*x+1]) + uint32(b[2*x]) + uint32(b[2*x+1]) + 2) / 4)
			}
		}
	})
	return out, err
}

// At is the level at a place between pixels, interpolated between the four
// middles of pixels around it; outside of the picture it is that of the edge.
// The picture has at least two rows and two columns. It counts in 1/256 of a
// pixel, as half of the time spent on a hard picture is here.
func (g *Grey) At(x, y float64) float64 {
	column, row := int(x*256)-128, int(y*256)-128
	if column < 0 {
		column = 0
	} else if last := (g.Width-1)<<8 - 1; column > last {
		column = last
	}
	if row < 0 {
		row = 0
	} else if last := (g.Height-1)<<8 - 1; row > last {
		row = last
	}
	fx, fy := column&255, row&255
	i := row>>8*g.Width + column>>8
	upper, lower := g.Pix[i:i+2], g.Pix[i+g.Width:i+g.Width+2]
	a := int(upper[0])<<8 + fx*(int(upper[1])-int(upper[0]))
	b := int(lower[0])<<8 + fx*(int(lower[1])-int(lower[0]))
	return float64(a<<8+fy*(b-a)) * (1.0 / 65536)
}
