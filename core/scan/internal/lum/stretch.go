package lum

const (
	// dimRange is the range of levels below which a picture is dim: a night, a worn
	// screen, fog.
	dimRange = 100
	// outliers is the share of pixels at each end of the range that do not count:
	// lamps, their reflections, dead pixels.
	outliers = 0.002
	// sampled is how many pixels the range is taken from, about.
	sampled = 50_000
)

// Stretched is the picture with its levels over the whole range, if it is a dim
// one, so that what is a contrast in other pictures is one here: they are read at
// once, not by the last look. It costs nothing for others.
func (g Grey) Stretched() Grey {
	var counts [256]int
	n := 0
	for i := 0; i < len(g.Pix); i += max(1, len(g.Pix)/sampled) | 1 {
		counts[g.Pix[i]]++
		n++
	}
	low, high := 0, 255
	for rest := int(outliers * float64(n)); low < 255; low++ {
		if rest -= counts[low]; rest < 0 {
			break
		}
	}
	for rest := int(outliers * float64(n)); high > low; high-- {
		if rest -= counts[high]; rest < 0 {
			break
		}
	}
	if high-low >= dimRange || high == low {
		return g
	}
	var levels [256]byte
	for i := range levels {
		levels[i] = byte(max(0, min(255, (i-low)*255/(high-low))))
	}
	out := New(g.Width, g.Height)
	for i, v := range g.Pix {
		out.Pix[i] = levels[v]
	}
	return out
}
