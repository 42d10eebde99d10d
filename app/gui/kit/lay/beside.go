package lay

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// Beside puts a small object (an icon, a chip, a picture) before text that wraps, its middle at the height of the text's
// first line; a picture and the text begin at one height. Where the object leaves less than 120 (which grows with the text) for the text, the text goes below it,
// except below an icon.
func Beside(gap float32, fixed, text fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{gap: gap, least: 120}, fixed, text)
}

// Middle is Beside with the middles of both at one height, for text of two or three lines.
func Middle(gap float32, fixed, text fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{gap: gap, least: 120, middle: true}, fixed, text)
}

// Ends puts text that wraps at the left and a small object (a button, a choice, an icon) at the right end, their middles
// at one height. Where the object leaves less than 220 for the text, and with large text (from 150 %), it goes below the
// text and gets the whole width, except an icon.
func Ends(gap float32, text, fixed fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{gap: gap, least: 220, middle: true, right: true}, text, fixed)
}

type beside struct {
	remembered
	gap, least    float32
	middle, right bool
}

func (b *beside) split(o []fyne.CanvasObject) (fixed, text fyne.CanvasObject) {
	if b.right {
		return o[1], o[0]
	}
	return o[0], o[1]
}

// iconWide is the greatest width of what counts as an icon, which always keeps its place beside the text.
const iconWide = 44

func (b *beside) stacked(fixed, text fyne.CanvasObject, width float32) bool {
	w := WidthOf(fixed)
	if w <= Grown(iconWide) {
		return false
	}
	return width-w-b.gap < min(Grown(b.least), WidthOf(text)) || b.right && look.Current().Large()
}

// besidePlaces are the heights and tops of both objects, beside each other or stacked.
type besidePlaces struct {
	fixedX, fixedY, fixedW, fixedH float32
	textX, textY, textW, textH     float32
}

func (p besidePlaces) height() float32 { return max(p.fixedY+p.fixedH, p.textY+p.textH) }

func (b *beside) places(o []fyne.CanvasObject, width float32) (p besidePlaces) {
	fixed, text := b.split(o)
	p.fixedW, p.textW = min(WidthOf(fixed), width), width
	if b.stacked(fixed, text, width) {
		if b.right {
			p.fixedW = width
		}
		p.fixedH, p.textH = HeightAt(fixed, p.fixedW), HeightAt(text, width)
		if b.right {
			p.fixedY = p.textH + 2*Gap
		} else {
			p.textY = p.fixedH + Gap
		}
		return p
	}
	p.textW = width - p.fixedW - b.gap
	p.fixedH, p.textH = HeightAt(fixed, p.fixedW), HeightAt(text, p.textW)
	line := p.textH
	if !b.middle {
		line = FirstLine(text, p.textW)
	}
	if d := (line - p.fixedH) / 2; d >= 0 {
		p.fixedY = d
	} else if b.middle || p.fixedH < 2.5*line { // beside a picture, text begins at its top
		p.textY = -d
	}
	if b.right {
		p.fixedX = p.textW + b.gap
	} else {
		p.textX = p.fixedW + b.gap
	}
	return p
}

func (b *beside) heightAt(o []fyne.CanvasObject, width float32) float32 {
	return b.places(o, width).height()
}

func (b *beside) naturalWidth(o []fyne.CanvasObject) float32 {
	return WidthOf(o[0]) + b.gap + WidthOf(o[1])
}

func (b *beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(o, minWidth), b.heightAt(o, b.get()))
}

func (b *beside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	b.set(size.Width)
	fixed, text := b.split(o)
	p := b.places(o, size.Width)
	Place(fixed, p.fixedX, p.fixedY, p.fixedW, p.fixedH)
	Place(text, p.textX, p.textY, p.textW, p.textH)
}

// FirstLine returns the height of the first line of text in an object.
func FirstLine(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case Liner:
		return o.FirstLine(width)
	case *fyne.Container:
		if _, ok := o.Layout.(*Column); ok && len(visible(o.Objects)) > 0 {
			return FirstLine(visible(o.Objects)[0], width)
		}
	}
	return HeightAt(o, width)
}
