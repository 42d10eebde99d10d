package scan

import (
	"context"

	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// look is one way to search the picture for finder patterns.
type look struct {
	halvings   int // of the picture's size
	thresholds func(lum.Blocks, context.Context) (lum.Thresholds, error)
	thorough   bool // with looser ratios and many more attempts
	sharpened  bool
	merged     bool // finder patterns beside something dark as well
}

// largePage is from how many pixels on the search begins with a small picture:
// its codes are large, mostly.
const largePage = 4_500_000

// leastSide is the shorter side of the smallest picture that is worth a look at
// less than its own size.
const leastSide = 50

// looks is the order for a page.
func looks(page lum.Grey, quick bool) []look {
	narrow, medium, wide := lum.Blocks.Narrow, lum.Blocks.Medium, lum.Blocks.Wide
	list := []look{
		{0, narrow, false, false, false},
		{1, narrow, false, false, false},
		{0, wide, false, false, false},
		{0, narrow, true, false, false},
		{1, medium, true, false, false},
		{2, narrow, true, false, false},
		{1, narrow, true, false, true},
		{1, narrow, true, true, false},
	}
	if page.Width*page.Height > largePage {
		list = []look{
			{2, narrow, false, false, false},
			{1, narrow, false, false, false},
			{0, narrow, false, false, false},
			{1, wide, false, false, false},
			{2, narrow, true, false, false},
			{1, narrow, true, false, false},
			{2, medium, true, false, false},
			{0, narrow, true, false, false},
			{1, narrow, true, false, true},
			{2, narrow, true, true, false},
			{1, narrow, true, true, false},
		}
	}
	worth := list[:0]
	for _, l := range list {
		if l.thorough && quick {
			break
		}
		if l.halvings == 0 || min(page.Width, page.Height)>>l.halvings >= leastSide {
			worth = append(worth, l)
		}
	}
	return worth
}

// sizes are the page at its own size, at half, a quarter and so on, made when
// they are needed.
type sizes []size

type size struct {
	grey   lum.Grey
	blocks lum.Blocks
}

func newSizes(page lum.Grey) *sizes { return &sizes{{grey: page}} }

func (s *sizes) at(ctx context.Context, halvings int) (*size, error) {
	for len(*s) <= halvings {
		smaller, err := (*s)[len(*s)-1].grey.Halved(ctx)
		if err != nil {
			return nil, err
		}
		*s = append(*s, size{grey: smaller})
	}
	at := &(*s)[halvings]
	if at.blocks.Empty() {
		blocks, err := at.grey.Blocks(ctx)
		if err != nil {
			return nil, err
		}
		at.blocks = blocks
	}
	return at, nil
}

func (s *size) sharpened(ctx context.Context) (*size, error) {
	grey, err := s.grey.Sharpened(ctx)
	if err != nil {
		return nil, err
	}
	blocks, err := grey.Blocks(ctx)
	return &size{grey, blocks}, err
}
