package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// ListRow is content that can be opened: a line of a list or, as a card, a card. It may have a button of its own in it.
type ListRow struct {
	control
	reading      string
	content      fyne.CanvasObject
	ground, veil *plate
	next         *Glyph
	card         bool
	v, h         float32
}

// NewListRow returns a row of at least 44; reading is all of it as a reader says it.
func NewListRow(reading string, content fyne.CanvasObject, open func()) *ListRow {
	r := &ListRow{
		reading: reading,
		content: content,
		ground:  newPlate(None, None, 0, look.RadiusSmall),
		veil:    newPlate(None, None, 0, look.RadiusSmall),
		next:    Icon(look.Next, look.Muted),
		v:       12,
		h:       20,
	}
	r.press = open
	r.init(r)
	return r
}

// AsCard draws the row as a card that stands by itself, and returns it. What shows that there is more behind it
// (look.Next) is for the content to place.
func (r *ListRow) AsCard() *ListRow {
	r.card = true
	r.next.Hide()
	r.v = 16
	r.ground.shadow, r.ground.radius, r.veil.radius = true, look.RadiusCard, look.RadiusCard
	return r
}

// NewChoice returns a card for one of several ways to go on: an icon, what it is, and a sentence about it.
func NewChoice(icon look.Icon, title, sentence string, choose func()) *ListRow {
	text := Flow(2, 0, Text(Bold, title))
	reading := title
	if sentence != "" {
		text.Add(Text(Muted, sentence))
		reading += ". " + sentence
	}
	return NewListRow(reading, Ends(12, Beside(14, Icon(icon, look.Accent), text), Icon(look.Next, look.Muted)), choose).AsCard()
}

// SetReading changes what a reader says.
func (r *ListRow) SetReading(reading string) { r.reading = reading }

// AccessibilityLabel is all of the row as one text.
func (r *ListRow) AccessibilityLabel() string {
	return r.reading
}

// AccessibilityRole says that the row acts like a button.
func (r *ListRow) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// contentWidth is the width of the content in a row of a width.
func (r *ListRow) contentWidth(width float32) float32 { return width - 2*r.h - r.nextRoom() }

// nextRoom is what the sign that there is more takes at the right.
func (r *ListRow) nextRoom() float32 {
	if r.card {
		return 0
	}
	return 12 + r.next.MinSize().Width
}

// HeightAt returns the height at a width.
func (r *ListRow) HeightAt(width float32) float32 {
	return max(lay.HeightAt(r.content, r.contentWidth(width))+2*r.v, buttonHeight)
}

// MinSize is that of the content with the room around it.
func (r *ListRow) MinSize() fyne.Size {
	m := r.content.MinSize()
	return fyne.NewSize(m.Width+2*r.h+r.nextRoom(), max(m.Height+2*r.v, buttonHeight))
}

// CreateRenderer makes what draws the row.
func (r *ListRow) CreateRenderer() fyne.WidgetRenderer { return newPainter(r) }

func (r *ListRow) inside() []fyne.CanvasObject { return []fyne.CanvasObject{r.content} }

func (r *ListRow) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.veil, r.content, r.next}
}

func (r *ListRow) lay(size fyne.Size) {
	lay.Place(r.ground, 0, 0, size.Width, size.Height)
	lay.Place(r.veil, 0, 0, size.Width, size.Height)
	w := r.contentWidth(size.Width)
	h := lay.HeightAt(r.content, w)
	y := (size.Height - h) / 2
	if r.card {
		y = r.v // cards of a line are equally high, and their titles stand at one height
	}
	lay.Place(r.content, r.h, y, w, h)
	side := r.next.MinSize().Width
	lay.Place(r.next, size.Width-r.h-side, (size.Height-side)/2, side, side)
}

func (r *ListRow) paint() {
	fill, line, width := None, None, float32(0)
	if r.card {
		fill, line, width = look.Surface, look.Line, 1
	}
	paintCard(r.ground, fill, line, width, r.focused)
	var veil fyne.ThemeColorName
	switch {
	case r.pushed:
		veil = theme.ColorNamePressed
	case r.hovered:
		veil = theme.ColorNameHover
	}
	r.veil.paint(veil, None, 0)
	r.next.Refresh()
}
