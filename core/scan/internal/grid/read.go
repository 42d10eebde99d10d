package grid

import (
	"cmp"
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
	minMeshed        = 0.40 // to be worth a mesh
)

// maxSurfaces is how many surfaces get a mesh, the best ones.
const maxSurfaces = 2

// reader tries to read one code.
type reader struct {
	corners  Corners
	thorough bool
	effort   *Effort
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
	r := reader{corners: c, thorough: thorough, effort: effort}
	for _, size := range sizes(g, c, thorough) {
		p := newPlace(g, c, size, effort)
		if r.flat(p) {
			return r.best, true
		}
		if effort.Over() {
			return r.best, false
		}
		if thorough && !c.guessed() {
			if w, agreement, ok := p.curved(); ok {
				r.surfaces = append(r.surfaces, surface{p, w, agreement})
			}
		}
	}
	return r.best, thorough && r.uneven()
}

// flat tries to read a flat code, with more and more work, as long as what is
// known of every code agrees.
func (r *reader) flat(p *place) bool {
	least, leastClimbed := minStart, minClimbed
	switch {
	case p.corners.guessed():
		least = minStartGuessed
	case r.thorough:
		least = minStartThorough
	}
	if r.thorough {
		leastClimbed = minThorough
	}
	var unread surface
	for _, w := range p.starts(r.thorough) {
		agreement := p.agreement(&w)
		if agreement > enough && r.try(p, &w, agreement, false) {
			return true
		}
		if agreement >= least {
			w, agreement = p.climb(w)
		}
		r.seen(p, &w, agreement)
		if agreement < leastClimbed {
			continue
		}
		if r.try(p, &w, agreement, r.thorough) {
			return true
		}
		aligned, found := p.aligned(&w)
		if found > 0 && r.try(p, &aligned, agreement, r.thorough) {
			return true
		}
		if agreement > unread.agreement {
			unread = surface{p, aligned, agreement}
		}
	}
	if unread.agreement > 0 {
		r.surfaces = append(r.surfaces, unread)
	}
	return false
}

// uneven tries curved and crumpled codes.
func (r *reader) uneven() bool {
	better := func(a, b surface) int { return cmp.Compare(b.agreement, a.agreement) }
	slices.SortStableFunc(r.surfaces, better)
	for i, s := range r.surfaces[:min(len(r.surfaces), maxSurfaces+1)] {
		if s.warp.patch == nil {
			continue
		}
		s.agreement = s.place.climbCurved(&s.warp, s.agreement)
		r.seen(s.place, &s.warp, s.agreement)
		if r.try(s.place, &s.warp, s.agreement, true) {
			return true
		}
		if aligned, found := s.place.aligned(&s.warp); found > 0 {
			if r.try(s.place, &aligned, s.agreement, true) {
				return true
			}
			s.warp = aligned
		}
		r.surfaces[i] = s
	}
	slices.SortStableFunc(r.surfaces, better)
	for _, s := range r.surfaces[:min(len(r.surfaces), maxSurfaces)] {
		if s.agreement < minMeshed {
			break
		}
		w := s.place.meshed(&s.warp)
		if r.try(s.place, &w, s.agreement, true) {
			return true
		}
	}
	return false
}

// seen remembers the place that agrees best.
func (r *reader) seen(p *place, w *warp, agreement float64) {
	if agreement > r.best.Agreement {
		r.best = Reading{Outline: w.outline(), Size: p.size, Agreement: agreement}
	}
}

// try decodes what a warp gives.
func (r *reader) try(p *place, w *warp, agreement float64, hard bool) bool {
	if r.effort.Over() {
		return false
	}
	content, ok := p.decode(w, hard)
	if !ok {
		return false
	}
	r.best = Reading{Content: content, Outline: w.outline(), Size: p.size, Agreement: agreement}
	if r.best.Mirrored {
		r.best.Outline[1], r.best.Outline[3] = r.best.Outline[3], r.best.Outline[1]
	}
	return true
}
