package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// Kind is how good or bad something is. It is always said with an icon and a word as well.
type Kind int

// The kinds of chips and banners.
const (
	KindPlain Kind = iota
	KindOK
	KindInfo
	KindWarn
	KindBad
	KindAccent // waits for an answer, or is chosen
)

// tint is how a kind looks: its ground, its line where it has one, and its icon and word.
type tint struct{ ground, line, front fyne.ThemeColorName }

var tints = map[Kind]tint{
	KindPlain:  {look.Sunken, look.Border, look.Text},
	KindOK:     {look.OKSoft, look.OK, look.OK},
	KindInfo:   {look.InfoSoft, look.Info, look.Info},
	KindWarn:   {look.WarnSoft, look.WarnMark, look.Warn},
	KindBad:    {look.BadSoft, look.Bad, look.Bad},
	KindAccent: {look.AccentSoft, look.Accent, look.Accent},
}

// Chip is a state in an icon and a word or two. It is as wide as its word needs, whatever room it gets.
type Chip struct {
	widget.BaseWidget
	kind   Kind
	icon   look.Icon
	ground *plate
	glyph  *Glyph
	label  *Paragraph
}

const (
	chipPad = 8 // left and right
	chipGap = 6 // between icon and word
	chipTop = 3
)

// NewChip returns a chip; icon may be NoIcon.
func NewChip(kind Kind, icon look.Icon, word string) *Chip {
	c := &Chip{
		ground: newPlate(None, None, 0, look.RadiusSmall),
		glyph:  Icon(look.Check, look.Text).Sized(chipSide),
		label:  Text(CaptionBold, word),
	}
	c.ExtendBaseWidget(c)
	c.Set(kind, icon, word)
	return c
}

// Set changes the chip.
func (c *Chip) Set(kind Kind, icon look.Icon, word string) {
	c.kind, c.icon = kind, icon
	c.label.SetText(word)
	c.Refresh()
}

// AccessibilityLabel is the word.
func (c *Chip) AccessibilityLabel() string { return c.label.String() }

// AccessibilityRole says that this is text.
func (c *Chip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (c *Chip) iconRoom() float32 {
	if c.icon == NoIcon {
		return 0
	}
	return c.glyph.MinSize().Width + chipGap
}

func (c *Chip) NaturalWidth() float32 { return c.label.NaturalWidth() + c.iconRoom() + 2*chipPad }

func (c *Chip) labelWidth(width float32) float32 {
	return max(min(c.label.NaturalWidth()+0.5, width-c.iconRoom()-2*chipPad), 1)
}

// HeightAt returns the height at a width; a long word wraps.
func (c *Chip) HeightAt(width float32) float32 {
	return c.label.HeightAt(c.labelWidth(width)) + 2*chipTop
}

// MinSize is the size at which the word stands on one line.
func (c *Chip) MinSize() fyne.Size {
	w := c.NaturalWidth()
	return fyne.NewSize(w, c.HeightAt(w))
}

// CreateRenderer makes what draws the chip.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer { return newPainter(c) }

func (c *Chip) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{c.ground, c.glyph, c.label}
}

func (c *Chip) paint() {
	t := tints[c.kind]
	c.ground.paint(t.ground, None, 0)
	c.glyph.Hidden = c.icon == NoIcon
	if c.icon != NoIcon {
		c.glyph.Set(c.icon, t.front)
		c.glyph.Refresh()
	}
	c.label.SetColor(t.front)
}

func (c *Chip) lay(size fyne.Size) {
	w := c.labelWidth(size.Width)
	h := c.label.HeightAt(w)
	icon := c.glyph.MinSize()
	lay.Place(c.ground, 0, 0, w+c.iconRoom()+2*chipPad, size.Height)
	lay.Place(c.glyph, chipPad, (size.Height-icon.Height)/2, icon.Width, icon.Height)
	lay.Place(c.label, chipPad+c.iconRoom(), (size.Height-h)/2, w, h)
}
