// Package golden compares pictures in tests.
package golden

import (
	"errors"
	"flag"
	"image"
	"image/draw"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
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

// write keeps six bits of each colour, which takes fewer bytes and is well within the tolerance.
func write(name string, picture image.Image) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r := picture.Bounds()
	rounded := image.NewNRGBA(r)
	draw.Draw(rounded, r, picture, r.Min, draw.Src)
	for i, v := range rounded.Pix {
		rounded.Pix[i] = v&^3 | v>>6
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(f, rounded)
}
