package lum

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"testing"
)

// slowFrom is From by way of At.
func slowFrom(img image.Image) []byte {
	var out []byte
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			switch c := img.At(x, y).(type) {
			case color.YCbCr:
				out = append(out, c.Y)
			case color.NYCbCrA:
				out = append(out, byte(onWhite(uint32(c.Y), uint32(c.A))))
			default:
				r, g, b, a := c.RGBA()
				level := (min(r+0xFFFF-a, 0xFFFF) + 2*min(g+0xFFFF-a, 0xFFFF) + min(b+0xFFFF-a, 0xFFFF)) / 4
				out = append(out, byte(level>>8))
			}
		}
	}
	return out
}

func FuzzFrom(f *testing.F) {
	f.Add([]byte{0, 50, 100, 150, 200, 255, 128, 64, 32}, byte(7), byte(5), byte(3), byte(250))
	f.Add([]byte{255, 255, 255, 0}, byte(9), byte(9), byte(0), byte(0))
	f.Add([]byte("0"), byte(0), byte(1), byte(46), byte(0x98)) // the part is empty
	f.Fuzz(func(t *testing.T, data []byte, width, height, left, top byte) {
		if len(data) == 0 {
			return
		}
		whole := image.Rect(0, 0, int(width%32)+8, int(height%32)+8).Add(image.Pt(int(left), int(top)))
		part := image.Rectangle{Min: whole.Min.Add(image.Pt(int(left%8), int(top%8))), Max: whole.Max.Sub(image.Pt(int(top%5), int(left%5)))}
		fill := func(pix ...[]byte) {
			for _, p := range pix {
				copy(p, bytes.Repeat(data, len(p)/len(data)+1))
			}
		}
		gray, rgba, nrgba, cmyk := image.NewGray(whole), image.NewRGBA(whole), image.NewNRGBA(whole), image.NewCMYK(whole)
		paletted := image.NewPaletted(whole, nil)
		for i := range 256 {
			c := data[i%len(data)]
			paletted.Palette = append(paletted.Palette, color.NRGBA{c, byte(i), c ^ byte(i), byte(255 - i/2)})
		}
		ycbcr, nycbcra := image.NewYCbCr(whole, image.YCbCrSubsampleRatio422), image.NewNYCbCrA(whole, image.YCbCrSubsampleRatio420)
		fill(gray.Pix, rgba.Pix, nrgba.Pix, cmyk.Pix, paletted.Pix, ycbcr.Y, ycbcr.Cb, ycbcr.Cr, nycbcra.Y, nycbcra.A)
		for _, whole := range []interface {
			image.Image
			SubImage(image.Rectangle) image.Image
		}{gray, rgba, nrgba, cmyk, paletted, ycbcr, nycbcra} {
			for _, img := range []image.Image{whole, whole.SubImage(part)} {
				want := slowFrom(img)
				got, err := From(t.Context(), img)
				if err != nil {
					t.Fatal(err)
				}
				if len(got.Pix) != len(want) || got.Width*got.Height != len(want) {
					t.Fatalf("%T: %d x %d, want %d pixels", img, got.Width, got.Height, len(want))
				}
				for i, level := range want {
					if d := int(got.Pix[i]) - int(level); d < -2 || d > 2 {
						t.Fatalf("%T, pixel %d of %v: %d, want %d", img, i, img.Bounds(), got.Pix[i], level)
					}
				}
			}
		}
	})
}

func TestFromLuma(t *testing.T) {
	f := func(pix []byte, width, height, stride, step int) ([]byte, bool) {
		g, ok := FromLuma(pix, width, height, stride, step)
		return g.Pix, ok
	}
	pix := []byte{1, 2, 3, 4, 5, 6, 7, 8}
	for name, c := range map[string]struct {
		width, height, stride, step int
		want                        []byte
	}{
		"plane":           {4, 2, 4, 1, pix},
		"margin":          {3, 2, 5, 1, []byte{1, 2, 3, 6, 7, 8}},
		"every second":    {2, 2, 4, 2, []byte{1, 3, 5, 7}},
		"the last is cut": {2, 2, 5, 2, []byte{1, 3, 6, 8}},
		"too short":       {3, 2, 6, 1, nil},
		"too many rows":   {4, 3, 4, 1, nil},
		"no step":         {4, 2, 4, 0, nil},
	} {
		if got, ok := f(pix, c.width, c.height, c.stride, c.step); !bytes.Equal(got, c.want) || ok != (c.want != nil) {
			t.Errorf("%s: %v, %v", name, got, ok)
		}
	}
}

func FuzzFromLuma(f *testing.F) {
	f.Add([]byte("12345678"), 4, 2, 4, 1)
	f.Fuzz(func(t *testing.T, pix []byte, width, height, stride, step int) {
		if width < 1 || height < 1 || width > 1000 || height > 1000 {
			return // the caller's business
		}
		if g, ok := FromLuma(pix, width, height, stride, step); ok && len(g.Pix) != width*height {
			t.Errorf("%d levels", len(g.Pix))
		}
	})
}

// Every stage ends with its context.
func TestContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g := New(400, 3000)
	for name, do := range map[string]func() error{
		"from":      func() error { _, err := From(ctx, image.NewRGBA(image.Rect(0, 0, 400, 3000))); return err },
		"drawn":     func() error { _, err := From(ctx, image.NewCMYK(image.Rect(0, 0, 400, 3000))); return err },
		"halved":    func() error { _, err := g.Halved(ctx); return err },
		"blocks":    func() error { _, err := g.Blocks(ctx); return err },
		"sharpened": func() error { _, err := g.Sharpened(ctx); return err },
	} {
		if err := do(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
