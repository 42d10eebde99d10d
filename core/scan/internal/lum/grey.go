package lum

import (
	"context"
	"encoding/binary"
)

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
			for len(row) >= 4 && len(a) >= 8 && len(b) >= 8 {
				binary.LittleEndian.PutUint32(row, means4(binary.LittleEndian.Uint64(a), binary.LittleEndian.Uint64(b)))
				row, a, b = row[4:], a[8:], b[8:]
			}
			for x := range row {
				row[x] = byte((uint32(a[2*x]) + uint32(a[2*x+1]) + uint32(b[2*x]) + uint32(b[2*x+1]) + 2) / 4)
			}
		}
	})
	return out, err
}

// means4 is the means of four squares of four pixels.
func means4(a, b uint64) uint32 {
	const half = 0x0002_0002_0002_0002
	sums := (a&evenBytes + a>>8&evenBytes + b&evenBytes + b>>8&evenBytes + half) >> 2 & evenBytes
	return uint32(sums&0xFF | sums>>8&0xFF00 | sums>>16&0xFF0000 | sums>>24&0xFF000000)
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
