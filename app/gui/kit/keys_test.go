package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// strike is a whole stroke of a key as the desktop driver reports it: down, typed again and again, up.
func strike(f fyne.Focusable, k fyne.KeyName, repeats int) {
	e := &fyne.KeyEvent{Name: k}
	keyable, ok := f.(desktop.Keyable)
	if ok {
		keyable.KeyDown(e)
	}
	for range repeats + 1 {
		f.TypedKey(e)
	}
	if ok {
		keyable.KeyUp(e)
	}
}

// start begins a test that makes widgets before it has a window.
func start(t *testing.T) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(look.New(look.Light, 1))
}

func show(t *testing.T, objects ...fyne.CanvasObject) fyne.Window {
	t.Helper()
	w := test.NewTempWindow(t, page(objects...))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(480, 600))
	return w
}

func TestPressOncePerStroke(t *testing.T) {
	start(t)
	kit.Desktop(t)
	pressed := 0
	count := func() { pressed++ }
	button := kit.NewButton(kit.Plain, look.Check, "Accept", count)
	row := kit.NewListRow("row", kit.Text(kit.Body, "row"), count)
	picture := kit.NewCodePicture(stripes(), "picture", count)
	check := kit.NewCheck("I started this myself", "", func(bool) { count() })
	w := show(t, button, row, picture, check)
	for _, f := range []fyne.Focusable{button, row, picture, check} {
		for _, k := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter} {
			pressed = 0
			w.Canvas().Focus(f)
			strike(f, k, 0)
			if pressed != 1 {
				t.Errorf("%T: %s pressed %d times", f, k, pressed)
			}
			strike(f, k, 20)
			if pressed != 2 {
				t.Errorf("%T: held, %s pressed %d times more", f, k, pressed-1)
			}
		}
	}
}

// Return pressed a button of one screen, is still held, and arrives at a button of the next.
func TestKeyHeldSinceTheScreenBefore(t *testing.T) {
	start(t)
	kit.Desktop(t)
	pressed := false
	b := kit.NewButton(kit.Plain, look.Check, "Accept", func() { pressed = true })
	show(t, b).Canvas().Focus(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if pressed {
		t.Error("a key that did not go down here presses")
	}
	b.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if pressed {
		t.Error("another key that goes down makes it a new one")
	}
	b.KeyUp(&fyne.KeyEvent{Name: fyne.KeyReturn})
	strike(b, fyne.KeyReturn, 0)
	if !pressed {
		t.Error("after that the button is dead")
	}
}

func TestWithoutKeyDown(t *testing.T) {
	start(t)
	pressed := 0
	b := kit.NewButton(kit.Plain, look.Check, "Accept", func() { pressed++ })
	show(t, b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if pressed != 2 {
		t.Errorf("with a driver that tells of no keys going down, two keys press %d times", pressed)
	}
}

func TestShutButton(t *testing.T) {
	start(t)
	pressed := 0
	b := kit.NewButton(kit.Plain, look.Check, "Accept", func() { pressed++ }).Large()
	w := show(t, b)
	size := b.MinSize()
	b.Shut("Tick the box first.")
	strike(b, fyne.KeyReturn, 0)
	test.Tap(b)
	b.Press()
	if pressed != 0 || !b.IsShut() {
		t.Error("a shut button presses")
	}
	if got, want := b.AccessibilityLabel(), "Accept, not available. Tick the box first."; got != want {
		t.Errorf("shut, it is %q, want %q", got, want)
	}
	if b.MinSize() != size {
		t.Errorf("shut, it is %v large, before %v", b.MinSize(), size)
	}
	if w.Canvas().Focused() != fyne.Focusable(b) {
		t.Error("a shut button cannot have the focus")
	}
	b.Open()
	strike(b, fyne.KeySpace, 0)
	if pressed != 1 || b.AccessibilityLabel() != "Accept" {
		t.Error("it does not open again")
	}
}

// Escape and what else a widget has no use for reach the canvas, unless the screen takes them before.
func TestUnusedKeysReachTheCanvas(t *testing.T) {
	start(t)
	pin := kit.NewPinField("PIN", 5)
	entry := kit.NewEntry("Search", "")
	choice := kit.NewSelect("Look", []string{"System"}, nil)
	button := kit.NewButton(kit.Plain, look.Check, "Accept", nothing)
	details := kit.NewDetails("all", kit.Text(kit.Body, "all"))
	banner := kit.NewBanner(kit.KindWarn, "title", "all")
	check := kit.NewCheck("word", "", nil)
	w := show(t, pin, entry, choice, button, details, banner, check)
	var got []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { got = append(got, e.Name) })
	for _, f := range []fyne.Focusable{pin, entry, choice, button, details, banner, check} {
		got = nil
		w.Canvas().Focus(f)
		strike(f, fyne.KeyEscape, 0)
		strike(f, fyne.KeyF1, 0)
		if len(got) != 2 || got[0] != fyne.KeyEscape || got[1] != fyne.KeyF1 {
			t.Errorf("%T: the canvas got %v", f, got)
		}
	}
	taken := 0
	take := func(e *fyne.KeyEvent) bool { taken++; return e.Name == fyne.KeyEscape }
	pin.Keys, entry.Keys, choice.Keys, button.Keys, details.Keys, check.Keys = take, take, take, take, take, take
	for _, f := range []fyne.Focusable{pin, entry, choice, button, details, check} {
		got, taken = nil, 0
		strike(f, fyne.KeyEscape, 0)
		strike(f, fyne.KeyF1, 0)
		if taken != 2 || len(got) != 1 || got[0] != fyne.KeyF1 {
			t.Errorf("%T: its hook got %d keys and the canvas %v", f, taken, got)
		}
	}
}

// A wrong passphrase or PIN that is sent twice costs two tries.
func TestSubmitOncePerStroke(t *testing.T) {
	start(t)
	kit.Desktop(t)
	submitted := 0
	entry, pin := kit.NewPassword("Passphrase"), kit.NewPinField("PIN", 5)
	entry.OnSubmitted, pin.OnSubmitted = func(string) { submitted++ }, func() { submitted++ }
	w := show(t, entry, pin)
	for _, f := range []fyne.Focusable{entry, pin} {
		submitted = 0
		w.Canvas().Focus(f)
		strike(f, fyne.KeyReturn, 20)
		strike(f, fyne.KeyReturn, 0)
		if submitted != 2 {
			t.Errorf("%T: two strokes submit %d times", f, submitted)
		}
	}
}

// Return on what has no action does nothing but reach the canvas; on a field it does so unless it submits.
func TestReturnWithoutAction(t *testing.T) {
	start(t)
	details, entry, pin := kit.NewDetails("all", kit.Text(kit.Body, "all")), kit.NewEntry("Search", ""), kit.NewPinField("PIN", 5)
	w := show(t, details, entry, pin)
	got := 0
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { got++ })
	strike(details, fyne.KeyReturn, 0)
	strike(entry, fyne.KeyReturn, 0)
	strike(pin, fyne.KeyReturn, 0)
	if got != 3 {
		t.Errorf("the canvas got %d of three", got)
	}
	submitted := ""
	entry.OnSubmitted = func(s string) { submitted = s }
	test.Type(entry, "transfer")
	strike(entry, fyne.KeyReturn, 0)
	if submitted != "transfer" || got != 3 {
		t.Error("a field does not submit")
	}
}

func TestRunesReachTheCanvas(t *testing.T) {
	start(t)
	b, pin := kit.NewButton(kit.Plain, look.Check, "Choose 1", nothing), kit.NewPinField("PIN", 5)
	w := show(t, b, pin)
	var got []rune
	w.Canvas().SetOnTypedRune(func(r rune) { got = append(got, r) })
	test.Type(b, "2 ")
	test.Type(pin, "3x")
	if string(got) != "2" {
		t.Errorf("the canvas got %q, want the digit typed at the button", string(got))
	}
}

// shortcutCanvas takes shortcuts, as the canvas of a real window does.
type shortcutCanvas struct {
	fyne.Canvas
	fyne.ShortcutHandler
}

func (c *shortcutCanvas) AddShortcut(s fyne.Shortcut, do func(fyne.Shortcut)) {
	c.ShortcutHandler.AddShortcut(s, do)
}

func (c *shortcutCanvas) RemoveShortcut(s fyne.Shortcut) { c.ShortcutHandler.RemoveShortcut(s) }

func TestShortcutsReachTheCanvas(t *testing.T) {
	start(t)
	entry, pin := kit.NewEntry("Search", ""), kit.NewPinField("PIN", 5)
	w := show(t, entry, pin)
	got := 0
	accept := &desktop.CustomShortcut{KeyName: fyne.KeyA, Modifier: fyne.KeyModifierAlt}
	c := &shortcutCanvas{Canvas: w.Canvas()}
	c.AddShortcut(accept, func(fyne.Shortcut) { got++ })
	kit.OnCanvas(t, c)
	entry.TypedShortcut(accept)
	pin.TypedShortcut(accept)
	if got != 2 {
		t.Errorf("Alt+A reached the canvas from %d of two fields", got)
	}
	entry.SetText("two words")
	entry.CursorColumn = 9
	entry.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyBackspace, Modifier: fyne.KeyModifierShortcutDefault})
	if entry.Text != "two " {
		t.Errorf("Ctrl+Backspace left %q", entry.Text)
	}
}

func TestTabOrderAndArrows(t *testing.T) {
	start(t)
	var rows []*kit.ListRow
	var objects []fyne.CanvasObject
	for range 3 {
		r := kit.NewListRow("row", kit.Text(kit.Body, "row"), nothing)
		rows, objects = append(rows, r), append(objects, r)
	}
	kit.Arrows(rows...)
	b := kit.NewButton(kit.Plain, look.Export, "Export", nothing)
	w := show(t, append(objects, b)...)
	c := w.Canvas()
	for i, want := range []fyne.Focusable{rows[0], rows[1], rows[2], b} {
		c.FocusNext()
		if c.Focused() != want {
			t.Fatalf("Tab %d leads to %T", i+1, c.Focused())
		}
	}
	c.Focus(rows[0])
	for _, step := range []struct {
		key fyne.KeyName
		to  int
	}{{fyne.KeyUp, 0}, {fyne.KeyDown, 1}, {fyne.KeyRight, 2}, {fyne.KeyDown, 2}, {fyne.KeyHome, 0}, {fyne.KeyEnd, 2}, {fyne.KeyLeft, 1}} {
		c.Focused().TypedKey(&fyne.KeyEvent{Name: step.key})
		if c.Focused() != fyne.Focusable(rows[step.to]) {
			t.Fatalf("%s does not lead to row %d", step.key, step.to)
		}
	}
}
