package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/kit/typeset"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// Style is how text looks: its size, weight and colour.
type Style int

// The styles, with their sizes at 100 %.
const (
	Body        Style = iota // 15
	Bold                     // 15 bold
	Muted                    // 15 in a quieter colour
	Caption                  // 13 in a quieter colour
	CaptionBold              // 13 bold
	Large                    // 16 bold: the word of a large button
	Sub                      // 18 bold: the title of a card or a banner
	Message                  // 20 bold: the message of a transaction
	Heading                  // 24 bold
	Title                    // 28 bold, at most 48: what the screen says
	Address                  // 15 monospaced: l, 1, I, 0 and O differ; breaks before dots and slashes
)

type face struct {
	size  fyne.ThemeSizeName
	color fyne.ThemeColorName
	style fyne.TextStyle
}

var (
	bold = fyne.TextStyle{Bold: true}
	mono = fyne.TextStyle{Monospace: true}
)

var faces = [...]face{
	Body:        {theme.SizeNameText, look.Text, fyne.TextStyle{}},
	Bold:        {theme.SizeNameText, look.Text, bold},
	Muted:       {theme.SizeNameText, look.Muted, fyne.TextStyle{}},
	Caption:     {theme.SizeNameCaptionText, look.Muted, fyne.TextStyle{}},
	CaptionBold: {theme.SizeNameCaptionText, look.Text, bold},
	Large:       {look.Big, look.Text, bold},
	Sub:         {theme.SizeNameSubHeadingText, look.Text, bold},
	Message:     {look.Message, look.Text, bold},
	Heading:     {theme.SizeNameHeadingText, look.Text, bold},
	Title:       {look.Display, look.Text, bold},
	Address:     {theme.SizeNameText, look.Text, mono},
}

// Mark sets a piece of text apart from its surroundings, whatever its colour.
type Mark int

// The marks.
const (
	Unmarked   Mark = iota
	Boxed           // in a box: the character of an address that differs, a character that cannot be seen
	Underlined      // with a line below: the character that the boxed one stands in for
)

// Span is a piece of text in one style.
type Span struct {
	Style Style
	Text  string
	Color fyne.ThemeColorName // None for the style's own
	Mark  Mark
}

func (s Span) face() face {
	f := faces[s.Style]
	if s.Color != None {
		f.color = s.Color
	}
	if s.Mark != Unmarked {
		f.style.Bold = true
	}
	return f
}

// Paragraph is text that wraps at its width and follows the theme. It is read as one text.
type Paragraph struct {
	widget.BaseWidget
	spans   []Span
	align   fyne.TextAlign
	oneLine bool
	set     composed // the lines at the width that was last asked for
	wide    composed // the lines without a limit, which layouts ask for in between
}

// Text returns wrapped text in one style. Line breaks in it are kept.
func Text(style Style, text string) *Paragraph { return Rich(Span{Style: style, Text: text}) }

// Rich returns one wrapped paragraph of several styles. Spans follow each other without a space.
func Rich(spans ...Span) *Paragraph {
	p := &Paragraph{}
	p.ExtendBaseWidget(p)
	p.SetSpans(spans...)
	return p
}

// Centered puts the lines in the middle, and returns the paragraph.
func (p *Paragraph) Centered() *Paragraph {
	p.align = fyne.TextAlignCenter
	return p
}

// OneLine keeps the text to one line, cut with an ellipsis where it is too long. It returns the paragraph. Never for an
// address, and never for what somebody has to decide on.
func (p *Paragraph) OneLine() *Paragraph {
	p.oneLine = true
	return p
}

// SetText replaces the text and keeps the style of the first span.
func (p *Paragraph) SetText(text string) {
	first := p.spans[0]
	first.Text = text
	p.SetSpans(first)
}

// SetColor gives the first span another colour; None is the style's own.
func (p *Paragraph) SetColor(c fyne.ThemeColorName) {
	p.spans[0].Color = c
	p.Refresh()
}

// SetSpans replaces the text.
func (p *Paragraph) SetSpans(spans ...Span) {
	if len(spans) == 0 {
		spans = []Span{{}} // a paragraph has a first span, though an empty one
	}
	p.spans = spans
	p.Refresh()
}

// String returns the text.
func (p *Paragraph) String() string {
	var s string
	for _, span := range p.spans {
		s += span.Text
	}
	return s
}

// AccessibilityLabel is the text.
func (p *Paragraph) AccessibilityLabel() string { return p.String() }

// AccessibilityRole says that this is text.
func (p *Paragraph) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// composed is text in lines for one width and one theme.
type composed struct {
	typeset.Text
	width float32
	theme *look.Theme // nil: nothing yet
}

// at returns the lines at a width.
func (p *Paragraph) at(width float32) *composed {
	kept := &p.set
	if width >= lay.Unlimited {
		kept = &p.wide
	}
	if now := look.Current(); kept.theme != now || kept.width != width {
		var pieces []typeset.Piece
		for _, s := range p.spans {
			f := s.face()
			pieces = append(pieces, typeset.Piece{
				Text: s.Text, Size: look.Size(f.size), Style: f.style,
				Address: s.Style == Address, Whole: s.Mark != Unmarked, Boxed: s.Mark == Boxed,
			})
		}
		*kept = composed{Text: typeset.Compose(pieces, width, p.oneLine), width: width, theme: now}
	}
	return kept
}

// HeightAt returns the height of the text when it is wrapped at a width.
func (p *Paragraph) HeightAt(width float32) float32 { return p.at(width).Height }

// NaturalWidth returns the width at which no line wraps.
func (p *Paragraph) NaturalWidth() float32 { return p.at(lay.Unlimited).Width }

// FirstLine returns the height of the first line.
func (p *Paragraph) FirstLine(width float32) float32 { return p.at(width).Lines[0].Height }

// MinSize is the height at the present width. Text wraps at any width, so it asks for none.
func (p *Paragraph) MinSize() fyne.Size { return fyne.NewSize(0, p.HeightAt(widthNow(p))) }

// widthNow is the width of an object, without a limit before it has one.
func widthNow(o fyne.CanvasObject) float32 {
	if w := o.Size().Width; w > 0 {
		return w
	}
	return lay.Unlimited
}

// Refresh draws the text anew, in the colours and at the size of the theme.
func (p *Paragraph) Refresh() {
	p.set, p.wide = composed{}, composed{}
	p.BaseWidget.Refresh()
}
