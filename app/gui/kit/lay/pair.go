package lay

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

func (p *pair) stacked(width float32) bool {
	return look.Current().Large() || width-Grown(p.label) < Grown(p.least)
}

func (p *pair) heightAt(o []fyne.CanvasObject, width float32) float32 {
	if p.stacked(width) {
		return HeightAt(o[0], width) + Gap + HeightAt(o[1], width)
	}
	l := Grown(p.label)
	return max(HeightAt(o[0], l), HeightAt(o[1], width-l))
}

func (p *pair) naturalWidth(o []fyne.CanvasObject) float32 {
	return max(Grown(p.label), WidthOf(o[0])) + WidthOf(o[1])
}

func (p *pair) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(o, minWidth), p.heightAt(o, p.get()))
}

func (p *pair) Layout(o []fyne.CanvasObject, size fyne.Size) {
	p.set(size.Width)
	if p.stacked(size.Width) {
		h := HeightAt(o[0], size.Width)
		Place(o[0], 0, 0, size.Width, h)
		Place(o[1], 0, h+Gap, size.Width, HeightAt(o[1], size.Width))
		return
	}
	l := Grown(p.label)
	Place(o[0], 0, 0, l, HeightAt(o[0], l))
	Place(o[1], l, 0, size.Width-l, HeightAt(o[1], size.Width-l))
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
	stacked = w < widest(o, WidthOf)
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

func (t *twins) naturalWidth(o []fyne.CanvasObject) float32 { return 2*widest(o, WidthOf) + t.gap }

func (t *twins) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(o, minWidth), t.heightAt(o, t.get()))
}

func (t *twins) Layout(o []fyne.CanvasObject, size fyne.Size) {
	t.set(size.Width)
	each, stacked := t.each(o, size.Width)
	Place(o[0], 0, 0, each.Width, each.Height)
	if stacked {
		Place(o[1], 0, each.Height+t.gap, each.Width, each.Height)
	} else {
		Place(o[1], each.Width+t.gap, 0, each.Width, each.Height)
	}
}
