package scan

import (
	"context"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// look is one way to search the picture for finder patterns.
type look struct {
	halvings   int // of the picture's size
	thresholds func(lum.Blocks, context.Context) (lum.Thresholds, error)
	how        manner
}

// manner is what a look pays attention to.
type manner int

const (
	quickly    manner = iota
	thoroughly        // with looser ratios and much more work on what is found
	atDark            // the same, for finder patterns beside something as dark
	sharpened         // the same, in a picture with its contrasts brought out
)

// largePage is from how many pixels on the search begins with a small picture:
// its codes are large, mostly.
const largePage = 4_500_000

// leastSide is the shorter side of the smallest picture that is worth a look at
// less than its own size.
const leastSide = 50

// looks is the order for a page. Small pictures take away noise, moiré, gaps
// between dots and what is drawn inside of modules; a wide window fills large modules.
// Gains: sharpened 17, thorough at full size 7, medium 3, wide 1.
func looks(page lum.Grey, quick bool) []look {
	narrow, medium, wide := lum.Blocks.Narrow, lum.Blocks.Medium, lum.Blocks.Wide
	list := []look{
		{0, narrow, quickly},
		{1, narrow, quickly},
		{0, wide, quickly},
		{0, narrow, thoroughly},
		{1, medium, thoroughly},
		{2, narrow, thoroughly},
		{3, narrow, thoroughly},
		{1, narrow, atDark},
		{1, narrow, sharpened},
	}
	if page.Width*page.Height > largePage {
		list = []look{
			{2, narrow, quickly},
			{1, narrow, quickly},
			{0, narrow, quickly},
			{1, wide, quickly},
			{2, narrow, thoroughly},
			{3, narrow, thoroughly},
			{4, narrow, thoroughly},
			{1, narrow, thoroughly},
			{2, medium, thoroughly},
			{0, narrow, thoroughly},
			{1, narrow, atDark},
			{2, narrow, sharpened},
			{1, narrow, sharpened},
		}
	}
	return slices.DeleteFunc(list, func(l look) bool {
		small := l.halvings > 0 && min(page.Width, page.Height)>>l.halvings < leastSide
		return small || quick && l.how != quickly
	})
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
