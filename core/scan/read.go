package scan

import (
	"cmp"
	"context"
	"image"
	"slices"

	"github.com/makiuchi-d/gozxing"
	multi "github.com/makiuchi-d/gozxing/multi/qrcode"
)

// Code is one QR code.
type Code struct {
	// Text is the content as text; Corners are its outline in the picture's own
	// coordinates: top left, top right, bottom right, bottom left of the code,
	// however it is turned.
	Text    string
	Corners [4]image.Point
}

// Result is what a picture holds.
type Result struct {
	Codes []Code // top to bottom, then left to right
}

// Reader reads pictures. It has no state and may be used by several
// goroutines.
type Reader struct{}

// New makes a Reader.
func New() *Reader { return &Reader{} }

// look is one attempt: a rendering of the picture and a way to tell dark from
// light.
type look struct {
	picture func() grey
	scale   float64 // of the rendering to the picture
	hybrid  bool
}

// largeSide is from where on a picture is worth a look at half its size, and
// smallSide up to where at twice its size.
const (
	largeSide = 1200
	smallSide = 1600
)

// Read finds the codes. Looks follow each other in a fixed order until one
// finds something; the context is asked before each.
func (*Reader) Read(ctx context.Context, picture image.Image) (Result, error) {
	b := picture.Bounds()
	if b.Empty() {
		return Result{}, ctx.Err()
	}
	g := toGrey(picture)
	self := func() grey { return g }
	looks := []look{{self, 1, true}, {self, 1, false}, {g.inverted, 1, true}}
	if g.width >= largeSide || g.height >= largeSide {
		looks = append(looks, look{g.halved, 0.5, true})
	}
	if g.width <= smallSide && g.height <= smallSide {
		looks = append(looks, look{g.doubled, 2, true})
	}
	for _, l := range looks {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		if codes := l.codes(b.Min); len(codes) > 0 {
			return Result{Codes: codes}, ctx.Err()
		}
	}
	return Result{}, ctx.Err()
}

// codes looks once. The library may panic on pictures that its authors did not
// think of: that is nothing found.
func (l look) codes(origin image.Point) (codes []Code) {
	defer func() {
		if recover() != nil {
			codes = nil
		}
	}()
	src := newSource(l.picture())
	binarizer := gozxing.NewGlobalHistgramBinarizer(src)
	if l.hybrid {
		binarizer = gozxing.NewHybridBinarizer(src)
	}
	bitmap, err := gozxing.NewBinaryBitmap(binarizer)
	if err != nil {
		return nil
	}
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	results, err := multi.NewQRCodeMultiReader().DecodeMultiple(bitmap, hints)
	if err != nil {
		return nil
	}
	for _, r := range results {
		c := Code{Text: r.GetText(), Corners: corners(r.GetResultPoints(), l.scale, origin)}
		if !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	slices.SortStableFunc(codes, func(a, b Code) int {
		return cmp.Or(cmp.Compare(a.Corners[0].Y, b.Corners[0].Y), cmp.Compare(a.Corners[0].X, b.Corners[0].X))
	})
	return codes
}

// finderMargin is how far, in the distance between finder centres, the outline
// lies outside of them: 3.5 modules, of which a common code has about 30
// between its finders.
const finderMargin = 3.5 / 30

// corners makes the outline from the finder patterns' centres, which the
// library gives as bottom left, top left, top right.
func corners(points []gozxing.ResultPoint, scale float64, origin image.Point) (out [4]image.Point) {
	if len(points) < 3 {
		return out
	}
	at := func(i int) (x, y float64) { return points[i].GetX() / scale, points[i].GetY() / scale }
	blX, blY := at(0)
	tlX, tlY := at(1)
	trX, trY := at(2)
	// Along the top edge and along the left one.
	ux, uy := (trX-tlX)*finderMargin, (trY-tlY)*finderMargin
	vx, vy := (blX-tlX)*finderMargin, (blY-tlY)*finderMargin
	point := func(x, y float64) image.Point { return image.Pt(int(x+0.5), int(y+0.5)).Add(origin) }
	return [4]image.Point{
		point(tlX-ux-vx, tlY-uy-vy),
		point(trX+ux-vx, trY+uy-vy),
		point(trX+blX-tlX+ux+vx, trY+blY-tlY+uy+vy),
		point(blX-ux+vx, blY-uy+vy),
	}
}
