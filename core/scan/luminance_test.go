package scan

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"slices"
	"testing"
)

// Every type of picture is read from its buffer, also as a part of a larger
// one.
func TestPictureTypes(t *testing.T) {
	plain := drawn(t, login, 5)
	b := image.Rect(-10, -20, plain.Rect.Dx()+90, plain.Rect.Dy()+70)
	place := plain.Rect.Add(image.Pt(40, 30))
	paint := func(img draw.Image) image.Image {
		draw.Draw(img, b, image.White, image.Point{}, draw.Src)
		draw.Draw(img, place, plain, image.Point{}, draw.Src)
		return img
	}
	// paintLevels is paint for types that are no draw.Image.
	paintLevels := func(y []byte, offset func(x, y int) int) {
		for i := range y {
			y[i] = 255
		}
		for py := range plain.Rect.Dy() {
			for px := range plain.Rect.Dx() {
				y[offset(px+40, py+30)] = plain.GrayAt(px, py).Y
			}
		}
	}
	ycbcr := image.NewYCbCr(b, image.YCbCrSubsampleRatio420)
	paintLevels(ycbcr.Y, ycbcr.YOffset)
	// On nothing: only the dark modules are there.
	nrgba, rgba, alpha := image.NewNRGBA(b), image.NewRGBA(b), image.NewNYCbCrA(b, image.YCbCrSubsampleRatio420)
	palette := image.NewPaletted(b, color.Palette{color.Transparent, color.Black})
	for y := range plain.Rect.Dy() {
		for x := range plain.Rect.Dx() {
			if plain.GrayAt(x, y).Y == 0 {
				nrgba.SetNRGBA(x+40, y+30, color.NRGBA{A: 255})
				rgba.SetRGBA(x+40, y+30, color.RGBA{A: 255})
				alpha.A[alpha.AOffset(x+40, y+30)] = 255
				palette.SetColorIndex(x+40, y+30, 1)
			}
		}
	}
	for name, img := range map[string]image.Image{
		"Gray": paint(image.NewGray(b)), "Gray16": paint(image.NewGray16(b)), "RGBA": paint(image.NewRGBA(b)),
		"NRGBA": paint(image.NewNRGBA(b)), "RGBA64": paint(image.NewRGBA64(b)), "CMYK": paint(image.NewCMYK(b)),
		"Paletted": paint(image.NewPaletted(b, color.Palette{color.White, color.Black})), "YCbCr": ycbcr,
		"RGBA on nothing": rgba, "NRGBA on nothing": nrgba, "NYCbCrA on nothing": alpha, "Paletted on nothing": palette,
		"a type of its own": struct{ image.Image }{paint(image.NewNRGBA64(b))},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, img)
			if !slices.Equal(texts(got), []string{login}) {
				t.Fatalf("read %q", texts(got))
			}
			outlined(t, got.Codes[0], outline(plain, 5).Add(image.Pt(40, 30)), 0)
			sub, ok := img.(interface {
				SubImage(image.Rectangle) image.Image
			})
			if !ok {
				return
			}
			got = read(t, sub.SubImage(place))
			if !slices.Equal(texts(got), []string{login}) {
				t.Fatalf("of a part read %q", texts(got))
			}
			outlined(t, got.Codes[0], outline(plain, 5).Add(image.Pt(40, 30)), 0)
		})
	}
}

// slowGrey is toGrey by way of At.
func slowGrey(img image.Image) []byte {
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
				level := (299*min(r+0xFFFF-a, 0xFFFF) + 587*min(g+0xFFFF-a, 0xFFFF) + 114*min(b+0xFFFF-a, 0xFFFF)) / 1000
				out = append(out, byte(level>>8))
			}
		}
	}
	return out
}

func FuzzToGrey(f *testing.F) {
	f.Add([]byte{0, 50, 100, 150, 200, 255, 128, 64, 32}, byte(7), byte(5), byte(3), byte(250))
	f.Add([]byte{255, 255, 255, 0}, byte(9), byte(9), byte(0), byte(0))
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
				got, want := toGrey(img), slowGrey(img)
				if len(got.pix) != len(want) || got.width*got.height != len(want) {
					t.Fatalf("%T: %d x %d, want %d pixels", img, got.width, got.height, len(want))
				}
				for i, level := range want {
					if d := int(got.pix[i]) - int(level); d < -2 || d > 2 {
						t.Fatalf("%T, pixel %d of %v: %d, want %d", img, i, img.Bounds(), got.pix[i], level)
					}
				}
			}
		}
	})
}

// FuzzRead looks for pictures that end the program: the library was not made
// for hostile ones.
func FuzzRead(f *testing.F) {
	code := drawn(f, "seed", 2)
	f.Add(code.Pix, byte(code.Rect.Dx()))
	f.Add(finderPatterns(18).Pix, byte(18))
	f.Add(stripes(18).Pix, byte(18))
	f.Fuzz(func(t *testing.T, pix []byte, width byte) {
		w := max(int(width), 1)
		img := &image.Gray{Pix: pix, Stride: w, Rect: image.Rect(0, 0, w, len(pix)/w)}
		for _, c := range read(t, img).Codes {
			if c.Text == "" {
				t.Error("a code without text")
			}
		}
	})
}
