// Package golden compares pictures and texts in tests.
package golden

import (
	"errors"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A picture is as it should be when at most one pixel of 2,000 differs by more than tolerance of 255 in some colour:
// processors round differently, and the edges of letters show it.
const (
	tolerance = 16
	oneOf     = 2000
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// Match compares a picture with testdata/name.png of the test's package. One that differs is written to testdata/failed;
// with the flag -update it becomes the one to compare with.
func Match(t testing.TB, name string, got image.Image) {
	t.Helper()
	golden := filepath.Join("testdata", name+".png")
	if *update {
		if err := write(golden, got); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := read(golden)
	if err == nil {
		n := Differing(want, got)
		if n*oneOf <= got.Bounds().Dx()*got.Bounds().Dy() {
			return
		}
		t.Errorf("%s: %d pixels differ", name, n)
	} else {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		t.Errorf("%s: there is no picture yet", name)
	}
	if err := write(filepath.Join("testdata", "failed", name+".png"), got); err != nil {
		t.Fatal(err)
	}
}

// Text compares a text with testdata/name.txt, as Match does pictures.
func Text(t testing.TB, name, got string) {
	t.Helper()
	golden := filepath.Join("testdata", name+".txt")
	if *update {
		writeText(t, golden, got)
		return
	}
	want, err := os.ReadFile(golden)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t.Errorf("%s: there is no text yet", name)
	case err != nil:
		t.Fatal(err)
	case string(want) == got:
		return
	default:
		t.Errorf("%s differs, first in line %d: want %q, got %q", name, 1+differs(string(want), got), lineOf(string(want), got), lineOf(got, string(want)))
	}
	writeText(t, filepath.Join("testdata", "failed", name+".txt"), got)
}

// differs is the number of the first line, from 0, in which two texts differ.
func differs(a, b string) int {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return i
		}
	}
	return min(len(as), len(bs))
}

// lineOf is the first line of a text that another one has not there.
func lineOf(text, other string) string {
	lines := append(strings.Split(text, "\n"), "")
	return lines[min(differs(text, other), len(lines)-1)]
}

func writeText(t testing.TB, name, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		err = os.WriteFile(name, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Differing returns how many pixels of two pictures differ visibly; all of them where the sizes do.
func Differing(a, b image.Image) int {
	r := a.Bounds()
	if r.Size() != b.Bounds().Size() {
		return r.Dx()*r.Dy() + b.Bounds().Dx()*b.Bounds().Dy()
	}
	p, q := premultiplied(a).Pix, premultiplied(b).Pix
	n := 0
	for i := 0; i < len(p); i += 4 {
		if apart(p[i], q[i]) || apart(p[i+1], q[i+1]) || apart(p[i+2], q[i+2]) || apart(p[i+3], q[i+3]) {
			n++
		}
	}
	return n
}

// premultiplied returns a picture in a form that can be compared byte by byte, which takes a fraction of the time.
func premultiplied(m image.Image) *image.RGBA {
	r := image.NewRGBA(image.Rectangle{Max: m.Bounds().Size()})
	draw.Draw(r, r.Bounds(), m, m.Bounds().Min, draw.Src)
	return r
}

func apart(a, b uint8) bool { return max(a, b)-min(a, b) > tolerance }

func read(name string) (image.Image, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return png.Decode(f)
}

// write keeps few colours, which takes a fraction of the bytes and is well within the tolerance.
func write(name string, picture image.Image) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(f, fewColours(picture))
}

// fewColours returns a picture as one with a palette, with as many bits of each colour as make at most 256 colours of it,
// or else with six bits.
func fewColours(picture image.Image) image.Image {
	r := picture.Bounds()
	whole := image.NewNRGBA(r)
	draw.Draw(whole, r, picture, r.Min, draw.Src)
	for bits := 6; bits >= 4; bits-- {
		if few := paletted(whole, bits); few != nil {
			return few
		}
	}
	return sixBits(whole)
}

// paletted rounds colours to a number of bits; nil: there are too many.
func paletted(m *image.NRGBA, bits int) image.Image {
	few := image.NewPaletted(m.Rect, nil)
	numbers := map[[4]uint8]uint8{}
	most := 1<<bits - 1
	for i := 0; i < len(m.Pix); i += 4 {
		var c [4]uint8
		for j, v := range m.Pix[i : i+4] {
			c[j] = uint8((int(v)*most + 127) / 255 * 255 / most)
		}
		n, known := numbers[c]
		if !known {
			if len(few.Palette) == 256 {
				return nil
			}
			n = uint8(len(few.Palette))
			numbers[c] = n
			few.Palette = append(few.Palette, color.NRGBA{c[0], c[1], c[2], c[3]})
		}
		few.Pix[i/4] = n
	}
	return few
}

func sixBits(m *image.NRGBA) image.Image {
	for i, v := range m.Pix {
		m.Pix[i] = v&^3 | v>>6
	}
	return m
}
