package gui

import (
	"reflect"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// desktopApp is Fyne's app for tests with a driver that does what those of desktops
// do: it tells of keys going down, and its canvas takes shortcuts.
type desktopApp struct {
	fyne.App
	driver desktopDriver
}

func newDesktopApp(t testing.TB) *desktopApp {
	a := test.NewTempApp(t)
	d := &desktopApp{App: a, driver: desktopDriver{a.Driver()}}
	fyne.SetCurrentApp(d)
	return d
}

// Driver implements fyne.App.
func (a *desktopApp) Driver() fyne.Driver { return a.driver }

// raise does what the driver does when the window comes to the front.
func (a *desktopApp) raise() {
	a.Lifecycle().(interface{ OnEnteredForeground() func() }).OnEnteredForeground()()
}

type desktopDriver struct{ fyne.Driver }

// CreateSplashWindow implements desktop.Driver.
func (d desktopDriver) CreateSplashWindow() fyne.Window { return d.CreateWindow("") }

// CurrentKeyModifiers implements desktop.Driver.
func (desktopDriver) CurrentKeyModifiers() fyne.KeyModifier { return 0 }

// HasSecondaryDisplay implements desktop.Driver.
func (desktopDriver) HasSecondaryDisplay() bool { return false }

// CanvasForObject implements fyne.Driver.
func (d desktopDriver) CanvasForObject(o fyne.CanvasObject) fyne.Canvas {
	return desktopCanvas{d.Driver.CanvasForObject(o)}
}

type desktopCanvas struct{ fyne.Canvas }

// TypedShortcut implements fyne.Shortcutable. The canvas of Fyne's test driver can
// do it, and hides it in its only field.
func (c desktopCanvas) TypedShortcut(s fyne.Shortcut) {
	hidden := reflect.ValueOf(c.Canvas).Elem().FieldByName("WindowlessCanvas").Interface()
	hidden.(fyne.Shortcutable).TypedShortcut(s)
}

// layouter lays out anew what has changed, as the drivers of desktops do before they
// draw: from the inside to the outside, whatever has a child that asks for another
// size than before.
type layouter struct {
	asked map[fyne.CanvasObject]fyne.Size
}

func (l *layouter) draw(c fyne.Canvas) {
	if l.asked == nil {
		l.asked = map[fyne.CanvasObject]fyne.Size{}
	}
	var pending fyne.CanvasObject
	var visit func(o, parent fyne.CanvasObject)
	visit = func(o, parent fyne.CanvasObject) {
		if o.Visible() {
			for _, i := range inside(o) {
				visit(i, o)
			}
		}
		if pending == o {
			layOut(o)
			pending = nil
		}
		if !o.Visible() {
			return
		}
		if asks := o.MinSize(); l.asked[o] != asks {
			if l.asked[o] = asks; parent == nil {
				layOut(o)
			} else {
				pending = parent
			}
		}
	}
	for _, o := range append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...) {
		visit(o, nil)
	}
}

func layOut(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *fyne.Container:
		if o.Layout != nil {
			o.Layout.Layout(o.Objects, o.Size())
		}
	case fyne.Widget:
		test.WidgetRenderer(o).Layout(o.Size())
	}
}

// keyboard presses keys as the drivers of desktops do: a key goes down, is typed,
// types its character, and goes up; what has the focus by then gets each of these.
type keyboard struct{ canvas fyne.Canvas }

func (k keyboard) down(e *fyne.KeyEvent) {
	if f, ok := k.canvas.Focused().(desktop.Keyable); ok {
		f.KeyDown(e)
	}
}

func (k keyboard) up(e *fyne.KeyEvent) {
	if f, ok := k.canvas.Focused().(desktop.Keyable); ok {
		f.KeyUp(e)
	}
}

// typed is what a key does when it goes down, and each time that it repeats.
func (k keyboard) typed(e *fyne.KeyEvent) {
	f := k.canvas.Focused()
	switch captures, ok := f.(fyne.Tabbable); {
	case e.Name == fyne.KeyTab && !(ok && captures.AcceptsTab()):
		k.canvas.FocusNext()
	case f != nil:
		f.TypedKey(e)
	default:
		k.canvas.OnTypedKey()(e)
	}
}

func (k keyboard) character(r rune) {
	if f := k.canvas.Focused(); f != nil {
		f.TypedRune(r)
		return
	}
	k.canvas.OnTypedRune()(r)
}

// press presses a key once.
func (k keyboard) press(name fyne.KeyName) { k.hold(name, 0)() }

// hold presses a key and lets it repeat; what it returns lets go.
func (k keyboard) hold(name fyne.KeyName, repeats int) (release func()) {
	e := &fyne.KeyEvent{Name: name}
	k.down(e)
	for range 1 + repeats {
		k.typed(e)
		if name == fyne.KeySpace {
			k.character(' ')
		} else if len(name) == 1 && name[0] >= '0' && name[0] <= '9' {
			k.character(rune(name[0]))
		}
	}
	return func() { k.up(e) }
}

// text types characters.
func (k keyboard) text(text string) {
	for _, r := range text {
		e := &fyne.KeyEvent{Name: fyne.KeyName(strings.ToUpper(string(r)))}
		k.down(e)
		k.typed(e)
		k.character(r)
		k.up(e)
	}
}

// shortcut presses a key together with another one.
func (k keyboard) shortcut(modifier fyne.KeyModifier, name fyne.KeyName) {
	var s fyne.Shortcut = &desktop.CustomShortcut{KeyName: name, Modifier: modifier}
	if name == fyne.KeyV && modifier == fyne.KeyModifierShortcutDefault {
		s = &fyne.ShortcutPaste{Clipboard: fyne.CurrentApp().Clipboard()}
	}
	if f, ok := k.canvas.Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(s)
		return
	}
	desktopCanvas{k.canvas}.TypedShortcut(s)
}
