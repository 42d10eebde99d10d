package scan

import (
	"context"

	"github.com/makiuchi-d/gozxing"
)

// look is one way to see the picture.
type look struct {
	shape  func(grey) grey
	scale  float64 // of shape's picture to the page
	binary func(gozxing.LuminanceSource) gozxing.Binarizer
}

// alwaysTaken is how many looks are taken even if the first finds something.
const alwaysTaken = 2

// smallPage is up to how many pixels the page is also looked at in twice its
// size, which takes four times as long.
const smallPage = 1_200_000

// looks is the fixed order of looks for a page.
func looks(page grey) []look {
	same := func(g grey) grey { return g }
	local, global := gozxing.NewHybridBinarizer, gozxing.NewGlobalHistgramBinarizer
	list := []look{
		{same, 1, local},
		{grey.inverted, 1, local},
		{same, 1, global},
		{grey.halved, 0.5, local},
		{func(g grey) grey { return g.halved().inverted() }, 0.5, local},
		{func(g grey) grey { return g.halved().halved() }, 0.25, local},
	}
	if len(page.pix) <= smallPage {
		list = append(list, look{grey.doubled, 2, local})
	}
	return list
}

// codes looks once. Its codes are in the page's coordinates.
func (l look) codes(ctx context.Context, page grey) ([]Code, error) {
	matrix := l.matrix(page)
	if matrix == nil {
		return nil, nil
	}
	finders, err := findFinders(ctx, matrix)
	if err != nil {
		return nil, err
	}
	triples, err := findTriples(ctx, finders)
	if err != nil {
		return nil, err
	}
	var codes []Code
	used := make([]bool, len(finders))
	for _, t := range triples {
		if used[t.bottomLeft] || used[t.topLeft] || used[t.topRight] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		code, ok := decode(matrix, finders[t.bottomLeft], finders[t.topLeft], finders[t.topRight], l.scale)
		if ok {
			codes = append(codes, code)
			used[t.bottomLeft], used[t.topLeft], used[t.topRight] = true, true, true
		}
	}
	return codes, nil
}

// matrix tells dark from light; nil where there is nothing to tell.
func (l look) matrix(page grey) (m *gozxing.BitMatrix) {
	defer func() {
		if recover() != nil {
			m = nil
		}
	}()
	g := l.shape(page)
	if g.width == 0 || g.height == 0 {
		return nil
	}
	m, err := l.binary(newSource(g)).GetBlackMatrix()
	if err != nil {
		return nil
	}
	return m
}
