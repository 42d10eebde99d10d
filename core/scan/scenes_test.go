package scan

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"rsc.io/qr"
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

// hollow modules have a black line around them and are grey inside.
func hollow(img *image.Gray, scale int) *image.Gray {
	out := image.NewGray(img.Rect)
	copy(out.Pix, img.Pix)
	for y := scale; y < img.Rect.Dy()-scale; y++ {
		for x := scale; x < img.Rect.Dx()-scale; x++ {
			inside := true
			for _, d := range [4]image.Point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				inside = inside && img.GrayAt(x+d.X, y+d.Y).Y == 0
			}
			if inside {
				out.SetGray(x, y, color.Gray{130})
			}
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

// blurred takes the mean of a square around each pixel, three times.
func blurred(img *image.Gray, radius int) *image.Gray {
	for range 3 {
		out := image.NewGray(img.Rect)
		for y := range img.Rect.Dy() {
			for x := range img.Rect.Dx() {
				sum, count := 0, 0
				for fy := max(0, y-radius); fy <= min(img.Rect.Dy()-1, y+radius); fy++ {
					for fx := max(0, x-radius); fx <= min(img.Rect.Dx()-1, x+radius); fx++ {
						sum += int(img.Pix[fy*img.Stride+fx])
						count++
					}
				}
				out.SetGray(x, y, color.Gray{byte(sum / count)})
			}
		}
		img = out
	}
	return img
}

// levels gives each pixel another level.
func levels(img *image.Gray, to func(x, y, level int) int) *image.Gray {
	out := image.NewGray(img.Rect)
	for i, level := range img.Pix {
		out.Pix[i] = byte(max(0, min(255, to(i%img.Stride, i/img.Stride, int(level)))))
	}
	return out
}

// seen is a code on white paper, to being where in the code, in modules, a place of
// the picture is.
func seen(t testing.TB, text string, width, height int, to func(x, y float64) (float64, float64)) *image.Gray {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	return seenAs(width, height, to, func(x, y float64) bool { return code.Black(int(math.Floor(x)), int(math.Floor(y))) })
}

// round is a code whose finder patterns are circles.
func round(t testing.TB, text string) func(x, y float64) bool {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	last := float64(code.Size) - 3.5
	return func(x, y float64) bool {
		for _, m := range [3][2]float64{{3.5, 3.5}, {last, 3.5}, {3.5, last}} {
			if max(math.Abs(x-m[0]), math.Abs(y-m[1])) < 4 {
				ring := math.Hypot(x-m[0], y-m[1])
				return ring < 1.5 || ring > 2.5 && ring < 3.5
			}
		}
		return code.Black(int(math.Floor(x)), int(math.Floor(y)))
	}
}

// discs is a code of dots; of its finder patterns only the middle is whole, and of
// the square around it a dot in three.
func discs(t testing.TB, text string) func(x, y float64) bool {
	t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	last := float64(code.Size) - 3.5
	return func(x, y float64) bool {
		dot := math.Hypot(x-math.Floor(x)-0.5, y-math.Floor(y)-0.5) < 0.42
		for _, m := range [3][2]float64{{3.5, 3.5}, {last, 3.5}, {3.5, last}} {
			if dx, dy := x-m[0], y-m[1]; max(math.Abs(dx), math.Abs(dy)) < 3.5 {
				third := int(math.Round(dx))%3 == 0 && int(math.Round(dy))%3 == 0
				return math.Hypot(dx, dy) < 1.55 || dot && third
			}
		}
		return dot && code.Black(int(math.Floor(x)), int(math.Floor(y)))
	}
}

// seenAs is seen for anything that is dark or light.
func seenAs(width, height int, to func(x, y float64) (float64, float64), black func(x, y float64) bool) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		sum := 0
		for n := range 16 {
			x, y := to(float64(i%width)+(float64(n%4)+0.5)/4, float64(i/width)+(float64(n/4)+0.5)/4)
			if !black(x, y) {
				sum += 240
			}
		}
		img.Pix[i] = byte(sum / 16)
	}
	return img
}

// Pictures as they occur, each of which some look or some stage is there for.
func TestScenes(t *testing.T) {
	const size = 53 // modules of login
	plain := drawn(t, login, 8)
	r := outline(plain, 8)
	band := func(img *image.Gray) *image.Gray { // beside a corner, with its whole middle gone
		return levels(img, func(x, y, level int) int {
			if x < r.Min.X {
				return 0
			}
			if d := max(x-r.Min.X-28, r.Min.X+28-x, y-r.Min.Y-28, r.Min.Y+28-y); d < 12 {
				return 255
			}
			return level
		})
	}
	for name, img := range map[string]image.Image{
		"much noise":          noisy(drawn(t, login, 16), 60),
		"noise":               noisy(plain, 60),
		"light on dark noise": noisy(negative(plain), 50),
		"dots":                dotted(plain, 8),
		"hollow":              hollow(plain, 8),
		"smoothed":            resampled(drawn(t, login, 20), 20, 1.8),
		"blurred":             blurred(plain, 2),
		"much blurred":        blurred(plain, 3),
		"blurred more":        blurred(plain, 4),
		"dim":                 levels(plain, func(_, _, level int) int { return 8 + level/16 }),
		"nearly dark":         levels(plain, func(_, _, level int) int { return 8 + level/40 }),
		"pale":                levels(plain, func(_, _, level int) int { return 150 + level/6 }),
		"large modules":       drawn(t, login, 40),
		"shadow":              levels(plain, func(x, y, level int) int { return (level + 20) * (40 + (x+y)/6) / 260 }),
		"glare": levels(plain, func(x, y, level int) int {
			return level/2 + max(0, 300-2*int(math.Hypot(float64(x-300), float64(y-300))))
		}),
		"no corner": band(plain),
		"from the side": seen(t, login, 600, 560, func(x, y float64) (float64, float64) {
			w := 1 + (x-60)/700
			return (x - 60) * size / 330 / w * 1.2, (y - 60 - (x-60)/8) * size / 330 / w * 1.3
		}),
		"round, from the side": seenAs(600, 560, func(x, y float64) (float64, float64) {
			w := 1 + (x-60)/4000
			return (x - 60) * size / 330 / w, (y - 60 - (x-60)/8) * size / 330 / w
		}, round(t, login)),
		"discs": seenAs(480, 480, func(x, y float64) (float64, float64) {
			return (x - 50) / 7.1, (y - 50) / 7.1
		}, discs(t, login)),
		"around a bottle": seen(t, login, 500, 500, func(x, y float64) (float64, float64) {
			s := (x - 250) / 230
			if math.Abs(s) > 0.99 {
				return -9, -9
			}
			return size/2 + math.Asin(s)*size/2, (y-60)*size/380 - 5*math.Sqrt(1-s*s)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(t, img); !slices.Equal(texts(got), []string{login}) {
				t.Errorf("read %q, seen %v", texts(got), got.Seen)
			}
		})
	}
}
