package kit_test

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/golden"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// answers is a foot as high as it is told to be, with a button whose place is looked at.
func answers(paragraphs int) (foot fyne.CanvasObject, last *kit.Button) {
	last = kit.NewButton(kit.Plain, look.Check, "Accept", nothing)
	return kit.Pad(10, 10, kit.Flow(10, 0, kit.Text(kit.Body, strings.Repeat("line\n", paragraphs)), last)), last
}

func bottom(o fyne.CanvasObject) float32 {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y + o.Size().Height
}

func TestSheetFoot(t *testing.T) {
	start(t)
	for _, c := range []struct {
		name          string
		content, foot int // lines
		height        float32
		bottom        func(height float32) bool
		scrolls       bool
	}{
		{"all fits", 5, 1, 500, func(y float32) bool { return y < 300 }, false},
		{"content scrolls", 50, 1, 500, func(y float32) bool { return y == 490 }, true},
		{"foot of more than half", 50, 14, 500, func(y float32) bool { return y > 1000 }, true},
		{"small window", 2, 8, 250, func(y float32) bool { return y > 250 }, true},
	} {
		foot, last := answers(c.foot)
		s := kit.Sheet(kit.Text(kit.Body, strings.Repeat("line\n", c.content)), foot)
		w := test.NewTempWindow(t, s)
		w.SetPadded(false)
		w.Resize(fyne.NewSize(400, c.height))
		if y := bottom(last); !c.bottom(y) {
			t.Errorf("%s: the foot ends at %v", c.name, y)
		}
		scroll := s.Objects[0].(*container.Scroll)
		if scrolls := scroll.Content.MinSize().Height > scroll.Size().Height; scrolls != c.scrolls {
			t.Errorf("%s: scrolls: %v, want %v", c.name, scrolls, c.scrolls)
		}
		w.Canvas().Focus(last)
		if y := bottom(last); y > c.height {
			t.Errorf("%s: the button has the focus at %v, out of sight", c.name, y)
		}
		w.Resize(fyne.NewSize(400, 2000))
		if y := bottom(last); y > 1600 || scroll.Offset.Y != 0 {
			t.Errorf("%s: with room again, the foot ends at %v, scrolled by %v", c.name, y, scroll.Offset.Y)
		}
	}
}

func TestSheetWithoutFoot(t *testing.T) {
	start(t)
	s := kit.Sheet(kit.Text(kit.Body, "words"), nil)
	s.Resize(fyne.NewSize(300, 300))
	if got := s.MinSize(); got.Width > 360 || got.Height > 480 {
		t.Errorf("it asks for %v", got)
	}
}

// Focus, wherever it is moved to, is scrolled into sight; of a card that is higher than the window its top.
func TestReveal(t *testing.T) {
	start(t)
	var buttons []*kit.Button
	inner := kit.Flow(8, 0)
	for i := range 30 {
		b := kit.NewButton(kit.Plain, look.Next, fmt.Sprint(i), nothing)
		buttons = append(buttons, b)
		inner.Add(b)
	}
	card := kit.NewDetails("all", kit.Pad(8, 8, inner))
	s := kit.Sheet(kit.Flow(0, 0, kit.Text(kit.Title, "title"), card), nil)
	w := test.NewTempWindow(t, s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 400))
	scroll := s.Objects[0].(*container.Scroll)
	w.Canvas().Focus(card)
	if scroll.Offset.Y != 0 {
		t.Errorf("a card whose top is in sight is scrolled by %v", scroll.Offset.Y)
	}
	for _, i := range []int{29, 0, 15, 14} {
		w.Canvas().Focus(buttons[i])
		if y := bottom(buttons[i]); y > 400 || y-buttons[i].Size().Height < 0 {
			t.Errorf("button %d ends at %v", i, y)
		}
	}
	w.Canvas().Focus(card)
	if y := fyne.CurrentApp().Driver().AbsolutePositionForObject(card).Y; y < 0 || y > 200 {
		t.Errorf("the card's top is at %v", y)
	}
	for _, step := range []struct {
		key fyne.KeyName
		way int
	}{{fyne.KeyEnd, 1}, {fyne.KeyPageUp, -1}, {fyne.KeyUp, -1}, {fyne.KeyDown, 1}, {fyne.KeyPageDown, 1}, {fyne.KeyHome, -1}} {
		before := scroll.Offset.Y
		card.TypedKey(&fyne.KeyEvent{Name: step.key})
		if moved := scroll.Offset.Y - before; moved*float32(step.way) <= 0 {
			t.Errorf("%s scrolls by %v", step.key, moved)
		}
	}
}

// A new theme shows at once what a window made with it would show, with nothing left of the old.
func TestThemeChange(t *testing.T) {
	build := func(func(fyne.Focusable)) fyne.CanvasObject {
		pin := kit.NewPinField("PIN", 5)
		pin.TypedRune('1')
		n := kit.NewNav(nil, nil, kit.Place{Icon: look.Padlock, Word: "Lock"}, kit.Place{Icon: look.Home, Word: "Home"})
		n.Select(0)
		return kit.Sheet(page(kit.NewBanner(kit.KindBad, "title", "all"), kit.Pair(100, 100, kit.Text(kit.Muted, "Server"), kit.Text(kit.Address, "https://id.example")), pin,
			kit.Row(8, kit.NewButton(kit.Primary, look.Scan, "Scan screen", nothing), kit.NewChip(kit.KindOK, look.Check, "Known"), kit.Initial("Ada", 40)), kit.Quote(kit.Body, "words"),
			kit.NewEntry("Search", "Search requests").WithIcon(look.Search), kit.NewCheck("word", "hint", nil), kit.NewSelect("Look", nil, nil), kit.NewListRow("row", kit.Text(kit.Bold, "row"), nothing),
			kit.NewTimeLeft("52 seconds left", 0.5), n), nil)
	}
	size := fyne.NewSize(500, 1500)
	for _, v := range []variant{{look.Dark, 1}, {look.HighContrast, 2}, {look.Light, 1.5}} {
		app := test.NewTempApp(t)
		app.Settings().SetTheme(look.New(v.palette, v.text))
		want := window(size, build).Canvas().Capture()
		app.Settings().SetTheme(look.New(look.Light, 1))
		w := window(size, build)
		app.Settings().SetTheme(look.New(v.palette, v.text))
		if n := golden.Differing(want, w.Canvas().Capture()); n > 0 {
			golden.Match(t, "theme-"+string(v.palette), w.Canvas().Capture())
			t.Errorf("%v: %d pixels are left of the theme before", v, n)
		}
	}
}

// Hardly any room, and text at 200 %: nothing panics.
func TestTinyWindows(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(look.New(look.HighContrast, 2))
	for _, s := range []fyne.Size{fyne.NewSize(1, 1), fyne.NewSize(40, 30), fyne.NewSize(120, 60)} {
		w := window(s, func(focus func(fyne.Focusable)) fyne.CanvasObject {
			b := kit.NewButton(kit.Primary, look.Scan, "Scan screen", nothing)
			focus(b)
			return kit.Sheet(page(b, kit.NewChip(kit.KindOK, look.Check, "Known"), kit.NewPinField("PIN", 5), kit.NewCheck("word", "hint", nil), kit.NewTimeLeft("52 seconds left", 0.5),
				kit.NewEntry("Search", "Search"), kit.NewSelect("Look", nil, nil), kit.NewCodePicture(stripes(), "picture", nothing), kit.NewListRow("row", kit.Text(kit.Address, "https://id.example"), nothing)), nil)
		})
		w.Canvas().Capture()
	}
}
