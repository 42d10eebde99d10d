package scan

import (
	"github.com/understudy-auth/understudy/core/scan/internal/grid"
)

const (
	maxPerTriple = 2  // attempts with the same places, in all looks
	maxPairs     = 14 // in a look

	// minTogether is the agreement from which three finder patterns are those of one
	// code, read or not: pairs of them are no others.
	minTogether = 0.45
)

// attempt is a combination of finder patterns by their places, to four pixels.
type attempt struct {
	places   [6]int
	thorough bool
}

// readTriples tries the view's combinations of three until too many in a row
// have failed.
func (s *search) readTriples(v *view) {
	failures := 0
	for _, t := range triples(v.finders) {
		if failures >= s.limits.failures || s.over() {
			return
		}
		var c grid.Corners
		skip := false
		key := attempt{thorough: v.how != quickly}
		for i, at := range t.corners {
			c[i] = &v.finders[at]
			skip = skip || v.done[at]
			p := c[i].Centre.Times(v.scale / 4)
			key.places[2*i], key.places[2*i+1] = int(p.X), int(p.Y)
		}
		if skip || s.tried[key] > maxPerTriple {
			continue
		}
		before := s.reader.Left()
		r, ok := s.reader.Read(v.grey, c, v.how != quickly)
		if ok {
			failures = 0
			s.found(v, r)
			continue
		}
		failures++
		s.tried[key]++
		s.failed(v, r, c)
		if r.Agreement >= minTogether {
			for _, at := range t.corners {
				v.together[at] = true
			}
		} else {
			s.wasted += before - s.reader.Left()
		}
	}
}

// readPairs tries what two strong finder patterns may be part of.
func (s *search) readPairs(v *view) {
	tried := 0
	for i := range v.finders {
		for j := i + 1; j < len(v.finders) && tried < maxPairs; j++ {
			a, b := &v.finders[i], &v.finders[j]
			if v.done[i] || v.done[j] || v.together[i] && v.together[j] || !a.Strong() || !b.Strong() || s.reader.Over() {
				continue
			}
			p, q := a.Centre.Times(v.scale/4), b.Centre.Times(v.scale/4)
			key := attempt{places: [6]int{-1, int(p.X) + int(q.X), int(p.Y) + int(q.Y)}}
			if s.tried[key] > 1 {
				continue
			}
			tried++
			s.tried[key]++
			for _, c := range guesses(a, b) {
				r, ok := s.reader.Read(v.grey, c, true)
				if ok {
					s.found(v, r)
					break
				}
				s.failed(v, r, c)
			}
		}
	}
}
