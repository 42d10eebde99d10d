package golden_test

import (
	"fmt"
	"image"
	"image/color"
	"os"
	"testing"

	"github.com/understudy-auth/understudy/app/gui/golden"
)

func TestDiffering(t *testing.T) {
	grey := func(w int, levels ...uint8) image.Image {
		m := image.NewGray(image.Rect(0, 0, w, 1))
		for x, l := range levels {
			m.SetGray(x, 0, color.Gray{Y: l})
		}
		return m
	}
	for _, c := range []struct {
		name string
		a, b image.Image
		want int
	}{
		{"same", grey(2, 10, 20), grey(2, 10, 20), 0},
		{"rounding", grey(2, 10, 20), grey(2, 26, 4), 0},
		{"one", grey(2, 10, 20), grey(2, 10, 37), 1},
		{"size", grey(2, 10, 20), grey(3, 10, 20), 5},
	} {
		if got := golden.Differing(c.a, c.b); got != c.want {
			t.Errorf("%s: %d pixels differ, want %d", c.name, got, c.want)
		}
	}
	shifted := image.NewGray(image.Rect(5, 5, 7, 6))
	if golden.Differing(shifted, grey(2, 0, 0)) != 0 {
		t.Error("where a picture begins matters")
	}
}

// failing notes that a test has failed.
type failing struct {
	testing.TB
	failed string
}

func (f *failing) Helper() {}

func (f *failing) Errorf(format string, args ...any) { f.failed = fmt.Sprintf(format, args...) }

func TestText(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("testdata", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/a.txt", []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, want string }{
		{"a", "one\ntwo\n", ""},
		{"a", "one\nthree\n", `a differs, first in line 2: want "two", got "three"`},
		{"a", "one\n", `a differs, first in line 2: want "two", got ""`},
		{"a", "one\ntwo\nthree\n", `a differs, first in line 3: want "", got "three"`},
		{"b", "x", "b: there is no text yet"},
	} {
		f := &failing{TB: t}
		golden.Text(f, c.name, c.text)
		if f.failed != c.want {
			t.Errorf("%q: %q, want %q", c.text, f.failed, c.want)
		}
		if kept, err := os.ReadFile("testdata/failed/" + c.name + ".txt"); c.want != "" && (err != nil || string(kept) != c.text) {
			t.Errorf("kept %q, %v", kept, err)
		}
	}
}
