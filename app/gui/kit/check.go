package kit

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Check is a box to tick, with words that wrap; Fyne's own would cut them. Space, Return or the pointer tick it.
type Check struct {
	control

	// OnChanged is called when the person has changed the box.
	OnChanged func(checked bool)

	checked   bool
	word      string
	ring, box *plate
	tick      *Glyph
	text      *fyne.Container
}

// NewCheck returns an empty box with what it stands for and, unless that is empty, a hint below it.
func NewCheck(word, hint string, changed func(checked bool)) *Check {
	c := &Check{
		OnChanged: changed,
		word:      word,
		ring:      newRing(4),
		box:       newPlate(look.Surface, look.Border, 2, 5),
		tick:      Icon(look.Check, look.OnAccent).Sized(18),
		text:      Flow(2, 0, Text(Bold, word)),
	}
	if hint != "" {
		c.text.Add(Text(Caption, hint))
	}
	c.press = func() {
		c.SetChecked(!c.checked)
		if c.OnChanged != nil {
			c.OnChanged(c.checked)
		}
	}
	c.init(c)
	return c
}

// SetChecked ticks the box or empties it, without a call of OnChanged.
func (c *Check) SetChecked(checked bool) {
	c.checked = checked
	c.Refresh()
}

// Checked says whether the box is ticked.
func (c *Check) Checked() bool { return c.checked }

// AccessibilityLabel is the word with the state: Fyne knows neither check boxes nor states.
func (c *Check) AccessibilityLabel() string {
	if c.checked {
		return words.T("{name}, check box, ticked", "name", c.word)
	}
	return words.T("{name}, check box, not ticked", "name", c.word)
}

// AccessibilityRole says that the box acts like a button.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// side is that of the box, textX where the words begin.
func (c *Check) side() float32  { return lay.Grown(24) }
func (c *Check) textX() float32 { return c.side() + 14 }

// HeightAt returns the height at a width.
func (c *Check) HeightAt(width float32) float32 {
	return max(lay.HeightAt(c.text, width-c.textX()), c.side())
}

func (c *Check) NaturalWidth() float32 { return c.textX() + lay.WidthOf(c.text) }

// MinSize is that of the box and the words.
func (c *Check) MinSize() fyne.Size {
	return fyne.NewSize(c.textX(), c.HeightAt(widthNow(c)))
}

// CreateRenderer makes what draws the box and the words.
func (c *Check) CreateRenderer() fyne.WidgetRenderer { return newPainter(c) }

func (c *Check) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{c.ring, c.box, c.tick, c.text}
}

func (c *Check) paint() {
	if c.checked {
		c.box.paint(look.Accent, look.Accent, 2)
	} else {
		c.box.paint(look.Surface, look.Border, 2)
	}
	c.tick.Hidden = !c.checked
	c.tick.Refresh()
	drawRing(c.ring, c.focused)
}

func (c *Check) lay(size fyne.Size) {
	layRing(c.ring, size)
	side, tick := c.side(), c.tick.MinSize().Width
	w := size.Width - c.textX()
	y := max(lay.FirstLine(c.text, w)-side, 0) / 2
	lay.Place(c.box, 0, y, side, side)
	lay.Place(c.tick, (side-tick)/2, y+(side-tick)/2, tick, tick)
	lay.Place(c.text, c.textX(), max(side-lay.FirstLine(c.text, w), 0)/2, w, lay.HeightAt(c.text, w))
}
