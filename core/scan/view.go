package scan

import (
	"cmp"
	"math"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/find"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

const (
	// A finder pattern's share of rays: weak ones are kept in thorough looks only,
	// strong ones are in the pool and make pairs.
	minShare, minShareThorough = 0.7, 0.5
	maxPool                    = 300
)

// view is what a look sees.
type view struct {
	look
	grey    *lum.Grey
	scale   float64 // of its pixels to the page's
	finders []find.Finder
	done    []bool // finder patterns that are part of a code
	// together are finder patterns of a code that could not be read.
	together []bool
}

// see searches for finder patterns.
func (s *search) see(l look) (*view, error) {
	size, err := s.sizes.at(s.ctx, l.halvings)
	if err != nil {
		return nil, err
	}
	if l.how == sharpened {
		if size, err = size.sharpened(s.ctx); err != nil {
			return nil, err
		}
	}
	v := &view{look: l, grey: &size.grey, scale: float64(int(1) << l.halvings)}
	thresholds, err := l.thresholds(size.blocks, s.ctx)
	if err != nil {
		return nil, err
	}
	how := find.Search{Step: 2, Tolerance: 0.5}
	if v.grey.Height > 1500 {
		how.Step = 3
	}
	least := minShare
	if l.how != quickly {
		how.Tolerance, how.Merged = 0.7, l.how == atDark
		if v.grey.Height < 1000 && l.how != atDark {
			how.Step = 1
		}
		least = minShareThorough
	}
	candidates, err := find.Candidates(s.ctx, &thresholds, how)
	if err != nil {
		return nil, err
	}
	if err := s.measure(v, candidates, least); err != nil {
		return nil, err
	}
	if err := s.exchange(v); err != nil {
		return nil, err
	}
	slices.SortStableFunc(v.finders, func(a, b find.Finder) int {
		weight := func(f find.Finder) float64 { return f.Share * math.Log(2+float64(f.Rows)) }
		return cmp.Compare(weight(b), weight(a))
	})
	v.finders = v.finders[:min(len(v.finders), v.maxFinders(s.limits))]
	v.done, v.together = make([]bool, len(v.finders)), make([]bool, len(v.finders))
	return v, nil
}

// What measuring a candidate costs, and what it may cost in a look: nearly all end
// after a few rays, on a page of text many do not.
const (
	fewRays, allRays = 1, 8
	maxRays          = 1200 // in a thorough look
)

// measure keeps the candidates that are finder patterns. Where there are too many
// it takes those first that were seen in most rows: what letters make is mostly
// seen in one.
func (s *search) measure(v *view, candidates []find.Candidate, least float64) error {
	left := s.limits.measured
	if v.how != quickly {
		left = maxRays
	}
	if len(candidates)*allRays > left {
		slices.SortStableFunc(candidates, func(a, b find.Candidate) int { return cmp.Compare(b.Rows, a.Rows) })
	}
	for i, c := range candidates {
		if i%64 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if left <= 0 {
			break
		}
		if s.inCode(c.Centre.Times(v.scale)) {
			continue
		}
		f, ok := find.Measure(v.grey, c)
		if f.Share > 0 {
			left -= allRays
		} else {
			left -= fewRays
		}
		if f.Share < least && v.how == thoroughly && c.Rows > 1 {
			f, ok = find.Disc(v.grey, c)
		}
		if ok && f.Share >= least && (v.how != atDark || f.Strong()) {
			v.finders = append(v.finders, f)
		}
	}
	return nil
}

func (v *view) maxFinders(most limits) int {
	strong := 0
	for _, f := range v.finders {
		if f.Strong() {
			strong++
		}
	}
	if strong > sheetFinders {
		return most.onSheet
	}
	return most.finders
}

// exchange brings the pool's finder patterns into the view, and the view's strong
// ones into the pool.
func (s *search) exchange(v *view) error {
	seen := v.finders
	for i, p := range s.pool {
		if i%64 == 0 && s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		f := p.Scaled(1 / v.scale)
		known := slices.ContainsFunc(seen, func(o find.Finder) bool { return o.Strong() && near(f, o) })
		if known || f.Module < 0.8 || s.inCode(p.Centre) {
			continue
		}
		if f, ok := find.Measure(v.grey, f.Candidate); ok && f.Strong() {
			v.finders = append(v.finders, f)
		}
	}
	for _, f := range v.finders {
		f = f.Scaled(v.scale)
		if f.Strong() && len(s.pool) < maxPool && !slices.ContainsFunc(s.pool, func(o find.Finder) bool { return near(o, f) }) {
			s.pool = append(s.pool, f)
		}
	}
	return nil
}

// near reports whether two finder patterns are one.
func near(a, b find.Finder) bool {
	d := a.Centre.Minus(b.Centre)
	return max(math.Abs(d.X), math.Abs(d.Y)) < 2*a.Module
}

// unexplained reports whether there is a finder pattern that is surely one, and
// in no code.
func (v *view) unexplained() bool {
	for i, f := range v.finders {
		if !v.done[i] && f.Strong() {
			return true
		}
	}
	return false
}
