package scan

import (
	"context"
	"errors"
	"fmt"
	"image"

	"github.com/understudy-auth/understudy/core/scan/internal/lum"
)

// MaxPixels is the size of the largest picture that is looked at.
const MaxPixels = 64_000_000

// minPicture is the side of the smallest code, a pixel a module.
const minPicture = 21

// Reader reads pictures. It has no state: several goroutines may use it.
type Reader struct{ quick bool }

// New makes a Reader.
func New() *Reader { return &Reader{} }

// Quick makes a Reader that takes the first looks only, and less work on each: for
// the frames of a camera, as the next one comes soon.
func Quick() *Reader { return &Reader{quick: true} }

// Read finds the codes of a picture. No code is no error. Errors are the
// context's, and those of pictures that are too large or broken.
func (r *Reader) Read(ctx context.Context, picture image.Image) (Result, error) {
	b := picture.Bounds()
	if err := checkSize(b.Dx(), b.Dy()); err != nil {
		return Result{}, err
	}
	if min(b.Dx(), b.Dy()) < minPicture {
		return Result{}, ctx.Err()
	}
	page, err := toGrey(ctx, picture)
	if err != nil {
		return Result{}, err
	}
	return r.read(ctx, page, b.Min)
}

// Luma is a picture as cameras give it: the levels of its pixels, one byte each,
// from black to white, a pixel at Pix[y*Stride+x*Step].
type Luma struct {
	Pix           []byte
	Width, Height int
	Stride        int // from a row to the next one
	Step          int // from a pixel to the next one: 1 in a plane (grey, the first one of NV12 or of a JPEG), 2 in YUYV
}

// ReadLuma finds the codes of a picture, which it does not change, as Read does.
func (r *Reader) ReadLuma(ctx context.Context, l Luma) (Result, error) {
	if err := checkSize(l.Width, l.Height); err != nil {
		return Result{}, err
	}
	if min(l.Width, l.Height) < minPicture {
		return Result{}, ctx.Err()
	}
	page, ok := lum.FromLuma(l.Pix, l.Width, l.Height, l.Stride, l.Step)
	if !ok {
		return Result{}, errBroken
	}
	return r.read(ctx, page, image.Point{})
}

func checkSize(width, height int) error {
	if pixels := int64(width) * int64(height); width > MaxPixels || height > MaxPixels || pixels > MaxPixels {
		return fmt.Errorf("the picture is too large: %d x %d pixels, %d in all can be read; cut out the part with the code", width, height, MaxPixels)
	}
	return nil
}

var errBroken = errors.New("the picture is broken: its pixels are not all there; take or save it again")

// toGrey takes pictures whose buffer is shorter than they say.
func toGrey(ctx context.Context, picture image.Image) (page lum.Grey, err error) {
	defer func() {
		if recover() != nil {
			err = errBroken
		}
	}()
	return lum.From(ctx, picture)
}

func (r *Reader) read(ctx context.Context, page lum.Grey, origin image.Point) (Result, error) {
	s := newSearch(ctx, page, r.quick)
	if err := s.run(); err != nil {
		return Result{}, err
	}
	return s.result(origin), nil
}
