package scan

import (
	"image"
	"image/color"
	"image/draw"
	"reflect"
	"slices"
	"strings"
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

// Frames of cameras: planes with and without bytes between the rows, YUYV.
func TestReadLuma(t *testing.T) {
	code := page(320, 240, map[image.Point]image.Image{{70, 20}: drawn(t, "camera", 6)})
	want := read(t, code)
	frame := func(stride, step, first int) Luma {
		l := Luma{Pix: make([]byte, 240*stride), Width: 320, Height: 240, Stride: stride, Step: step}
		for y := range 240 {
			for x := range 320 {
				l.Pix[y*stride+x*step+first] = code.RGBAAt(x, y).R/2 + code.RGBAAt(x, y).B/2
			}
		}
		l.Pix = l.Pix[first:]
		return l
	}
	for name, l := range map[string]Luma{
		"plane": frame(320, 1, 0), "plane with a margin": frame(352, 1, 0), "YUYV": frame(640, 2, 0), "UYVY": frame(640, 2, 1),
	} {
		for _, r := range []*Reader{New(), Quick()} {
			before := slices.Clone(l.Pix)
			got, err := r.ReadLuma(t.Context(), l)
			if err != nil || len(got.Codes) != 1 || got.Codes[0].Text != "camera" || got.Codes[0].Corners != want.Codes[0].Corners {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			if !slices.Equal(before, l.Pix) {
				t.Errorf("%s: the frame was changed", name)
			}
		}
	}
	for name, c := range map[string]struct {
		l    Luma
		want string
	}{
		"short":           {Luma{make([]byte, 100*100-1), 100, 100, 100, 1}, "broken"},
		"narrow":          {Luma{make([]byte, 100*100), 100, 100, 99, 1}, "broken"},
		"no step":         {Luma{make([]byte, 100*100), 100, 100, 100, 0}, "broken"},
		"negative stride": {Luma{make([]byte, 100*100), 100, 100, -100, 1}, "broken"},
		"huge":            {Luma{nil, 1 << 40, 1 << 40, 1, 1}, "too large"},
		"no pixels":       {Luma{nil, 0, 0, 0, 0}, ""},
		"less than none":  {Luma{nil, -100, -100, 1, 1}, ""},
	} {
		got, err := New().ReadLuma(t.Context(), c.l)
		if len(got.Codes) > 0 || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
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
		got := read(t, img)
		if again := read(t, img); !reflect.DeepEqual(got, again) {
			t.Error("a second reading differs")
		}
		for _, c := range got.Codes {
			if c.Text == "" {
				t.Error("a code without text")
			}
		}
	})
}
