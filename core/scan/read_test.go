package scan

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"rsc.io/qr"
)

// drawn is a QR code with its quiet zone, each module scale pixels wide.
func drawn(t testing.TB, text string, scale int) *image.Gray {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	side := (code.Size + 8) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if !code.Black(x/scale-4, y/scale-4) {
				img.SetGray(x, y, color.Gray{255})
			}
		}
	}
	return img
}

// desktop is a page with lines of noise that look like text, and codes on it.
func desktop(width, height int, codes map[image.Point]image.Image) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{250, 250, 248, 255}), image.Point{}, draw.Src)
	random := rand.New(rand.NewPCG(1, 2))
	for y := 20; y < height-20; y += 22 {
		for x := 30; x < width-30; x += 2 + random.IntN(9) {
			if h := 3 + random.IntN(9); random.IntN(6) > 0 {
				draw.Draw(img, image.Rect(x, y, x+1+random.IntN(3), y+h), image.NewUniform(color.RGBA{40, 40, 60, 255}), image.Point{}, draw.Src)
			}
		}
	}
	for at, code := range codes {
		draw.Draw(img, code.Bounds().Add(at), code, image.Point{}, draw.Src)
	}
	return img
}

func texts(r Result) (list []string) {
	for _, c := range r.Codes {
		list = append(list, c.Text)
	}
	return list
}

func read(t testing.TB, img image.Image) Result {
	t.Helper()
	r, err := New().Read(t.Context(), img)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const login = "understudy://otp?server=https://id.example.com&otp=eyJ0cmFuc2FjdGlvbl9pZCI6IkFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaIiwib3RwIjoiQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoifQ=="

func TestReadOneCode(t *testing.T) {
	plain := drawn(t, login, 6)
	turn := func(n int) image.Image {
		img := plain
		for range n {
			b := img.Bounds()
			next := image.NewGray(image.Rect(0, 0, b.Dy(), b.Dx()))
			for y := range b.Dy() {
				for x := range b.Dx() {
					next.SetGray(b.Dy()-1-y, x, img.GrayAt(x, y))
				}
			}
			img = next
		}
		return img
	}
	inverted := image.NewGray(plain.Rect)
	for i, v := range plain.Pix {
		inverted.Pix[i] = 255 - v
	}
	for name, img := range map[string]image.Image{
		"plain": plain, "a quarter turned": turn(1), "upside down": turn(2), "three quarters": turn(3), "light on dark": inverted,
		"two pixels a module": drawn(t, login, 2), "sixteen pixels a module": drawn(t, login, 16),
		"on a page":         desktop(1920, 1080, map[image.Point]image.Image{{1200, 300}: plain}),
		"at the edge":       desktop(1280, 800, map[image.Point]image.Image{{0, 0}: plain}),
		"small, on a page":  desktop(1366, 768, map[image.Point]image.Image{{800, 200}: drawn(t, login, 3)}),
		"other characters":  nil,
		"shortest":          nil,
		"long, many moduls": nil,
	} {
		want := login
		switch name {
		case "other characters":
			want = "Grüße, Ἀθῆναι, 東京 €"
			img = drawn(t, want, 5)
		case "shortest":
			want = "1"
			img = drawn(t, want, 8)
		case "long, many moduls":
			want = strings.Repeat("0123456789abcdef", 60)
			img = drawn(t, want, 5)
		}
		t.Run(name, func(t *testing.T) {
			if got := texts(read(t, img)); !slices.Equal(got, []string{want}) {
				t.Errorf("read %q", got)
			}
		})
	}
}

func TestReadTwoCodesWithTheirPlaces(t *testing.T) {
	a, b := drawn(t, "first code", 6), drawn(t, "second code, a little longer", 5)
	img := desktop(1920, 1080, map[image.Point]image.Image{{200, 150}: a, {1300, 600}: b})
	got := read(t, img)
	if !slices.Equal(texts(got), []string{"first code", "second code, a little longer"}) {
		t.Fatalf("read %q", texts(got))
	}
	for i, want := range []image.Rectangle{a.Rect.Inset(24).Add(image.Pt(200, 150)), b.Rect.Inset(20).Add(image.Pt(1300, 600))} {
		corners := got.Codes[i].Corners
		for j, p := range []image.Point{want.Min, {want.Max.X, want.Min.Y}, want.Max, {want.Min.X, want.Max.Y}} {
			if d := corners[j].Sub(p); max(d.X, -d.X, d.Y, -d.Y) > 24 {
				t.Errorf("code %d, corner %d at %v, want %v", i, j, corners[j], p)
			}
		}
	}
	if again := read(t, img); !slices.Equal(again.Codes, got.Codes) {
		t.Error("a second look saw something else")
	}
}

func TestReadNothing(t *testing.T) {
	for name, img := range map[string]image.Image{
		"page of text": desktop(1920, 1080, nil),
		"one pixel":    image.NewGray(image.Rect(0, 0, 1, 1)),
		"no pixel":     image.NewGray(image.Rect(5, 5, 5, 5)),
		"one line":     image.NewRGBA(image.Rect(0, 0, 3000, 1)),
		"half a code":  drawn(t, login, 6).SubImage(image.Rect(0, 0, 150, 400)),
	} {
		if got := texts(read(t, img)); len(got) != 0 {
			t.Errorf("%s: read %q", name, got)
		}
	}
}

// Every type of picture is read from its buffer, also as a part of a larger
// one.
func TestPictureTypes(t *testing.T) {
	plain := drawn(t, login, 5)
	b := image.Rect(0, 0, plain.Rect.Dx()+90, plain.Rect.Dy()+70)
	part := plain.Rect.Add(image.Pt(40, 30))
	paint := func(img draw.Image) image.Image {
		draw.Draw(img, b, image.White, image.Point{}, draw.Src)
		draw.Draw(img, part, plain, image.Point{}, draw.Src)
		return img
	}
	clear := image.NewNRGBA(b) // black modules on nothing
	for y := range plain.Rect.Dy() {
		for x := range plain.Rect.Dx() {
			if plain.GrayAt(x, y).Y == 0 {
				clear.SetNRGBA(x+40, y+30, color.NRGBA{0, 0, 0, 255})
			}
		}
	}
	ycbcr := image.NewYCbCr(b, image.YCbCrSubsampleRatio420)
	for i := range ycbcr.Y {
		ycbcr.Y[i] = 255
	}
	for i := range ycbcr.Cb {
		ycbcr.Cb[i], ycbcr.Cr[i] = 128, 128
	}
	for y := range plain.Rect.Dy() {
		for x := range plain.Rect.Dx() {
			ycbcr.Y[ycbcr.YOffset(x+40, y+30)] = plain.GrayAt(x, y).Y
		}
	}
	for name, img := range map[string]image.Image{
		"Gray": paint(image.NewGray(b)), "RGBA": paint(image.NewRGBA(b)), "NRGBA": paint(image.NewNRGBA(b)),
		"RGBA64": paint(image.NewRGBA64(b)), "CMYK": paint(image.NewCMYK(b)), "YCbCr": ycbcr, "without background": clear,
		"Paletted": paint(image.NewPaletted(b, color.Palette{color.White, color.Black})),
	} {
		t.Run(name, func(t *testing.T) {
			if got := texts(read(t, img)); !slices.Equal(got, []string{login}) {
				t.Errorf("read %q", got)
			}
			sub := img.(interface {
				SubImage(image.Rectangle) image.Image
			}).SubImage(part)
			got := read(t, sub)
			if !slices.Equal(texts(got), []string{login}) || !got.Codes[0].Corners[0].In(part) {
				t.Errorf("of a part read %v", got)
			}
		})
	}
}

func TestReadStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New().Read(ctx, drawn(t, login, 4)); err != context.Canceled {
		t.Errorf("err = %v", err)
	}
}

func FuzzToGrey(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, 3, 2, 1, 1)
	f.Fuzz(func(t *testing.T, data []byte, w, h, x, y int) {
		w, h, x, y = w&31, h&31, x&63-32, y&63-32
		r := image.Rect(x, y, x+w, y+h)
		rgba, gray, pal := image.NewRGBA(r), image.NewGray(r), image.NewPaletted(r, color.Palette{color.Black})
		for _, pix := range [][]byte{rgba.Pix, gray.Pix, pal.Pix} {
			copy(pix, bytes.Repeat(data, len(pix)/max(len(data), 1)+1))
		}
		for _, img := range []image.Image{rgba, gray, pal} {
			g := toGrey(img)
			if g.width != w || g.height != h || len(g.pix) != w*h {
				t.Fatalf("%d x %d, %d bytes", g.width, g.height, len(g.pix))
			}
			if _, err := New().Read(t.Context(), img); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for name, img := range map[string]image.Image{
		"1080p with a code": desktop(1920, 1080, map[image.Point]image.Image{{1200, 300}: drawn(b, login, 5)}),
		"1080p without":     desktop(1920, 1080, nil),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := New().Read(b.Context(), img); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
