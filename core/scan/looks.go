package scan

import "github.com/understudy-auth/understudy/core/scan/internal/lum"

// look is one way to search the picture for finder patterns.
type look struct {
	halvings   int // of the picture's size
	thresholds func(lum.Blocks) lum.Thresholds
	thorough   bool // with looser ratios and many more attempts
}

// largePage is from how many pixels on the search begins with a small picture:
// its codes are large, mostly.
const largePage = 4_500_000

// leastSide is the shorter side of the smallest picture that is worth a look at
// less than its own size.
const leastSide = 80

// looks is the order for a page.
func looks(page lum.Grey) []look {
	narrow, medium, wide := lum.Blocks.Narrow, lum.Blocks.Medium, lum.Blocks.Wide
	list := []look{
		{0, narrow, false},
		{1, narrow, false},
		{0, wide, false},
		{0, narrow, true},
		{1, medium, true},
		{2, narrow, true},
	}
	if page.Width*page.Height > largePage {
		list = []look{
			{2, narrow, false},
			{1, narrow, false},
			{0, narrow, false},
			{1, wide, false},
			{2, narrow, true},
			{1, narrow, true},
			{2, medium, true},
			{0, narrow, true},
		}
	}
	worth := list[:0]
	for _, l := range list {
		if l.halvings == 0 || min(page.Width, page.Height)>>l.halvings >= leastSide {
			worth = append(worth, l)
		}
	}
	return worth
}

// sizes are the page at its own size, at half, a quarter and so on, made when
// they are needed.
type sizes struct {
	grey   []lum.Grey
	blocks []lum.Blocks
}

func newSizes(page lum.Grey) *sizes { return &sizes{grey: []lum.Grey{page}} }

func (s *sizes) at(halvings int) (lum.Grey, lum.Blocks) {
	for len(s.grey) <= halvings {
		s.grey = append(s.grey, s.grey[len(s.grey)-1].Halved())
	}
	for len(s.blocks) < len(s.grey) {
		s.blocks = append(s.blocks, lum.Blocks{})
	}
	if s.blocks[halvings].Empty() {
		s.blocks[halvings] = s.grey[halvings].Blocks()
	}
	return s.grey[halvings], s.blocks[halvings]
}
