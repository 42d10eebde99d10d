package kit

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// Banner says what has to be known before the rest of the screen. It takes the focus and is read as one text, like
// Details.
type Banner struct {
	Details
	kind Kind
}

var bannerIcons = map[Kind]look.Icon{
	KindPlain:  look.InfoSign,
	KindOK:     look.Check,
	KindInfo:   look.InfoSign,
	KindWarn:   look.Warning,
	KindBad:    look.Warning,
	KindAccent: look.Bell,
}

// NewBanner returns a banner; reading is all of it as a reader says it. Text in its content is Body or Bold: nothing
// quieter can be read on the ground of a warning.
func NewBanner(kind Kind, title, reading string, content ...fyne.CanvasObject) *Banner {
	style := Bold
	if kind == KindWarn || kind == KindBad {
		style = Sub
	}
	text := Flow(6, 0, append([]fyne.CanvasObject{Text(style, title)}, content...)...)
	b := &Banner{kind: kind}
	b.reading = reading
	b.card = newPlate(None, None, 0, look.RadiusCard)
	b.content = Pad(16, 18, Beside(14, Icon(bannerIcons[kind], tints[kind].front), text))
	b.init(b)
	return b
}

// WithAction puts what can be done about it, a button, at the right end or, where that is too narrow, below. It returns
// the banner.
func (b *Banner) WithAction(action fyne.CanvasObject) *Banner {
	text := b.content.(*fyne.Container).Objects[0]
	b.content = Pad(16, 18, Ends(12, text, action))
	b.Refresh()
	return b
}

// CreateRenderer makes what draws the banner.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer { return newPainter(b) }

func (b *Banner) paint() {
	t := tints[b.kind]
	paintCard(b.card, t.ground, t.line, look.Current().Stroke(), b.focused)
}
