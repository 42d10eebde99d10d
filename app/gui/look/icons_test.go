package look_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/look"
)

var icons = []look.Icon{
	look.Add, look.Back, look.Bell, look.Camera, look.Check, look.Circle, look.Copy, look.Cross, look.Edit, look.Export,
	look.Eye, look.History, look.Home, look.Image, look.InfoSign, look.Key, look.Link, look.Minus, look.Next, look.Padlock,
	look.Paste, look.Person, look.Scan, look.Search, look.Server, look.Settings, look.Shield, look.Sun, look.Time,
	look.Trash, look.Warning,
}

func TestResource(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(look.New(look.Light, 1))
	light := look.Resource(look.Scan, look.Accent)
	if !strings.Contains(string(light.Content()), `stroke="#0b5c6b"`) || strings.Contains(string(light.Content()), "#000") {
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
