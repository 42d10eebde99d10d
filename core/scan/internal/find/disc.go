package find

import (
	"math"

	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// discShare is the share that a disc counts: three of them are tried as a code.
const discShare = 0.77

// Disc measures a candidate of which only the middle is whole: a dark disc or
// square with light all around it, as in codes whose outer square is a few dots.
// That a row and a column have all five runs is known.
func Disc(g *lum.Grey, c Candidate) (Finder, bool) {
	f := Finder{Candidate: c}
	f.levels(g)
	if math.Abs(f.Ring-f.Core) < minDisc {
		return f, false
	}
	for _, d := range circle() {
		for r := 0.5; r <= 2.3; r += 0.3 {
			if r > 1.1 && r < 2.1 {
				continue // the edge is somewhere here
			}
			p := f.Centre.Plus(d.Times(r * f.Module))
			if share := (g.At(p.X, p.Y) - f.Core) / (f.Ring - f.Core); (share > 0.5) != (r > 1.5) {
				return f, false
			}
		}
	}
	f.Share, f.Disc = discShare, true
	return f, true
}

// minDisc is the least difference between the levels of a disc and what is around
// it.
const minDisc = 60
