package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// Pair puts a label beside its value. With less than minValue left for the value, and with large text (from 150 %), the
// label stands above. Both widths grow with the text.
func Pair(labelWidth, minValue float32, label, value fyne.CanvasObject) *fyne.Container {
	return container.New(&pair{label: labelWidth, least: minValue}, label, value)
}

type pair struct {
	remembered
	label, least float32
}

const pairGap = 4 // between a label and the value below it

func (p *pair) stacked(width float32) bool {
	return look.Current().Large() || width-grown(p.label) < grown(p.least)
}

func (p *pair) heightAt(o []fyne.CanvasObject, width float32) float32 {
	if p.stacked(width) {
		return HeightAt(o[0], width) + pairGap + HeightAt(o[1], width)
	}
	l := grown(p.label)
	return max(HeightAt(o[0], l), HeightAt(o[1], width-l))
}

func (p *pair) naturalWidth(o []fyne.CanvasObject) float32 {
	return max(grown(p.label), widthOf(o[0])) + widthOf(o[1])
}

func (p *pair) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(o, minWidth), p.heightAt(o, p.get()))
}

func (p *pair) Layout(o []fyne.CanvasObject, size fyne.Size) {
	p.set(size.Width)
	if p.stacked(size.Width) {
		h := HeightAt(o[0], size.Width)
		place(o[0], 0, 0, size.Width, h)
		place(o[1], 0, h+pairGap, size.Width, HeightAt(o[1], size.Width))
		return
	}
	l := grown(p.label)
	place(o[0], 0, 0, l, HeightAt(o[0], l))
	place(o[1], l, 0, size.Width-l, HeightAt(o[1], size.Width-l))
}

// Beside puts a small object (an icon, a chip, a picture) before text that wraps. The middle of the object is at the
// height of the text's first line. Where the object leaves less than 120 (which grows with the text) for the text, the
// text goes below it, except below an icon.
func Beside(gap float32, fixed, text fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{gap: gap}, fixed, text)
}

type beside struct {
	remembered
	gap float32
}

func (b *beside) stacked(o []fyne.CanvasObject, width float32) bool {
	w := widthOf(o[0])
	return w > grown(44) && width-w-b.gap < min(grown(120), widthOf(o[1]))
}

// offsets are the tops of the object and of the text when they stand side by side.
func (b *beside) offsets(o []fyne.CanvasObject, textWidth float32) (fixed, text float32) {
	d := (firstLine(o[1], textWidth) - o[0].MinSize().Height) / 2
	return max(d, 0), max(-d, 0)
}

func (b *beside) heightAt(o []fyne.CanvasObject, width float32) float32 {
	w := widthOf(o[0])
	if b.stacked(o, width) {
		return HeightAt(o[0], min(w, width)) + pairGap + HeightAt(o[1], width)
	}
	rest := width - w - b.gap
	yf, yt := b.offsets(o, rest)
	return max(yf+o[0].MinSize().Height, yt+HeightAt(o[1], rest))
}

func (b *beside) naturalWidth(o []fyne.CanvasObject) float32 {
	return widthOf(o[0]) + b.gap + widthOf(o[1])
}

func (b *beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(minWidth(o[0])+b.gap+minWidth(o[1]), b.heightAt(o, b.get()))
}

func (b *beside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	b.set(size.Width)
	w := widthOf(o[0])
	if b.stacked(o, size.Width) {
		w = min(w, size.Width)
		h := HeightAt(o[0], w)
		place(o[0], 0, 0, w, h)
		place(o[1], 0, h+pairGap, size.Width, HeightAt(o[1], size.Width))
		return
	}
	rest := size.Width - w - b.gap
	yf, yt := b.offsets(o, rest)
	place(o[0], 0, yf, w, o[0].MinSize().Height)
	place(o[1], w+b.gap, yt, rest, HeightAt(o[1], rest))
}

// firstLine is the height of the first line of text in an object.
func firstLine(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case *Paragraph:
		return o.lineHeight(width)
	case *fyne.Container:
		if _, ok := o.Layout.(*flow); ok && len(visible(o.Objects)) > 0 {
			return firstLine(visible(o.Objects)[0], width)
		}
	}
	return HeightAt(o, width)
}

// Twins puts two objects of exactly the same size side by side, or below each other where one of them would not fit
// into half of the width. Neither looks like the one to take.
func Twins(gap float32, a, b fyne.CanvasObject) *fyne.Container {
	return container.New(&twins{gap: gap}, a, b)
}

type twins struct {
	remembered
	gap float32
}

func (t *twins) each(o []fyne.CanvasObject, width float32) (size fyne.Size, stacked bool) {
	w := (width - t.gap) / 2
	stacked = w < widest(o, widthOf)
	if stacked {
		w = width
	}
	return fyne.NewSize(w, max(HeightAt(o[0], w), HeightAt(o[1], w))), stacked
}

func (t *twins) heightAt(o []fyne.CanvasObject, width float32) float32 {
	size, stacked := t.each(o, width)
	if stacked {
		return 2*size.Height + t.gap
	}
	return size.Height
}

func (t *twins) naturalWidth(o []fyne.CanvasObject) float32 { return 2*widest(o, widthOf) + t.gap }

func (t *twins) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(o, minWidth), t.heightAt(o, t.get()))
}

func (t *twins) Layout(o []fyne.CanvasObject, size fyne.Size) {
	t.set(size.Width)
	each, stacked := t.each(o, size.Width)
	place(o[0], 0, 0, each.Width, each.Height)
	if stacked {
		place(o[1], 0, each.Height+t.gap, each.Width, each.Height)
	} else {
		place(o[1], each.Width+t.gap, 0, each.Width, each.Height)
	}
}
