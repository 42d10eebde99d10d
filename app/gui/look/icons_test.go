package look_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/golden"
	"github.com/understudy-auth/understudy/app/gui/look"
)

var icons = []look.Icon{
	look.Add, look.Back, look.Bell, look.Camera, look.Check, look.Circle, look.Copy, look.Cross, look.Edit, look.Export,
	look.Eye, look.Finger, look.History, look.Home, look.Image, look.InfoSign, look.Key, look.Link, look.Minus, look.Next, look.Padlock,
	look.Paste, look.Person, look.Plane, look.Scan, look.Search, look.Server, look.Settings, look.Shield, look.Sun, look.Time,
	look.Trash, look.Warning,
}

func TestResource(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.New(look.Light, 1))
	light := look.Resource(look.Scan, look.Accent)
	if !strings.Contains(string(light.Content()), `fill="#0b5c6b"`) {
		t.Errorf("not recoloured: %s", light.Content())
	}
	if look.Resource(look.Scan, look.Accent) != light {
		t.Error("the second look-up makes a new resource")
	}
	app.Settings().SetTheme(look.New(look.Dark, 1))
	if dark := look.Resource(look.Scan, look.Accent); dark.Name() == light.Name() {
		t.Error("two colours have one name: Fyne would show the first for both")
	}
}

func TestDrawings(t *testing.T) {
	files, err := fs.Glob(look.Drawings, "icons/*.svg")
	if err != nil || len(files) != len(icons) {
		t.Errorf("%d drawings for %d icons (%v)", len(files), len(icons), err)
	}
	for _, f := range files {
		svg, err := fs.ReadFile(look.Drawings, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`viewBox="0 0 24 24"`, `fill="none" stroke="#000"`, `stroke-linecap="round"`} {
			if !strings.Contains(string(svg), want) {
				t.Errorf("%s: no %s", path.Base(f), want)
			}
		}
		if strings.Count(string(svg), "#") != 1 {
			t.Errorf("%s has more than one colour", path.Base(f))
		}
	}
}

// One picture of the whole set at the size of use, and at 200 % text on a fine screen, where a slip of the pen shows.
func TestIconSheet(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	grid := container.New(layout.NewGridWrapLayout(fyne.NewSize(122, 84)))
	for _, i := range icons {
		small, large := canvas.NewImageFromResource(look.Resource(i, look.Text)), canvas.NewImageFromResource(look.Resource(i, look.Accent))
		small.SetMinSize(fyne.NewSquareSize(20))
		large.SetMinSize(fyne.NewSquareSize(80))
		small.FillMode, large.FillMode = canvas.ImageFillContain, canvas.ImageFillContain
		grid.Add(container.NewHBox(container.NewCenter(small), large))
	}
	w := test.NewTempWindow(t, grid)
	w.Resize(fyne.NewSize(1020, 370))
	golden.Match(t, "icons", w.Canvas().Capture())
}

// At twice the size a line is twice as wide: as a line of an SVG it would not be.
func TestLinesGrow(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
	thick := func(side float32) (n int) {
		minus := canvas.NewImageFromResource(look.Resource(look.Minus, look.Text))
		minus.FillMode = canvas.ImageFillContain
		w := test.NewTempWindow(t, minus)
		w.SetPadded(false)
		w.Resize(fyne.NewSquareSize(side))
		picture := w.Canvas().Capture()
		for y := range int(side) {
			if r, _, _, _ := picture.At(int(side)/2, y).RGBA(); r < 0x8000 {
				n++
			}
		}
		return n
	}
	if at120, at240 := thick(120), thick(240); at120 != 12 || at240 != 24 {
		t.Errorf("a line of 2.4 on 24 is %d thick at 120 and %d at 240", at120, at240)
	}
}
