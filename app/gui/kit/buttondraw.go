package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

const (
	iconGap    = 12 // between icon and word
	buttonRoom = 12 // above and below the word together
)

// CreateRenderer makes what draws the button.
func (b *Button) CreateRenderer() fyne.WidgetRenderer { return newPainter(b) }

func (b *Button) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.ring, b.face, b.veil, b.glyph, b.label}
}

func (b *Button) paint() {
	fill, line, front := b.colours()
	stroke := look.Current().Stroke()
	if line == look.Line {
		stroke = 1
	}
	b.face.paint(fill, line, stroke)
	var veil fyne.ThemeColorName
	switch {
	case b.shut || b.press == nil:
	case b.pushed:
		veil = theme.ColorNamePressed
	case b.hovered && b.kind != Primary:
		veil = theme.ColorNameHover
	}
	b.veil.paint(veil, None, 0)
	drawRing(b.ring, b.focused)
	if icon := b.sign(); icon != NoIcon {
		b.glyph.Set(icon, front)
		b.glyph.Refresh()
		b.glyph.Show()
	} else {
		b.glyph.Hide()
	}
	b.label.SetSpans(Span{Style: b.text, Text: b.word, Color: front})
}

// iconRoom is what the icon takes beside the word.
func (b *Button) iconRoom() float32 {
	if b.sign() == NoIcon {
		return 0
	}
	return b.glyph.MinSize().Width + iconGap
}

func (b *Button) NaturalWidth() float32 {
	return b.label.NaturalWidth() + b.iconRoom() + 2*b.pad
}

// HeightAt returns the height of the button at a width; a long word wraps.
func (b *Button) HeightAt(width float32) float32 {
	return max(b.label.HeightAt(b.labelWidth(width))+buttonRoom, b.height)
}

// labelWidth is the width of the word in a button of a width.
func (b *Button) labelWidth(width float32) float32 {
	pad := b.pad
	if width < b.NaturalWidth() {
		pad = min(pad, 8) // rather a narrow edge than a second line
	}
	return max(min(b.label.NaturalWidth()+0.5, width-2*pad-b.iconRoom()), 1)
}

// MinSize is the size at which the word stands on one line.
func (b *Button) MinSize() fyne.Size {
	w := b.NaturalWidth()
	return fyne.NewSize(w, b.HeightAt(w))
}

func (b *Button) lay(size fyne.Size) {
	layRing(b.ring, size)
	lay.Place(b.face, 0, 0, size.Width, size.Height)
	lay.Place(b.veil, 0, 0, size.Width, size.Height)
	icon := b.glyph.MinSize()
	w := b.labelWidth(size.Width)
	h := b.label.HeightAt(w)
	x := (size.Width - w - b.iconRoom()) / 2
	lay.Place(b.glyph, x, (size.Height-icon.Height)/2, icon.Width, icon.Height)
	lay.Place(b.label, x+b.iconRoom(), (size.Height-h)/2, w, h)
}
