package grid

import (
	"github.com/makiuchi-d/gozxing"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// Reading is a code that was read, or the place of one that was not.
type Reading struct {
	Content
	Outline geom.Quad // top left, top right, bottom right and bottom left corner
	Size    int       // modules along a side
	// Agreement is how well the known modules are where they should, of 1.
	Agreement float64
}

// How well known modules have to agree.
const (
	minStart         = 0.30 // before anything is tried
	minStartThorough = 0.15
	minStartGuessed  = 0.25
	enough           = 0.60 // to decode at once
	minClimbed       = 0.42 // after climbing
	minThorough      = 0.33
	minMeshed        = 0.40 // to be worth a mesh
)

// Read reads the code with these finder patterns, if there is one. Thorough
// tries take much longer, and are for finder patterns that look like a code. If
// nothing could be read, it gives the place at which the known modules agreed
// best.
func Read(g *lum.Grey, c Corners, thorough bool, effort *Effort) (best Reading, ok bool) {
	if c.square() {
		turned := c
		for i, f := range c {
			facing := *f
			facing.Corners = f.Corners.Facing(c.sides())
			turned[i] = &facing
		}
		c = turned
	}
	for _, size := range sizes(g, c, thorough) {
		p := newPlace(g, c, size, effort)
		for _, w := range p.starts(thorough) {
			r, ok := p.read(w, thorough)
			if ok {
				return r, true
			}
			if r.Agreement > best.Agreement {
				best = r
			}
			if effort.Over() {
				return best, false
			}
		}
	}
	return best, false
}

// starts are the ways to lay a flat grid: on the twelve corners of the three
// finder patterns, or on their middles, each together with the last alignment
// pattern if that is found.
func (p *place) starts(thorough bool) (list []warp) {
	n := float64(p.size)
	if p.corners.square() {
		var pairs []geom.Pair
		for i, at := range [3]geom.Point{{}, {X: n - 7}, {Y: n - 7}} {
			weight := 1.0
			if p.corners[i].Guessed {
				weight = 0.05
			}
			for j, corner := range [4]geom.Point{{}, {X: 7}, {X: 7, Y: 7}, {Y: 7}} {
				pairs = append(pairs, geom.Pair{Code: at.Plus(corner), Picture: p.corners[i].Corners[j], Weight: weight})
			}
		}
		radius := min(1.5+0.05*n, 4)
		if p.corners.guessed() {
			radius = min(2.5+0.08*n, 7)
		}
		if flat, ok := geom.Fit(pairs); ok {
			w := warp{flat: flat, size: n}
			if better, ok := p.withAlignment(w, pairs, radius); ok && p.agreement(&better) > p.agreement(&w) {
				w = better
			}
			list = append(list, w)
		}
	}
	if p.corners.guessed() || p.corners.square() && !thorough {
		return list
	}
	a, b, c := p.corners[0].Centre, p.corners[1].Centre, p.corners[2].Centre
	pairs := []geom.Pair{
		{Code: geom.Point{X: 3.5, Y: 3.5}, Picture: a, Weight: 1},
		{Code: geom.Point{X: n - 3.5, Y: 3.5}, Picture: b, Weight: 1},
		{Code: geom.Point{X: 3.5, Y: n - 3.5}, Picture: c, Weight: 1},
	}
	parallelogram := append(pairs, geom.Pair{Code: geom.Point{X: n - 3.5, Y: n - 3.5}, Picture: b.Plus(c).Minus(a), Weight: 1})
	flat, ok := geom.Fit(parallelogram)
	if !ok {
		return list
	}
	w := warp{flat: flat, size: n}
	if better, ok := p.withAlignment(w, pairs, min(3+0.08*n, 7)); ok {
		list = append(list, better)
	}
	return append(list, w)
}

// withAlignment lays the grid anew with the last alignment pattern, which is
// close to the corner without a finder pattern.
func (p *place) withAlignment(w warp, pairs []geom.Pair, radius float64) (warp, bool) {
	if len(p.alignment) == 0 {
		return w, false
	}
	last := p.alignment[len(p.alignment)-1]
	at := geom.Point{X: last, Y: last}
	offset, score := p.findAlignment(&w, at, geom.Point{}, radius)
	if score <= minAlignment {
		return w, false
	}
	flat, ok := geom.Fit(append(pairs[:len(pairs):len(pairs)], geom.Pair{Code: at, Picture: w.at(at).Plus(offset), Weight: 3}))
	return warp{flat: flat, size: w.size}, ok
}

// read tries to read the code at a place, with more and more work, as long as
// what is known of every code agrees.
func (p *place) read(w warp, thorough bool) (Reading, bool) {
	r := Reading{Outline: w.outline(), Size: p.size, Agreement: p.agreement(&w)}
	least, leastClimbed := minStart, minClimbed
	if thorough {
		least, leastClimbed = minStartThorough, minThorough
	}
	if p.corners.guessed() {
		least = minStartGuessed
	}
	if r.Agreement < least {
		return r, false
	}
	// try decodes what a warp gives.
	try := func(w warp, hard bool) (ok bool) {
		if p.effort.Over() {
			return false
		}
		if r.Content, ok = p.decode(&w, hard); ok {
			r.Outline = w.outline()
			if r.Mirrored {
				r.Outline[1], r.Outline[3] = r.Outline[3], r.Outline[1]
			}
		}
		return ok
	}
	if r.Agreement > enough && try(w, false) {
		return r, true
	}
	w, r.Agreement = p.climb(w, false)
	r.Outline = w.outline()
	if r.Agreement < leastClimbed {
		return r, false
	}
	if try(w, thorough) {
		return r, true
	}
	aligned, found := p.aligned(&w)
	if found > 0 && try(aligned, thorough) {
		return r, true
	}
	if !thorough {
		return r, false
	}
	if r.Agreement > minMeshed && try(p.meshed(&aligned), true) {
		return r, true
	}
	bent, agreement := p.climb(w, true)
	if agreement <= r.Agreement+0.005 {
		return r, false
	}
	if try(bent, true) {
		return r, true
	}
	aligned, found = p.aligned(&bent)
	return r, found > 0 && try(aligned, true)
}

// decode samples the modules and decodes them, with thresholds from the plane
// through the finder patterns, then from modules around; as they are, then
// sharpened.
func (p *place) decode(w *warp, hard bool) (Content, bool) {
	levels := p.sample(w)
	shares, radii := []float64{0, 0.12}, []int{4}
	if hard {
		shares, radii = []float64{0, 0.12, 0.3}, []int{3, 8, p.size}
	}
	plane := make([]float64, len(levels))
	for i := range plane {
		plane[i] = p.thresholdAt(geom.Point{X: float64(i%p.size) + 0.5, Y: float64(i/p.size) + 0.5})
	}
	for _, share := range shares {
		sharp := levels
		if share > 0 {
			sharp = sharpened(levels, p.size, share)
		}
		if content, ok := p.decodeLevels(sharp, plane); ok {
			return content, true
		}
		for _, radius := range radii {
			if content, ok := p.decodeLevels(sharp, boxMean(sharp, p.size, radius)); ok {
				return content, true
			}
		}
	}
	return Content{}, false
}

// decodeCost is what decoding a module takes, in samples.
const decodeCost = 2

func (p *place) decodeLevels(levels, thresholds []float64) (Content, bool) {
	if !p.effort.Spend(decodeCost * len(levels)) {
		return Content{}, false
	}
	modules, err := gozxing.NewSquareBitMatrix(p.size)
	if err != nil {
		return Content{}, false
	}
	for i, level := range levels {
		if (level < thresholds[i]) == (p.scale < 0) {
			modules.Set(i%p.size, i/p.size)
		}
	}
	return decode(modules)
}
