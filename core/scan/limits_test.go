package scan

import (
	"context"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"rsc.io/qr"
)

func matrixOf(t *testing.T, img image.Image) *gozxing.BitMatrix {
	t.Helper()
	g := toGrey(img)
	m := looks(g)[0].matrix(g)
	if m == nil {
		t.Fatal("no matrix")
	}
	return m
}

// counted is a context that knows how often it was asked, which is once for
// each row.
type counted struct {
	context.Context
	rows int
}

func (c *counted) Err() error {
	c.rows++
	return nil
}

// Work is bounded in pictures that were made to be expensive: the limits are
// reached, and end the search long before its last row.
func TestLimits(t *testing.T) {
	const side = 2700
	t.Run("finder patterns", func(t *testing.T) {
		ctx := &counted{Context: t.Context()}
		finders, err := findFinders(ctx, matrixOf(t, finderPatterns(side)))
		if err != nil || len(finders) != maxFinders || ctx.rows > side/rowStep/2 {
			t.Errorf("%d finder patterns in %d rows, %v", len(finders), ctx.rows, err)
		}
	})
	t.Run("triples", func(t *testing.T) {
		finders, err := findFinders(t.Context(), matrixOf(t, finderPatterns(160))) // rows of 18
		if err != nil {
			t.Fatal(err)
		}
		if triples, err := findTriples(t.Context(), finders); err != nil || len(triples) != maxTriples {
			t.Errorf("%d triples of %d finder patterns, %v", len(triples), len(finders), err)
		}
	})
	t.Run("stripes", func(t *testing.T) {
		ctx := &counted{Context: t.Context()}
		finders, err := findFinders(ctx, matrixOf(t, stripes(side)))
		if err != nil || len(finders) != 0 || ctx.rows != maxChecks/(side/9)+1 {
			t.Errorf("%d finder patterns in %d of %d rows, %v", len(finders), ctx.rows, side/rowStep, err)
		}
	})
	t.Run("a column is not followed to its end", func(t *testing.T) {
		m := matrixOf(t, stripes(300))
		if endsNearby(m, 3, 150, 9) {
			t.Error("the stripe ends nearby")
		}
		if !endsNearby(m, 3, 150, 300) {
			t.Error("the stripe does not end at the edge")
		}
	})
}

// Three finder patterns alone are no code, whatever is between them.
func TestFixedPatterns(t *testing.T) {
	code, err := qr.Encode(login, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	matrix := func(black func(x, y int) bool) *gozxing.BitMatrix {
		m, err := gozxing.NewSquareBitMatrix(code.Size)
		if err != nil {
			t.Fatal(err)
		}
		for y := range code.Size {
			for x := range code.Size {
				if black(x, y) {
					m.Set(x, y)
				}
			}
		}
		return m
	}
	random := rand.New(rand.NewPCG(5, 6))
	chance := func(int, int) bool { return random.IntN(2) == 0 }
	timing := func(x, y int) bool {
		return (x == 6 || y == 6) && min(x, y) == 6 && max(x, y) > 7 && max(x, y) < code.Size-8
	}
	for name, c := range map[string]struct {
		black func(x, y int) bool
		want  bool
	}{
		"a code":           {code.Black, true},
		"mirrored":         {func(x, y int) bool { return code.Black(y, x) }, true},
		"light":            {func(int, int) bool { return false }, false},
		"dark":             {func(int, int) bool { return true }, false},
		"chance":           {chance, false},
		"chance as timing": {func(x, y int) bool { return code.Black(x, y) != (timing(x, y) && chance(x, y)) }, false},
		"turned":           {func(x, y int) bool { return code.Black(code.Size-1-x, code.Size-1-y) }, false},
	} {
		if got := hasFixedPatterns(matrix(c.black)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
