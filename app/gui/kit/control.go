package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// control is what all focusable widgets of this package share: the state that is drawn, the keys that are not used, and
// a press by Space, Return or the pointer. The widget sets press to act; without it the control only takes the focus.
type control struct {
	widget.BaseWidget

	// Keys gets every key that the widget does not use. Where it returns false, the key goes on to the canvas.
	Keys func(*fyne.KeyEvent) bool

	self             fyne.Widget
	press            func()
	arrows           func(fyne.KeyName) bool // set by Arrows
	focused, hovered bool
	pushed           bool // by the pointer
	latch            latch
}

func (c *control) init(self fyne.Widget) {
	c.self = self
	c.ExtendBaseWidget(self)
}

// FocusGained draws the ring and scrolls the widget into sight.
func (c *control) FocusGained() {
	c.focused = true
	c.latch.gained()
	c.Refresh()
	Reveal(c.self)
}

// FocusLost takes the ring away.
func (c *control) FocusLost() {
	c.focused, c.pushed = false, false
	c.latch.up()
	c.Refresh()
}

// TypedRune hands the character on.
func (c *control) TypedRune(r rune) {
	if c.press == nil || r != ' ' { // a space has already come as a key
		ForwardRune(c.self, r)
	}
}

// TypedKey presses by Space and Return and hands other keys on.
func (c *control) TypedKey(e *fyne.KeyEvent) {
	if c.press != nil && presses(e.Name) {
		if c.latch.take(e.Name) {
			c.press()
		}
		return
	}
	c.handOn(e)
}

func (c *control) handOn(e *fyne.KeyEvent) {
	if c.arrows != nil && c.arrows(e.Name) {
		return
	}
	if c.Keys != nil && c.Keys(e) {
		return
	}
	Forward(c.self, e)
}

// KeyDown notes that a key went down: only then does it press.
func (c *control) KeyDown(e *fyne.KeyEvent) { c.latch.down(e.Name) }

// KeyUp ends a press.
func (c *control) KeyUp(*fyne.KeyEvent) { c.latch.up() }

// Tapped takes the focus and presses.
func (c *control) Tapped(*fyne.PointEvent) {
	c.takeFocus()
	if c.press != nil {
		c.press()
	}
}

func (c *control) takeFocus() {
	if cv := canvasOf(c.self); cv != nil {
		if f, ok := c.self.(fyne.Focusable); ok {
			cv.Focus(f)
		}
	}
}

// MouseIn draws the widget as being pointed at.
func (c *control) MouseIn(*desktop.MouseEvent) { c.point(true, c.pushed) }

// MouseMoved does nothing.
func (c *control) MouseMoved(*desktop.MouseEvent) {}

// MouseOut ends what MouseIn began.
func (c *control) MouseOut() { c.point(false, false) }

// MouseDown draws the widget as being held.
func (c *control) MouseDown(*desktop.MouseEvent) { c.point(c.hovered, true) }

// MouseUp ends what MouseDown began.
func (c *control) MouseUp(*desktop.MouseEvent) { c.point(c.hovered, false) }

func (c *control) point(hovered, pushed bool) {
	if c.press == nil || c.hovered == hovered && c.pushed == pushed {
		return
	}
	c.hovered, c.pushed = hovered, pushed
	c.Refresh()
}

// setArrows is for Arrows.
func (c *control) setArrows(f func(fyne.KeyName) bool) { c.arrows = f }
