package kit_test

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/golden"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// variant is a theme that pictures are made in.
type variant struct {
	palette look.Palette
	text    float32
}

var variants = []variant{
	{look.Light, 1},
	{look.Dark, 1},
	{look.HighContrast, 1},
	{look.Light, 2},
	{look.Dark, 2},
	{look.HighContrast, 2},
}

// sheet draws what build returns in all variants, in two lines of three, and compares the picture with
// testdata/name.png. Build is called anew for each; it may give one object the focus by focus.
func sheet(t *testing.T, name string, size, large fyne.Size, build func(focus func(fyne.Focusable)) fyne.CanvasObject) {
	t.Helper()
	const gap = 8
	picture := image.NewRGBA(image.Rect(0, 0, 3*int(max(size.Width, large.Width))+4*gap, int(size.Height+large.Height)+3*gap))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(color.Gray{Y: 0x80}), image.Point{}, draw.Src)
	app := test.NewTempApp(t)
	for i, v := range variants {
		app.Settings().SetTheme(look.New(v.palette, v.text))
		s, at := size, image.Pt(gap, gap)
		if v.text > 1 {
			s, at.Y = large, 2*gap+int(size.Height)
		}
		at.X += i % 3 * (int(s.Width) + gap)
		w := window(s, build)
		draw.Draw(picture, image.Rectangle{Min: at, Max: at.Add(image.Pt(int(s.Width), int(s.Height)))}, w.Canvas().Capture(), image.Point{}, draw.Src)
		w.Close() // or the next theme would be laid out in this one as well
	}
	golden.Match(t, name, picture)
}

// window shows what build returns in a window of a size.
func window(size fyne.Size, build func(focus func(fyne.Focusable)) fyne.CanvasObject) fyne.Window {
	var focused fyne.Focusable
	w := test.NewWindow(build(func(f fyne.Focusable) { focused = f }))
	w.SetPadded(false)
	w.Resize(size)
	if focused != nil {
		w.Canvas().Focus(focused)
	}
	return w
}
