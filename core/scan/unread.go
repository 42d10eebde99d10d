package scan

import (
	"cmp"
	"math"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/grid"
)

const (
	// minSeen is the agreement of known modules from which a place is that of a code
	// for sure: chance seldom makes 0.3.
	minSeen, minSeenCut = 0.45, 0.40
	minSeenStrong       = 0.30 // with three strong finder patterns
	// small is the size of a module, in pixels of the page, from which on a code is
	// too small rather than damaged.
	small = 1.7
	// maxUnread is how many codes that could not be read are told.
	maxUnread = 20
)

// failure is the place of a code that could not be read.
type failure struct {
	outline   geom.Quad
	agreement float64
	reason    Reason
	// finders are the middles of the finder patterns that were seen.
	finders []geom.Point
}

// failed remembers the place of an attempt if there is a code.
func (s *search) failed(v *view, r grid.Reading, c grid.Corners) {
	least := minSeen
	if c.Strong() {
		least = minSeenStrong
	}
	if r.Size == 0 || r.Agreement < min(least, minSeenCut) {
		return
	}
	f := failure{outline: r.Outline.Scaled(v.scale), agreement: r.Agreement}
	cut := 0
	margin := v.scale * (c[0].Module + c[1].Module + c[2].Module) / 3
	page := (*s.sizes)[0].grey
	most := float64(page.Width + page.Height)
	if !f.outline.Convex() {
		return
	}
	for _, p := range f.outline {
		if !(math.Abs(p.X) < most && math.Abs(p.Y) < most) { // nor a number
			return
		}
		if p.X < -margin || p.Y < -margin || p.X > float64(page.Width)+margin || p.Y > float64(page.Height)+margin {
			cut++
		}
	}
	switch {
	case cut > 0:
		f.reason = Cut
	case r.Agreement < least:
		return
	case margin < small:
		f.reason = TooSmall
	}
	for _, o := range c {
		if !o.Guessed {
			f.finders = append(f.finders, o.Centre.Times(v.scale))
		}
	}
	s.failures = append(s.failures, f)
}

// unread is the failures at different places that are in no code, and after them
// finder patterns at the edge that are in nothing else: the rest of their code is
// beyond it.
func (s *search) unread() (list []failure) {
	slices.SortStableFunc(s.failures, func(a, b failure) int { return cmp.Compare(b.agreement, a.agreement) })
	for _, f := range append(s.failures, s.atEdge()...) {
		centre := f.outline.Centre()
		overlaps := func(q geom.Quad) bool { return q.Contains(centre) || f.outline.Contains(q.Centre()) }
		known := slices.ContainsFunc(s.codes, func(c grid.Reading) bool { return overlaps(c.Outline) }) || slices.ContainsFunc(f.finders, s.inCode) ||
			slices.ContainsFunc(list, func(o failure) bool { return overlaps(o.outline) })
		if !known && len(list) < maxUnread {
			list = append(list, f)
		}
	}
	return list
}

// edge is how far from the edge of the picture, in modules, the middle of a finder
// pattern is whose code is cut: less than the smallest code is wide.
const edge = 17.5

func (s *search) atEdge() (list []failure) {
	page := (*s.sizes)[0].grey
	for _, f := range s.pool {
		reach := edge * f.Module
		if min(f.Centre.X, f.Centre.Y, float64(page.Width)-f.Centre.X, float64(page.Height)-f.Centre.Y) < reach {
			list = append(list, failure{outline: f.Corners, reason: Cut, finders: []geom.Point{f.Centre}})
		}
	}
	return list
}
