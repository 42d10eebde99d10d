package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Forward hands a key that a focused widget does not use to the widget's canvas, as if nothing had the focus. Every
// widget of this package does it; a screen's own widgets should as well, or Escape ends at them.
func Forward(from fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := canvasOf(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// ForwardRune does for a typed character what Forward does for a key.
func ForwardRune(from fyne.CanvasObject, r rune) {
	if c := canvasOf(from); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// ForwardShortcut does for a shortcut what Forward does for a key. Only widgets that take shortcuts themselves need it.
func ForwardShortcut(from fyne.CanvasObject, s fyne.Shortcut) {
	if c, ok := canvasOf(from).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// canvasOf is the canvas that an object is on, or nil.
var canvasOf = func(o fyne.CanvasObject) fyne.Canvas {
	d := fyne.CurrentApp().Driver()
	if len(d.AllWindows()) == 0 {
		return nil
	}
	return d.CanvasForObject(o)
}

// hasKeyDown says whether the driver tells of keys going down and up, and not only of keys typed.
var hasKeyDown = func() bool {
	_, ok := fyne.CurrentApp().Driver().(desktop.Driver)
	return ok
}

// latch lets a key through once for each time that it goes down. A held key is typed again and again; and one that was
// already down when the widget got the focus (it pressed a button of the screen before) must not press anything here.
type latch struct {
	fresh fyne.KeyName // went down and has not been used yet
	told  bool         // of any key going down
	since bool         // a key went down since the focus came
}

func (l *latch) gained()             { l.since = false }
func (l *latch) down(k fyne.KeyName) { l.fresh, l.told, l.since = k, true, true }
func (l *latch) up()                 { l.fresh = desktop.KeyNone }

// take says whether a typed key is a new one.
func (l *latch) take(k fyne.KeyName) bool {
	if !l.told && !hasKeyDown() {
		return true
	}
	if l.fresh != k {
		return false
	}
	l.fresh = desktop.KeyNone
	return true
}

// stray says whether a typed character is that of the key that brought the focus here: a space that pressed a button, a
// digit that chose something.
func (l *latch) stray(r rune) bool {
	return (r == ' ' || r >= '0' && r <= '9') && !l.since && hasKeyDown()
}

func presses(k fyne.KeyName) bool {
	return k == fyne.KeySpace || k == fyne.KeyReturn || k == fyne.KeyEnter
}
