package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Entry is Fyne's field for text with our face and ring. It hands on the keys and shortcuts that it does not use: Fyne's
// keeps them all, so that Escape and Alt+A would end there.
type Entry struct {
	widget.Entry

	// Keys gets every key that the field does not use. Where it returns false, the key goes on to the canvas.
	Keys func(*fyne.KeyEvent) bool

	label   string
	icon    look.Icon
	focused bool
	latch   latch
}

// NewEntry returns a field of one line; label is what a reader calls it, example stands in it while it is empty.
func NewEntry(label, example string) *Entry {
	e := &Entry{label: label}
	e.PlaceHolder = example
	e.Scroll = fyne.ScrollHorizontalOnly
	e.ExtendBaseWidget(e)
	return e
}

// NewPassword returns a field that shows dots, and what it holds while Password is false.
func NewPassword(label string) *Entry {
	e := NewEntry(label, "")
	e.Password = true
	e.ActionItem = canvas.NewRectangle(color.Transparent) // instead of Fyne's button that has an icon and no word
	return e
}

// WithIcon puts an icon before the text, and returns the field.
func (e *Entry) WithIcon(i look.Icon) *Entry {
	e.icon = i
	e.Refresh()
	return e
}

// Fill puts a text into the field, and the caret behind it.
func (e *Entry) Fill(text string) {
	e.SetText(text)
	e.CursorColumn = len([]rune(text))
	e.Refresh()
}

// MinSize is at least the height of a button, so that both can stand in one row.
func (e *Entry) MinSize() fyne.Size {
	return e.Entry.MinSize().AddWidthHeight(2*fieldPad, 0).Max(fyne.NewSize(120, buttonHeight))
}

// HeightAt is the same at any width.
func (e *Entry) HeightAt(float32) float32 { return e.MinSize().Height }

// FocusGained draws the ring and scrolls the field into sight.
func (e *Entry) FocusGained() {
	e.focused = true
	e.latch.gained()
	e.Entry.FocusGained()
	Reveal(e)
}

// FocusLost takes the ring away.
func (e *Entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
}

// MouseDown puts the caret where the pointer is.
func (e *Entry) MouseDown(m *desktop.MouseEvent) {
	moved := *m
	moved.Position = moved.Position.Subtract(e.inset().AddXY(e.iconShift(), 0))
	e.Entry.MouseDown(&moved)
}

// Dragged selects text.
func (e *Entry) Dragged(d *fyne.DragEvent) {
	moved := *d
	moved.Position = moved.Position.Subtract(e.inset().AddXY(e.iconShift(), 0))
	e.Entry.Dragged(&moved)
}

// KeyDown notes that a key went down.
func (e *Entry) KeyDown(k *fyne.KeyEvent) {
	e.latch.down(k.Name)
	e.Entry.KeyDown(k)
}

// KeyUp ends what KeyDown began.
func (e *Entry) KeyUp(k *fyne.KeyEvent) {
	e.latch.up()
	e.Entry.KeyUp(k)
}

// TypedRune types a character.
func (e *Entry) TypedRune(r rune) {
	if !e.latch.stray(r) {
		e.Entry.TypedRune(r)
	}
}

// TypedKey edits, and hands on what edits nothing.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6, fyne.KeyF7, fyne.KeyF8,
		fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12:
		e.handOn(k)
		return
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown:
		if !e.MultiLine {
			e.handOn(k)
			return
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if !e.MultiLine && e.OnSubmitted == nil {
			e.handOn(k)
			return
		}
		if !e.MultiLine && !e.latch.take(k.Name) { // a passphrase is not tried twice because a finger is slow
			return
		}
	}
	e.Entry.TypedKey(k)
}

func (e *Entry) handOn(k *fyne.KeyEvent) {
	if e.Keys == nil || !e.Keys(k) {
		Forward(e, k)
	}
}

// TypedShortcut edits, and hands on what edits nothing.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if custom, ok := s.(*desktop.CustomShortcut); ok && !editing[custom.KeyName] {
		ForwardShortcut(e, s)
		return
	}
	e.Entry.TypedShortcut(s)
}

// editing are the keys that move by words or delete them, with whatever modifier the system has for it.
var editing = map[fyne.KeyName]bool{fyne.KeyLeft: true, fyne.KeyRight: true, fyne.KeyBackspace: true, fyne.KeyDelete: true}

// AccessibilityLabel is what the field is for, with what is in it unless that is secret.
func (e *Entry) AccessibilityLabel() string {
	switch {
	case e.Text == "":
		return words.T("{name}, empty", "name", e.label)
	case e.Password:
		return words.N(len([]rune(e.Text)), "{name}, one character typed", "{name}, {n} characters typed", "name", e.label)
	}
	return words.T("{name}: {value}", "name", e.label, "value", e.Text)
}

// AccessibilityRole says that this is text: Fyne knows no fields.
func (e *Entry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
