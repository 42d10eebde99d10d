package lum

import "context"

const (
	// sharpenRadius is how far around a pixel the mean goes that it is compared with,
	// and sharpenBy how often the difference is added.
	sharpenRadius, sharpenBy = 3, 3
)

// Sharpened is the picture with what differs from the surroundings brought out: the
// rings of a finder pattern that blur has made grey.
func (g Grey) Sharpened(ctx context.Context) (Grey, error) {
	const r = sharpenRadius
	across := New(g.Width, g.Height) // means along rows
	err := Bands(ctx, g.Width, g.Height, func(from, to int) {
		for y := from; y < to; y++ {
			means(across.Row(y), g.Row(y))
		}
	})
	if err != nil {
		return g, err
	}
	out := New(g.Width, g.Height)
	err = Bands(ctx, g.Width, g.Height, func(from, to int) {
		sums := make([]int32, g.Width) // of the rows around
		add := func(y int, sign int32) {
			for x, v := range across.Row(max(0, min(g.Height-1, y))) {
				sums[x] += sign * int32(v)
			}
		}
		for y := from - r; y < from+r; y++ {
			add(y, 1)
		}
		for y := from; y < to; y++ {
			add(y+r, 1)
			row, in := out.Row(y), g.Row(y)
			for x, sum := range sums {
				v := int32(in[x])
				row[x] = byte(max(0, min(255, v+sharpenBy*(v-sum/(2*r+1)))))
			}
			add(y-r, -1)
		}
	})
	return out, err
}

// means takes the mean of each level and those around it.
func means(out, in []byte) {
	const r = sharpenRadius
	last := len(in) - 1
	sum := int32(0)
	for x := -r; x <= r; x++ {
		sum += int32(in[max(0, min(last, x))])
	}
	for x := range out {
		out[x] = byte(sum / (2*r + 1))
		sum += int32(in[min(last, x+r+1)]) - int32(in[max(0, x-r)])
	}
}
