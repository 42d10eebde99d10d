package scan

import (
	"context"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/grid"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// alwaysTaken is how many looks are taken even if the first one explains all it
// sees: the second one costs a quarter and finds codes made of dots beside others.
const alwaysTaken = 2

// search is what one picture has come to so far.
type search struct {
	ctx    context.Context
	sizes  *sizes
	looks  []look
	limits limits
	reader *grid.Reader
	codes  []grid.Reading // in the page's pixels, as all that follows
	// failures are places of codes that could not be read.
	failures []failure
	// pool is the strong finder patterns of all looks: one is seen at full size,
	// another only at half. It gains 7.
	pool  []find.Finder
	tried map[attempt]int
	// wasted is the samples that went into attempts that failed.
	wasted int
}

func newSearch(ctx context.Context, page lum.Grey, quick bool) *search {
	limits := limitsFor(page, quick)
	return &search{
		ctx: ctx, sizes: newSizes(page.Stretched()), looks: looks(page, quick), limits: limits,
		reader: grid.NewReader(ctx, limits.effort), tried: map[attempt]int{},
	}
}

func (s *search) run() error {
	unexplained := true
	for i, l := range s.looks {
		if i >= alwaysTaken && len(s.codes) > 0 && !unexplained {
			break
		}
		v, err := s.see(l)
		if err != nil {
			return err
		}
		s.readTriples(v)
		if l.how != quickly {
			s.readPairs(v)
		}
		if err := s.reader.Err(); err != nil {
			return err
		}
		unexplained = v.unexplained()
	}
	return s.ctx.Err()
}

// over reports whether no more is to be tried.
func (s *search) over() bool { return s.wasted >= s.limits.wasted || s.reader.Over() }

// found takes in a code, and what is in it.
func (s *search) found(v *view, r grid.Reading) {
	for i, f := range v.finders {
		if r.Outline.Grown(grown).Contains(f.Centre) {
			v.done[i] = true
		}
	}
	r.Outline = r.Outline.Scaled(v.scale)
	s.codes = append(s.codes, r)
}

// grown is by how much outlines are, as they may be a bit too small.
const grown = 1.02

// inCode reports whether a point of the page is in a code that was read.
func (s *search) inCode(p geom.Point) bool {
	for _, c := range s.codes {
		if c.Outline.Grown(grown).Contains(p) {
			return true
		}
	}
	return false
}
