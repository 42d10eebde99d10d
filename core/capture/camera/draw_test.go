package camera

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"

	"rsc.io/qr"
)

// plain is a page of one level of grey, by which a test knows a frame.
func plain(size image.Point, level byte) *image.YCbCr {
	out := image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420)
	for _, p := range []struct {
		pix   []byte
		level byte
	}{{out.Y, level}, {out.Cb, 128}, {out.Cr, 128}} {
		for i := range p.pix {
			p.pix[i] = p.level
		}
	}
	return out
}

// level is that of plain. JPEG may change it a little.
func level(t testing.TB, picture image.Image) byte {
	t.Helper()
	p, ok := picture.(*image.YCbCr)
	if !ok {
		t.Fatalf("a frame is %T", picture)
	}
	return p.Y[len(p.Y)/2]
}

// page is a page with a code whose top left corner is at 100, 80.
func page(t testing.TB, text string) *image.Gray {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	const module = 6
	out := image.NewGray(image.Rect(0, 0, 640, 480))
	draw.Draw(out, out.Rect, image.NewUniform(color.Gray{220}), image.Point{}, draw.Src)
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				at := image.Pt(100+x*module, 80+y*module)
				draw.Draw(out, image.Rectangle{at, at.Add(image.Pt(module, module))}, image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return out
}

func encoded(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is where a segment of a JPEG begins and ends.
func segment(t testing.TB, data []byte, marker byte) (from, to int) {
	t.Helper()
	for i := 2; i+4 <= len(data); {
		end := i + 2 + int(data[i+2])<<8 + int(data[i+3])
		if data[i+1] == marker {
			return i, end
		}
		i = end
	}
	t.Fatalf("no marker %#x", marker)
	return 0, 0
}

// withoutTables is a frame as many cameras send it.
func withoutTables(t testing.TB, data []byte) []byte {
	t.Helper()
	from, to := segment(t, data, markerDHT)
	return append(bytes.Clone(data[:from]), data[to:]...)
}

// For the tests outside of the package.
var Page, Encoded, Plain = page, encoded, plain
