package kit

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// Details is a card that takes the focus and is read as one text. It has no action, so that a Return in passing does
// nothing; arrows, Page Up and Page Down scroll what it stands in.
type Details struct {
	control
	reading string
	content fyne.CanvasObject
	card    *plate
}

// NewDetails returns a card around content; reading is all of it as a reader says it.
func NewDetails(reading string, content fyne.CanvasObject) *Details {
	d := &Details{reading: reading, content: content, card: newPlate(look.Surface, look.Line, 1, look.RadiusCard)}
	d.card.shadow = true
	d.init(d)
	return d
}

// SetReading changes what a reader says.
func (d *Details) SetReading(reading string) { d.reading = reading }

// AccessibilityLabel is all of the card as one text.
func (d *Details) AccessibilityLabel() string { return d.reading }

// AccessibilityRole says that this is text.
func (d *Details) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// TypedKey scrolls, and hands other keys on.
func (d *Details) TypedKey(e *fyne.KeyEvent) {
	if !scrollBy(d, e.Name) {
		d.handOn(e)
	}
}

// HeightAt returns the height of the content at a width.
func (d *Details) HeightAt(width float32) float32 { return lay.HeightAt(d.content, width) }

// MinSize is that of the content.
func (d *Details) MinSize() fyne.Size { return d.content.MinSize() }

// CreateRenderer makes what draws the card.
func (d *Details) CreateRenderer() fyne.WidgetRenderer { return newPainter(d) }

func (d *Details) inside() []fyne.CanvasObject { return []fyne.CanvasObject{d.content} }
func (d *Details) parts() []fyne.CanvasObject  { return []fyne.CanvasObject{d.card, d.content} }

func (d *Details) lay(size fyne.Size) {
	lay.Place(d.card, 0, 0, size.Width, size.Height)
	lay.Place(d.content, 0, 0, size.Width, size.Height)
}

func (d *Details) paint() { paintCard(d.card, look.Surface, look.Line, 1, d.focused) }

// paintCard gives a card its ground, with the ring in place of the line where it has the focus.
func paintCard(p *plate, fill, line fyne.ThemeColorName, width float32, focused bool) {
	if focused {
		line, width = look.Ring, cardRing
		if look.Current().HighContrast() {
			width++ // beside lines of 2 everywhere
		}
	}
	p.paint(fill, line, width)
}
