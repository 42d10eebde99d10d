package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"slices"

	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// MaxPixels is the size of the largest picture that is looked at.
const MaxPixels = 64_000_000

// Code is one QR code.
type Code struct {
	// Text is the content as text, never empty. It is hostile until it is parsed:
	// it may hold control characters.
	Text string
	// Bytes is what the code's byte segments hold, unchanged, one after the other;
	// nil where it has none, as in a code of digits only.
	Bytes []byte
	// Corners are the code's outline without its quiet zone, in the picture's
	// coordinates: top left, top right, bottom right and bottom left of the code
	// itself. In a code that is upside down the first one is at the bottom right.
	// They can lie outside of the picture by a few pixels.
	Corners [4]image.Point
}

// Result is what was seen in a picture.
type Result struct {
	// Codes are ordered from top to bottom, then from left to right. A code that
	// stands at two places is two codes.
	Codes []Code
}

// Reader reads pictures. It has no state: several goroutines may use it.
type Reader struct{}

// New makes a Reader.
func New() *Reader { return &Reader{} }

// minPicture is the side of the smallest code, a pixel a module.
const minPicture = 21

// Read finds the codes of a picture. No code is no error. Errors are the
// context's, and those of pictures that are too large or broken.
func (*Reader) Read(ctx context.Context, picture image.Image) (Result, error) {
	b := picture.Bounds()
	if pixels := int64(b.Dx()) * int64(b.Dy()); pixels > MaxPixels {
		return Result{}, fmt.Errorf("the picture is too large: %d pixels, %d can be read; cut out the part with the code", pixels, MaxPixels)
	}
	if err := ctx.Err(); err != nil || min(b.Dx(), b.Dy()) < minPicture {
		return Result{}, err
	}
	page, err := toGreySafely(picture)
	if err != nil {
		return Result{}, err
	}
	s := newSearch(ctx, page)
	if err := s.run(); err != nil {
		return Result{}, err
	}
	var codes []Code
	for _, r := range s.codes {
		if r.Text == "" || r.Part != nil {
			continue
		}
		c := Code{Text: r.Text, Bytes: r.Bytes}
		for j, p := range r.Outline {
			c.Corners[j] = image.Pt(int(math.Round(p.X)), int(math.Round(p.Y))).Add(b.Min)
		}
		codes = append(codes, c)
	}
	slices.SortStableFunc(codes, func(a, b Code) int {
		p, q := a.bounds().Min, b.bounds().Min
		return cmp.Or(cmp.Compare(p.Y, q.Y), cmp.Compare(p.X, q.X), cmp.Compare(a.Text, b.Text))
	})
	return Result{Codes: codes}, nil
}

// toGreySafely is for pictures whose buffer is shorter than they say.
func toGreySafely(picture image.Image) (page lum.Grey, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the picture is broken: its pixels are not all there")
		}
	}()
	return lum.From(picture), nil
}

// bounds is the upright rectangle around the corners.
func (c Code) bounds() image.Rectangle {
	out := image.Rectangle{Min: c.Corners[0], Max: c.Corners[0]}
	for _, p := range c.Corners[1:] {
		out.Min.X, out.Min.Y = min(out.Min.X, p.X), min(out.Min.Y, p.Y)
		out.Max.X, out.Max.Y = max(out.Max.X, p.X), max(out.Max.Y, p.Y)
	}
	return out
}
