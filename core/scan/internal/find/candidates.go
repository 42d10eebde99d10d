package find

import (
	"context"
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// Candidate is a place that may be the middle of a finder pattern.
type Candidate struct {
	Centre geom.Point
	Module float64 // in pixels
	Light  bool    // light and dark are exchanged
	Rows   int     // how many rows it was seen in
}

// Search says how a picture is searched.
type Search struct {
	// Step is the distance of the rows. The middle of a finder pattern is three
	// modules high.
	Step int
	// Tolerance is how far a run may be from its length, in modules: 0.5 of a
	// clean picture, more of a blurred or dotted one.
	Tolerance float64
	// Merged accepts outer runs that are too long: of a pattern beside something as
	// dark, without a quiet zone.
	Merged bool
}

// cell is the side of the squares by which candidates are found again.
const cell = 32

// Candidates looks for runs in the ratio 1 : 1 : 3 : 1 : 1 along rows, both dark
// and light ones, and keeps those that have them along their column too. The
// same place seen in several rows is one candidate. The work is bounded by the
// picture's size, as no run is followed further than the ratio allows.
func Candidates(ctx context.Context, t *lum.Thresholds, s Search) ([]Candidate, error) {
	parts := make([][]Candidate, t.Height()) // by their first row
	err := lum.Bands(ctx, t.Width(), t.Height(), func(from, to int) {
		var edges []int
		first := s.Step / 2
		for y := first + (max(0, from-first)+s.Step-1)/s.Step*s.Step; y < to; y += s.Step {
			edges = t.Edges(y, edges)
			parts[from] = s.row(t, y, edges, parts[from])
		}
	})
	if err != nil {
		return nil, err
	}
	m := merger{across: t.Width()/cell + 1, down: t.Height()/cell + 1}
	m.heads = make([]int32, m.across*m.down)
	for _, part := range parts {
		for _, c := range part {
			m.add(c)
		}
	}
	return m.all, nil
}

// row appends the candidates of a row.
func (s Search) row(t *lum.Thresholds, y int, edges []int, list []Candidate) []Candidate {
	tolerance := int(100 * s.Tolerance)
	for end := 5; end < len(edges); end++ {
		runs := (*[6]int)(edges[end-5:])
		if s.Merged {
			other, ok := parted(*runs)
			if !ok {
				continue
			}
			runs = &other
		}
		if !plausible(runs, tolerance) {
			continue
		}
		if c, ok := s.check(t, runs, y, end%2 != 0); ok {
			list = append(list, c)
		}
	}
	return list
}

// plausible is ratio in whole numbers: it sorts out nearly all runs of a row. The
// middle one is the longest, the others are a module long, as far as tolerance
// hundredths allow.
func plausible(e *[6]int, tolerance int) bool {
	all, middle := e[5]-e[0], e[3]-e[2]
	if all < 7 || 7*middle < all || 7*middle > 5*all || middle < e[2]-e[1] || middle < e[4]-e[3] {
		return false
	}
	most := all*tolerance + 700*35/100
	for _, run := range [4]int{e[1] - e[0], e[2] - e[1], e[4] - e[3], e[5] - e[4]} {
		if off := 100 * (7*run - all); off >= most || -off >= most {
			return false
		}
	}
	return true
}

// ratio is the module of five runs, if they are those of a finder pattern.
func ratio(runs *[5]float64, tolerance float64) (module float64, ok bool) {
	module = (runs[0] + runs[1] + runs[2] + runs[3] + runs[4]) / 7
	if module < 1 {
		return 0, false
	}
	most := module*tolerance + 0.35 // a third of a pixel is lost at each edge of small modules
	for _, run := range [4]float64{runs[0], runs[1], runs[3], runs[4]} {
		if math.Abs(run-module) >= most {
			return 0, false
		}
	}
	return module, math.Abs(runs[2]-3*module) < 2.7*module*tolerance+0.5
}

// parted ends outer runs that are too long where they should.
func parted(e [6]int) ([6]int, bool) {
	inner := e[4] - e[1] // five modules
	if inner < 5 {
		return e, false
	}
	if 5*(e[1]-e[0]) > mergedFrom*inner {
		e[0] = e[1] - (inner+2)/5
	}
	if 5*(e[5]-e[4]) > mergedFrom*inner {
		e[5] = e[4] + (inner+2)/5
	}
	return e, true
}

// mergedFrom is the length, in modules, from which an outer run is one of the
// pattern and something else.
const mergedFrom = 2

// check follows runs that a row has along the column, and along the row through
// the column's middle.
func (s Search) check(t *lum.Thresholds, e *[6]int, y int, light bool) (Candidate, bool) {
	module := float64(e[5]-e[0]) / 7
	x := (e[2] + e[3] - 1) / 2
	reach := int(3*module) + 3
	down, high, ok := s.across(t, x, y, 0, 1, !light, reach)
	if !ok {
		return Candidate{}, false
	}
	cy := float64(y) + down
	right, wide, ok := s.across(t, x, int(math.Round(cy)), 1, 0, !light, reach)
	// In a picture taken from the side a module may be much higher than wide.
	most := 2.5 + (s.Tolerance-0.5)*15
	if !ok || high > wide*most || wide > high*most {
		return Candidate{}, false
	}
	return Candidate{geom.Point{X: float64(x) + right + 0.5, Y: cy + 0.5}, (high + wide) / 2, light, 1}, true
}

// across measures the five runs through a pixel in a direction, none longer
// than reach. It gives the way from the pixel to the middle, and the module.
func (s Search) across(t *lum.Thresholds, x, y, dx, dy int, dark bool, reach int) (middle, module float64, ok bool) {
	if y < 0 || y >= t.Height() || t.Dark(x, y) != dark {
		return 0, 0, false
	}
	back, ok := s.follow(t, x, y, -dx, -dy, dark, reach)
	if !ok {
		return 0, 0, false
	}
	on, ok := s.follow(t, x, y, dx, dy, dark, reach)
	if !ok {
		return 0, 0, false
	}
	runs := [5]float64{float64(back[2]), float64(back[1]), float64(back[0] + on[0] + 1), float64(on[1]), float64(on[2])}
	if s.Merged {
		inner := (runs[1] + runs[2] + runs[3]) / 5
		for _, i := range [2]int{0, 4} {
			if runs[i] > mergedFrom*inner {
				runs[i] = inner
			}
		}
	}
	module, ok = ratio(&runs, s.Tolerance)
	return float64(on[0]-back[0]) / 2, module, ok
}

// follow counts the pixels of the run that a pixel is in, beyond it, and of the
// two runs after that.
func (s Search) follow(t *lum.Thresholds, x, y, dx, dy int, dark bool, reach int) (runs [3]int, ok bool) {
	width, height := t.Width(), t.Height()
	for i := range runs {
		for {
			x, y = x+dx, y+dy
			if x < 0 || y < 0 || x >= width || y >= height {
				return runs, i == 2 // a pattern that touches the edge is whole
			}
			if t.Dark(x, y) != (dark == (i != 1)) {
				break
			}
			if runs[i]++; runs[i] > reach {
				return runs, i == 2 && s.Merged
			}
		}
		if i < 2 {
			runs[i+1] = 1
		}
	}
	return runs, true
}

// merger puts together what is one place.
type merger struct {
	across, down int
	heads        []int32 // for each cell, 1 + the place of its newest candidate
	next         []int32 // the same for the one before in its cell
	all          []Candidate
}

func (m *merger) add(c Candidate) {
	x, y := int(c.Centre.X)/cell, int(c.Centre.Y)/cell
	for cy := max(0, y-1); cy <= min(m.down-1, y+1); cy++ {
		for cx := max(0, x-1); cx <= min(m.across-1, x+1); cx++ {
			for i := m.heads[cy*m.across+cx]; i > 0; i = m.next[i-1] {
				if m.all[i-1].merge(c) {
					return
				}
			}
		}
	}
	m.all = append(m.all, c)
	head := &m.heads[min(y, m.down-1)*m.across+min(x, m.across-1)]
	m.next = append(m.next, *head)
	*head = int32(len(m.all))
}

// merge takes in another candidate if it is the same place in another row.
func (c *Candidate) merge(o Candidate) bool {
	near := 1.5 * o.Module
	if c.Light != o.Light || math.Abs(c.Centre.X-o.Centre.X) >= near || math.Abs(c.Centre.Y-o.Centre.Y) >= near ||
		c.Module >= 1.6*o.Module || o.Module >= 1.6*c.Module {
		return false
	}
	share := 1 / float64(c.Rows+1)
	c.Centre = c.Centre.Toward(o.Centre, share)
	c.Module += (o.Module - c.Module) * share
	c.Rows++
	return true
}
