package scan

import (
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/makiuchi-d/gozxing/common"
)

// resampled is a picture of a code at another size, as a scaled page has it:
// pixels between two modules are grey.
func resampled(img *image.Gray, from, to float64) *image.Gray {
	k := from / to
	side := int(float64(img.Rect.Dx()) / k)
	out := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			sum, count := 0, 0
			for fy := int(float64(y) * k); fy < int(float64(y+1)*k); fy++ {
				for fx := int(float64(x) * k); fx < int(float64(x+1)*k); fx++ {
					sum += int(img.GrayAt(fx, fy).Y)
					count++
				}
			}
			out.SetGray(x, y, color.Gray{byte(sum / count)})
		}
	}
	return out
}

// dotted draws the dark modules as dots that do not touch.
func dotted(img *image.Gray, scale int) *image.Gray {
	out := image.NewGray(img.Rect)
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			dx, dy := 2*(x%scale)+1-scale, 2*(y%scale)+1-scale
			level := img.GrayAt(x, y).Y
			if 10*(dx*dx+dy*dy) > 7*scale*scale {
				level = 255
			}
			out.SetGray(x, y, color.Gray{level})
		}
	}
	return out
}

// noisy halves the contrast and adds what a poor camera adds.
func noisy(img *image.Gray, most int) *image.Gray {
	random := rand.New(rand.NewPCG(3, 4))
	out := image.NewGray(img.Rect)
	for i, level := range img.Pix {
		out.Pix[i] = byte(min(max(int(level)/2+64+random.IntN(2*most)-most, 0), 255))
	}
	return out
}

// Each look finds what others do not; in all, the code is read.
func TestLooks(t *testing.T) {
	for name, c := range map[string]struct {
		img  *image.Gray
		find []int // the looks that find it
	}{
		"plain":                        {drawn(t, login, 3), []int{0, 2, 6}},
		"light on dark":                {negative(drawn(t, login, 3)), []int{1}},
		"much noise":                   {noisy(drawn(t, login, 16), 60), []int{2, 5}},
		"dots":                         {dotted(drawn(t, login, 8), 8), []int{3, 5}},
		"light on dark, noise":         {noisy(negative(drawn(t, login, 8)), 60), []int{4}},
		"more noise":                   {noisy(drawn(t, login, 8), 60), []int{5}},
		"less than 2 pixels, smoothed": {resampled(drawn(t, login, 20), 20, 1.8), []int{6}},
	} {
		t.Run(name, func(t *testing.T) {
			page := toGrey(c.img)
			var find []int
			for i, l := range looks(page) {
				codes, err := l.codes(t.Context(), page)
				if err != nil {
					t.Fatal(err)
				}
				if len(codes) > 0 {
					find = append(find, i)
				}
			}
			if !slices.Equal(find, c.find) {
				t.Errorf("looks %v, want %v", find, c.find)
			}
			if got := texts(read(t, c.img)); !slices.Equal(got, []string{login}) {
				t.Errorf("read %q", got)
			}
		})
	}
}

// In perspective the fourth corner is found by the alignment pattern.
func TestReadPerspective(t *testing.T) {
	const scale = 8
	code := drawn(t, login, scale)
	side := float64(code.Rect.Dx())
	seen := []float64{40, 30, 470, 60, 440, 455, 60, 480} // its picture's corners, clockwise
	back := common.PerspectiveTransform_QuadrilateralToQuadrilateral(
		seen[0], seen[1], seen[2], seen[3], seen[4], seen[5], seen[6], seen[7], 0, 0, side, 0, side, side, 0, side)
	img := image.NewGray(image.Rect(0, 0, 520, 520))
	for y := range 520 {
		for x := range 520 {
			p := []float64{float64(x) + 0.5, float64(y) + 0.5}
			back.TransformPoints(p)
			img.SetGray(x, y, color.Gray{255})
			if at := image.Pt(int(p[0]), int(p[1])); p[0] >= 0 && p[1] >= 0 && at.In(code.Rect) {
				img.SetGray(x, y, code.GrayAt(at.X, at.Y))
			}
		}
	}
	got := read(t, img)
	if !slices.Equal(texts(got), []string{login}) {
		t.Fatalf("read %q", texts(got))
	}
	forth := common.PerspectiveTransform_QuadrilateralToQuadrilateral(
		0, 0, side, 0, side, side, 0, side, seen[0], seen[1], seen[2], seen[3], seen[4], seen[5], seen[6], seen[7])
	r := outline(code, scale)
	want := []float64{float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y), float64(r.Min.X), float64(r.Max.Y)}
	forth.TransformPoints(want)
	for i, p := range got.Codes[0].Corners {
		if d := p.Sub(image.Pt(int(want[2*i]), int(want[2*i+1]))); max(d.X, -d.X, d.Y, -d.Y) > 4 {
			t.Errorf("corner %d at %v, want %.0f", i, p, want[2*i:2*i+2])
		}
	}
}

func TestSame(t *testing.T) {
	at := func(text string, x, y int) Code {
		return Code{Text: text, Corners: [4]image.Point{{x, y}, {x + 100, y}, {x + 100, y + 100}, {x, y + 100}}}
	}
	one := at("a", 10, 10)
	for name, c := range map[string]struct {
		other Code
		want  bool
	}{
		"itself":       {one, true},
		"a bit beside": {at("a", 14, 7), true},
		"elsewhere":    {at("a", 120, 10), false},
		"another text": {at("b", 10, 10), false},
	} {
		if got := one.same(c.other); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
