package scan

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/geom"
)

// result is what the search has come to, in the coordinates of the picture.
func (s *search) result(origin image.Point) (r Result) {
	for _, c := range s.codes {
		code := Code{Text: c.Text, Bytes: c.Bytes, Corners: rounded(c.Outline, origin), Certainty: c.Spare}
		switch {
		case c.Text == "":
			r.Seen = append(r.Seen, Seen{code.Corners, NoText})
		case c.Part != nil:
			r.Parts = append(r.Parts, Part{Code: code, Index: c.Part.Index, Of: c.Part.Of, Parity: c.Part.Parity})
		default:
			r.Codes = append(r.Codes, code)
		}
	}
	for _, u := range s.unread() {
		r.Seen = append(r.Seen, Seen{rounded(u.outline, origin), u.reason})
	}
	slices.SortStableFunc(r.Codes, func(a, b Code) int { return cmp.Or(inReading(a.Corners, b.Corners), cmp.Compare(a.Text, b.Text)) })
	slices.SortStableFunc(r.Parts, func(a, b Part) int { return inReading(a.Corners, b.Corners) })
	slices.SortStableFunc(r.Seen, func(a, b Seen) int { return inReading(a.Corners, b.Corners) })
	return r
}

func rounded(q geom.Quad, origin image.Point) (o Outline) {
	for i, p := range q {
		o[i] = image.Pt(int(math.Round(p.X)), int(math.Round(p.Y))).Add(origin)
	}
	return o
}

// inReading compares places from top to bottom, then from left to right.
func inReading(a, b Outline) int {
	p, q := topLeft(a), topLeft(b)
	return cmp.Or(cmp.Compare(p.Y, q.Y), cmp.Compare(p.X, q.X))
}

// topLeft is the corner of the upright rectangle around an outline.
func topLeft(o Outline) image.Point {
	out := o[0]
	for _, p := range o[1:] {
		out.X, out.Y = min(out.X, p.X), min(out.Y, p.Y)
	}
	return out
}
