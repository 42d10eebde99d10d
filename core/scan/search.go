package scan

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/grid"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

const (
	alwaysTaken = 2
	maxEffort   = 60_000_000

	minShare         = 0.6
	minShareThorough = 0.4
	strongShare      = 0.85

	maxFailures  = 30
	maxGuesses   = 14
	maxFinders   = 60
	maxOnSheet   = 300
	sheetFinders = 20
	grown        = 1.02
	maxPool      = 300
	minPoolShare = 0.8
	maxPerTriple = 2
)

// search is what one picture has come to so far.
type search struct {
	ctx    context.Context
	sizes  *sizes
	looks  []look
	effort *grid.Effort
	codes  []grid.Reading // in the page's pixels
	// pool is the strong finder patterns of all looks, in the page's pixels: one is
	// seen at full size, another only at half.
	pool   []find.Finder
	failed map[attempt]int
}

// attempt is a combination of finder patterns by their places, to four pixels.
type attempt struct {
	places   [6]int
	thorough bool
}

func newSearch(ctx context.Context, page lum.Grey) *search {
	return &search{ctx: ctx, sizes: newSizes(page), looks: looks(page), effort: grid.NewEffort(ctx, maxEffort), failed: map[attempt]int{}}
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
		if l.thorough {
			s.readPairs(v)
		}
		if err := s.effort.Err(); err != nil {
			return err
		}
		unexplained = v.unexplained()
	}
	return s.ctx.Err()
}

// view is what a look sees.
type view struct {
	look
	grey    lum.Grey
	scale   float64 // of its pixels to the page's
	finders []find.Finder
	done    []bool // finder patterns that are part of a code
}

// see searches for finder patterns.
func (s *search) see(l look) (*view, error) {
	grey, blocks := s.sizes.at(l.halvings)
	v := &view{look: l, grey: grey, scale: float64(int(1) << l.halvings)}
	thresholds := l.thresholds(blocks)
	how := find.Search{Step: 2, Tolerance: 0.5}
	if grey.Height > 1500 {
		how.Step = 3
	}
	least := minShare
	if l.thorough {
		how.Step, how.Tolerance = how.Step-1, 0.7
		least = minShareThorough
	}
	candidates, err := find.Candidates(s.ctx, &thresholds, how)
	if err != nil {
		return nil, err
	}
	for i, c := range candidates {
		if i%64 == 0 && s.ctx.Err() != nil {
			return nil, s.ctx.Err()
		}
		if s.inCode(c.Centre.Times(v.scale)) {
			continue
		}
		if f, ok := find.Measure(&grey, c); ok && f.Share >= least {
			v.finders = append(v.finders, f)
		}
	}
	s.exchange(v)
	slices.SortStableFunc(v.finders, func(a, b find.Finder) int {
		weight := func(f find.Finder) float64 { return f.Share * math.Log(2+float64(f.Rows)) }
		return cmp.Compare(weight(b), weight(a))
	})
	v.finders = v.finders[:min(len(v.finders), v.maxFinders())]
	v.done = make([]bool, len(v.finders))
	return v, nil
}

// maxFinders is more on a sheet of many codes.
func (v *view) maxFinders() int {
	strong := 0
	for _, f := range v.finders {
		if f.Share > strongShare {
			strong++
		}
	}
	if strong > sheetFinders {
		return maxOnSheet
	}
	return maxFinders
}

// inCode reports whether a point of the page is in a code that was read.
func (s *search) inCode(p geom.Point) bool {
	for _, c := range s.codes {
		if c.Outline.Grown(grown).Contains(p) {
			return true
		}
	}
	return false
}

// exchange brings the pool's finder patterns into the view, and the view's strong
// ones into the pool.
func (s *search) exchange(v *view) {
	seen := v.finders
	near := func(a, b find.Finder) bool {
		d := a.Centre.Minus(b.Centre)
		return max(math.Abs(d.X), math.Abs(d.Y)) < 2*a.Module
	}
	for _, p := range s.pool {
		f := p.Scaled(1 / v.scale)
		known := slices.ContainsFunc(seen, func(o find.Finder) bool { return o.Share >= minPoolShare && near(f, o) })
		if known || f.Module < 0.8 || s.inCode(p.Centre) {
			continue
		}
		if f, ok := find.Measure(&v.grey, f.Candidate); ok && f.Share >= minPoolShare {
			v.finders = append(v.finders, f)
		}
	}
	for _, f := range v.finders {
		f = f.Scaled(v.scale)
		if f.Share >= strongShare && f.Square && len(s.pool) < maxPool && !slices.ContainsFunc(s.pool, func(o find.Finder) bool { return near(o, f) }) {
			s.pool = append(s.pool, f)
		}
	}
}

// unexplained reports whether there is a finder pattern that is surely one, and
// in no code.
func (v *view) unexplained() bool {
	for i, f := range v.finders {
		if !v.done[i] && f.Share >= 0.9 && f.Square {
			return true
		}
	}
	return false
}

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

// readTriples tries the view's combinations of three until too many in a row
// have failed.
func (s *search) readTriples(v *view) {
	failures := 0
	for _, t := range triples(v.finders) {
		if failures >= maxFailures || s.effort.Over() {
			return
		}
		var c grid.Corners
		skip, share := false, 0.0
		key := attempt{thorough: v.thorough}
		for i, at := range t.corners {
			c[i] = &v.finders[at]
			skip = skip || v.done[at]
			share += c[i].Share
			p := c[i].Centre.Times(v.scale / 4)
			key.places[2*i], key.places[2*i+1] = int(p.X), int(p.Y)
		}
		if skip || len(s.codes) > 0 && share < 2.3 || s.failed[key] > maxPerTriple {
			continue
		}
		r, ok := grid.Read(&v.grey, c, v.thorough, s.effort)
		if !ok {
			failures++
			s.failed[key]++
			continue
		}
		failures = 0
		s.found(v, r)
	}
}

// readPairs tries what two strong finder patterns may be part of.
func (s *search) readPairs(v *view) {
	tried := 0
	for i := range v.finders {
		for j := i + 1; j < len(v.finders) && tried < maxGuesses; j++ {
			a, b := &v.finders[i], &v.finders[j]
			if v.done[i] || v.done[j] || min(a.Share, b.Share) < strongShare || s.effort.Over() {
				continue
			}
			p, q := a.Centre.Times(v.scale/4), b.Centre.Times(v.scale/4)
			key := attempt{places: [6]int{-1, int(p.X) + int(q.X), int(p.Y) + int(q.Y)}}
			if s.failed[key] > 1 {
				continue
			}
			tried++
			s.failed[key]++
			for _, c := range guesses(a, b) {
				if r, ok := grid.Read(&v.grey, c, true, s.effort); ok {
					s.found(v, r)
					break
				}
			}
		}
	}
}
