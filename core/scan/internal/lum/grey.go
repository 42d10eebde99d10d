package lum

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
func (g Grey) Halved() Grey {
	out := New(g.Width/2, g.Height/2)
	Bands(out.Height, func(from, to int) {
		for y := from; y < to; y++ {
			row := out.Row(y)
			a, b := g.Row(2 * y)[:2*len(row)], g.Row(2*y + 1)[:2*len(row)]
			for x := range row {
				row[x] = byte((uint32(a[2*x]) + uint32(a[2*x+1]) + uint32(b[2*x]) + uint32(b[2*x+1]) + 2) / 4)
			}
		}
	})
	return out
}

// At is the level at a place between pixels, interpolated between the four
// middles of pixels around it; outside of the picture it is that of the edge.
// The picture has at least two rows and two columns.
func (g *Grey) At(x, y float64) float64 {
	x, y = min(max(x-0.5, 0), float64(g.Width)-1.001), min(max(y-0.5, 0), float64(g.Height)-1.001)
	column, row := int(x), int(y)
	fx, fy := x-float64(column), y-float64(row)
	i := row*g.Width + column
	upper, lower := g.Pix[i:i+2:i+2], g.Pix[i+g.Width:i+g.Width+2:i+g.Width+2]
	a := float64(upper[0]) + fx*(float64(upper[1])-float64(upper[0]))
	b := float64(lower[0]) + fx*(float64(lower[1])-float64(lower[0]))
	return a + fy*(b-a)
}

// Nearest is the level of the pixel that a place is in, or of the nearest one.
func (g *Grey) Nearest(x, y float64) float64 {
	column, row := min(max(int(x), 0), g.Width-1), min(max(int(y), 0), g.Height-1)
	return float64(g.Pix[row*g.Width+column])
}
