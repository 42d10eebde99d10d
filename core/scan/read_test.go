package scan

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

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

// outlined fails unless the code's corners are r's, from the given one on
// clockwise, to a pixel.
func outlined(t *testing.T, c Code, r image.Rectangle, first int) {
	t.Helper()
	want := []image.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}
	for i, got := range c.Corners {
		if d := got.Sub(want[(first+i)%4]); max(d.X, -d.X, d.Y, -d.Y) > 1 {
			t.Errorf("corner %d at %v, want %v", i, got, want[(first+i)%4])
		}
	}
}

func TestReadOneCode(t *testing.T) {
	plain := drawn(t, login, 6)
	for name, c := range map[string]struct {
		img   image.Image
		first int // where the code's top left corner is
	}{
		"plain":                {plain, 0},
		"a quarter turn":       {moved(plain, quarter), 1},
		"upside down":          {moved(plain, half), 2},
		"three quarters":       {moved(plain, threeQuarters), 3},
		"light on dark":        {negative(plain), 0},
		"light, a quarter":     {negative(moved(plain, quarter)), 1},
		"shifted by its frame": {shifted(plain, image.Pt(-300, 70)), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := read(t, c.img)
			if !slices.Equal(texts(got), []string{login}) {
				t.Fatalf("read %q", texts(got))
			}
			outlined(t, got.Codes[0], outline(c.img, 6), c.first)
		})
	}
	t.Run("mirrored", func(t *testing.T) {
		got := read(t, moved(plain, mirrored))
		if !slices.Equal(texts(got), []string{login}) {
			t.Fatalf("read %q", texts(got))
		}
		r := outline(plain, 6) // its own corners, which go round the other way now
		slices.Reverse(got.Codes[0].Corners[:])
		outlined(t, got.Codes[0], r, 2)
	})
}

// shifted is the same picture with another frame of coordinates.
func shifted(img *image.Gray, by image.Point) *image.Gray {
	return &image.Gray{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect.Add(by)}
}

func TestReadSizes(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 60)
	for name, c := range map[string]struct {
		text  string
		scale int
	}{
		"1 pixel a module": {"tiny", 1}, "2 pixels": {login, 2}, "3 pixels": {login, 3}, "16 pixels": {login, 16},
		"50 pixels": {"huge", 50}, "version 1": {"1", 8}, "version 20 and more": {long, 5}, "the same, small": {long, 2},
	} {
		t.Run(name, func(t *testing.T) {
			img := drawn(t, c.text, c.scale)
			got := read(t, img)
			if !slices.Equal(texts(got), []string{c.text}) {
				t.Fatalf("read %q", texts(got))
			}
			outlined(t, got.Codes[0], outline(img, c.scale), 0)
		})
	}
}

func TestReadOnAPage(t *testing.T) {
	for name, c := range map[string]struct {
		width, height, scale int
		at                   image.Point
	}{
		"1080p":           {1920, 1080, 6, image.Pt(1200, 300)},
		"1080p, 2 pixels": {1920, 1080, 2, image.Pt(1200, 300)},
		"in the corner":   {1280, 800, 5, image.Pt(0, 0)},
		"4K":              {3840, 2160, 4, image.Pt(3300, 1500)},
	} {
		t.Run(name, func(t *testing.T) {
			code := drawn(t, login, c.scale)
			got := read(t, page(c.width, c.height, map[image.Point]image.Image{c.at: code}))
			if !slices.Equal(texts(got), []string{login}) {
				t.Fatalf("read %q", texts(got))
			}
			outlined(t, got.Codes[0], outline(code, c.scale).Add(c.at), 0)
		})
	}
}

func TestReadSeveralCodes(t *testing.T) {
	a, b := drawn(t, "first code", 6), drawn(t, "second code, a little longer", 5)
	c := negative(drawn(t, "light on dark", 4))
	img := page(1920, 1080, map[image.Point]image.Image{{200, 150}: a, {1300, 600}: b, {900, 150}: c, {200, 700}: a})
	got := read(t, img)
	if want := []string{"light on dark", "first code", "second code, a little longer", "first code"}; !slices.Equal(texts(got), want) {
		t.Fatalf("read %q, want %q", texts(got), want)
	}
	outlined(t, got.Codes[0], outline(c, 4).Add(image.Pt(900, 150)), 0)
	outlined(t, got.Codes[1], outline(a, 6).Add(image.Pt(200, 150)), 0)
	outlined(t, got.Codes[2], outline(b, 5).Add(image.Pt(1300, 600)), 0)
	outlined(t, got.Codes[3], outline(a, 6).Add(image.Pt(200, 700)), 0)
	if again := read(t, img); !reflect.DeepEqual(again, got) {
		t.Error("a second reading differs")
	}
}

// A sheet of labels: the corners of neighbouring codes make right angles too.
func TestReadSheet(t *testing.T) {
	sheet := image.NewGray(image.Rect(0, 0, 1600, 1600))
	draw.Draw(sheet, sheet.Rect, image.White, image.Point{}, draw.Src)
	var want []string
	for row := range 8 {
		for column := range 8 {
			text := fmt.Sprintf("label %d%d", row, column)
			code := drawn(t, text, 5)
			draw.Draw(sheet, code.Rect.Add(image.Pt(20+column*195, 20+row*195)), code, image.Point{}, draw.Src)
			want = append(want, text)
		}
	}
	if got := texts(read(t, sheet)); !slices.Equal(got, want) {
		t.Errorf("read %d of %d: %q", len(got), len(want), got)
	}
}

func TestReadNothing(t *testing.T) {
	one := drawn(t, login, 6)
	noise := page(1920, 1080, nil)
	for name, img := range map[string]image.Image{
		"page of text":     noise,
		"one pixel":        image.NewGray(image.Rect(0, 0, 1, 1)),
		"no pixel":         image.NewGray(image.Rect(5, 5, 5, 5)),
		"one line":         image.NewRGBA(image.Rect(0, 0, 3000, 1)),
		"one column":       image.NewRGBA(image.Rect(0, 0, 1, 3000)),
		"half a code":      one.SubImage(image.Rect(0, 0, 150, 400)),
		"three finders":    blanked(one, outline(one, 6).Inset(6*9)),
		"only finders":     finderPatterns(1200),
		"stripes":          stripes(1200),
		"an empty palette": image.NewPaletted(image.Rect(-40, -40, 60, 60), nil),
	} {
		t.Run(name, func(t *testing.T) {
			if got := texts(read(t, img)); len(got) != 0 {
				t.Errorf("read %q", got)
			}
		})
	}
}

// blanked is a picture with a part of it painted white.
func blanked(img *image.Gray, part image.Rectangle) *image.Gray {
	out := image.NewGray(img.Rect)
	copy(out.Pix, img.Pix)
	draw.Draw(out, part, image.White, image.Point{}, draw.Src)
	return out
}

// A damaged code is read right or not at all.
func TestReadDamaged(t *testing.T) {
	img := drawn(t, login, 4)
	within := outline(img, 4)
	readings := 0
	for size := 0; size < within.Dx(); size += 32 {
		hole := image.Rect(0, 0, size, size).Add(within.Min).Add(image.Pt((within.Dx()-size)/2, (within.Dx()-size)/2))
		for _, text := range texts(read(t, blanked(img, hole))) {
			readings++
			if text != login {
				t.Errorf("hole of %d pixels: read %q", size, text)
			}
		}
	}
	if readings < 2 || readings > 6 {
		t.Errorf("%d of the damaged codes were read", readings)
	}
}

func TestReadStopsWithItsContext(t *testing.T) {
	img := page(1920, 1080, nil)
	most := int64(2*runtime.GOMAXPROCS(0) + 2) // each processor asks once more, and each stage on the way out
	for after := range int64(40) {
		ctx := &countdown{Context: t.Context()}
		ctx.left.Store(after)
		if _, err := New().Read(ctx, img); !errors.Is(err, context.Canceled) {
			t.Errorf("after %d questions: %v", after, err)
		}
		if more := -ctx.left.Load(); more > most {
			t.Errorf("after %d questions: %d more", after, more)
		}
	}
}

// countdown is a context that ends when it was asked often enough.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

func TestReadRefuses(t *testing.T) {
	broken := image.NewGray(image.Rect(0, 0, 100, 100))
	broken.Pix = broken.Pix[:200]
	for name, c := range map[string]struct {
		img  image.Image
		want string
	}{
		"endless":      {image.NewUniform(image.White), "too large"},
		"too large":    {&image.Gray{Rect: image.Rect(0, 0, 64_000_001, 1)}, "too large"},
		"broken":       {broken, "broken"},
		"broken RGBA":  {&image.RGBA{Rect: image.Rect(0, 0, 100, 100)}, "broken"},
		"broken YCbCr": {&image.YCbCr{Rect: image.Rect(0, 0, 100, 100)}, "broken"},
	} {
		if got, err := New().Read(t.Context(), c.img); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: read %v, %v", name, got, err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for _, c := range []struct {
		name string
		img  image.Image
	}{
		{"camera 480p with a code", page(640, 480, map[image.Point]image.Image{{200, 100}: drawn(b, login, 4)})},
		{"1080p with a code", page(1920, 1080, map[image.Point]image.Image{{1200, 300}: drawn(b, login, 5)})},
		{"1080p without", page(1920, 1080, nil)},
		{"4K with a code", page(3840, 2160, map[image.Point]image.Image{{2200, 900}: drawn(b, login, 6)})},
		{"4K without", page(3840, 2160, nil)},
		{"only finder patterns", finderPatterns(2000)},
		{"stripes", stripes(2000)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read(b, c.img)
			}
		})
	}
}
