package kit_test

import (
	"image"
	"reflect"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// An icon is drawn anew when it or its colour changes, and only then: each time costs a tenth of a millisecond, and a
// screen has dozens, which are refreshed by all that stands around them.
func TestIconIsDrawnWhenItChanges(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.New(look.Light, 1))
	icon := kit.Icon(look.Home, look.Text)
	icon.Refresh() // without a size
	w := window(fyne.NewSquareSize(32), func(func(fyne.Focusable)) fyne.CanvasObject { return icon })
	t.Cleanup(w.Close)
	var seen []image.Image
	isNew := func(what string) {
		t.Helper()
		now := w.Canvas().Capture()
		for _, before := range seen {
			if reflect.DeepEqual(now, before) {
				t.Errorf("%s: the picture is one that was there before", what)
			}
		}
		seen = append(seen, now)
	}
	isNew("first")
	if n := testing.AllocsPerRun(5, icon.Refresh); n > 20 {
		t.Errorf("refreshing what has not changed allocates %.0f times", n)
	}
	icon.Set(look.Key, look.Text)
	isNew("another icon")
	icon.Set(look.Key, look.Bad)
	isNew("another colour")
	app.Settings().SetTheme(look.New(look.Dark, 1))
	icon.Refresh()
	isNew("another theme")
	w.Resize(fyne.NewSquareSize(48))
	isNew("another size")
}
