package grid

import (
	"cmp"
	"context"
	"slices"

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
	minClimbedDots   = 0.22 // all finder patterns are discs: modules are dots, light around
	minMeshed        = 0.40 // to be worth a mesh
	surelyFlat       = 0.93
)

const (
	// maxCurved is how many surfaces are climbed on, maxMeshed how many get a mesh:
	// the best ones, and those that are not much worse.
	maxCurved, maxMeshed = 3, 2
	maxWorse             = 0.05
	// A mesh has so many cells along a side. A fine one from the start settles on
	// neighbouring modules.
	coarse, fine = 4, 8
)

// Reader reads the codes of one picture.
type Reader struct {
	Effort
	symbols map[symbolKey]*symbol // that were needed so far
}

// NewReader may spend so many samples.
func NewReader(ctx context.Context, samples int) *Reader {
	return &Reader{Effort: Effort{ctx: ctx, left: samples}, symbols: map[symbolKey]*symbol{}}
}

type symbolKey struct {
	size    int
	without [3]bool
}

func (r *Reader) symbol(size int, without [3]bool) *symbol {
	key := symbolKey{size, without}
	if r.symbols[key] == nil {
		r.symbols[key] = newSymbol(size, without)
	}
	return r.symbols[key]
}

// attempt tries to read one code.
type attempt struct {
	effort   *Effort
	thorough bool
	best     Reading
	// surfaces are what was not read as it is.
	surfaces []surface
}

// surface is a way to lay the code that agrees, but not enough.
type surface struct {
	place     *place
	warp      warp
	agreement float64
}

// Read reads the code with these finder patterns, if there is one. Thorough
// tries take much longer, and are for finder patterns that look like a code. If
// nothing could be read, it gives the place at which the known modules agreed
// best.
func (r *Reader) Read(g *lum.Grey, c Corners, thorough bool) (best Reading, ok bool) {
	if c.square() {
		turned := c
		for i, f := range c {
			facing := *f
			facing.Corners = f.Corners.Facing(c.sides())
			turned[i] = &facing
		}
		c = turned
	}
	a := attempt{effort: &r.Effort, thorough: thorough}
	for _, size := range sizes(g, c, thorough) {
		p := r.newPlace(g, c, size)
		if a.flat(p) {
			return a.best, true
		}
		if r.Over() {
			return a.best, false
		}
		if thorough && c.Strong() && !c.guessed() {
			if w, agreement, ok := p.curved(); ok {
				a.surfaces = append(a.surfaces, surface{p, w, agreement})
			}
		}
	}
	// Where a flat grid agrees so well, the code is flat, and damaged.
	return a.best, thorough && a.best.Agreement < surelyFlat && a.uneven()
}

// flat tries to read a flat code, with more and more work, as long as what is
// known of every code agrees.
func (a *attempt) flat(p *place) bool {
	least, leastClimbed := minStart, minClimbed
	switch {
	case p.corners.guessed():
		least = minStartGuessed
	case a.thorough:
		least = minStartThorough
	}
	if a.thorough {
		leastClimbed = minThorough
	}
	if p.corners[0].Disc && p.corners[1].Disc && p.corners[2].Disc {
		leastClimbed = minClimbedDots
	}
	var unread surface
	for _, w := range p.starts(a.thorough) {
		agreement := p.agreement(&w)
		if agreement > enough && a.try(p, &w, agreement, false) {
			return true
		}
		if agreement >= least {
			w, agreement = p.climb(w)
		}
		a.seen(p, &w, agreement)
		if agreement < leastClimbed {
			continue
		}
		if a.try(p, &w, agreement, a.thorough) {
			return true
		}
		aligned, found := p.aligned(&w)
		if found > 0 && a.try(p, &aligned, agreement, a.thorough) {
			return true
		}
		if agreement > unread.agreement {
			unread = surface{p, aligned, agreement}
		}
	}
	if unread.agreement > 0 {
		a.surfaces = append(a.surfaces, unread)
	}
	return false
}

// uneven tries curved and crumpled codes: the surfaces that agree best.
func (a *attempt) uneven() bool {
	best := func(n int) []surface {
		slices.SortStableFunc(a.surfaces, func(s, o surface) int { return cmp.Compare(o.agreement, s.agreement) })
		return a.surfaces[:min(len(a.surfaces), n)]
	}
	list := best(maxCurved)
	for i, s := range list {
		if s.warp.patch == nil {
			continue
		}
		if s.warp.mesh == nil {
			s.agreement = s.place.climbCurved(&s.warp, s.agreement)
		}
		a.seen(s.place, &s.warp, s.agreement)
		if a.try(s.place, &s.warp, s.agreement, true) {
			return true
		}
		if aligned, found := s.place.aligned(&s.warp); found > 0 && s.warp.mesh == nil {
			if a.try(s.place, &aligned, s.agreement, true) {
				return true
			}
			s.warp = aligned
		}
		list[i] = s
	}
	for _, s := range best(maxMeshed) {
		if s.agreement < max(minMeshed, a.surfaces[0].agreement-maxWorse) {
			break
		}
		w := s.warp
		cells := []int{coarse, fine}
		if len(s.place.alignment) > 2 {
			cells = cells[1:] // the alignment patterns are a mesh already
		}
		for _, cells := range cells {
			w = s.place.meshed(&w, cells)
			if a.try(s.place, &w, s.agreement, true) {
				return true
			}
		}
	}
	return false
}

// seen remembers the place that agrees best.
func (a *attempt) seen(p *place, w *warp, agreement float64) {
	if agreement > a.best.Agreement {
		a.best = Reading{Outline: w.outline(), Size: p.size, Agreement: agreement}
	}
}

// try decodes what a warp gives.
func (a *attempt) try(p *place, w *warp, agreement float64, hard bool) bool {
	if a.effort.Over() {
		return false
	}
	content, ok := p.decode(w, hard)
	if !ok {
		return false
	}
	a.best = Reading{Content: content, Outline: w.outline(), Size: p.size, Agreement: agreement}
	if a.best.Mirrored {
		a.best.Outline[1], a.best.Outline[3] = a.best.Outline[3], a.best.Outline[1]
	}
	return true
}
