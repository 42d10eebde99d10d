package lay

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Stack gives all objects the whole size.
type Stack struct{}

func (Stack) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	return widest(objects, func(o fyne.CanvasObject) float32 { return HeightAt(o, width) })
}

func (Stack) naturalWidth(objects []fyne.CanvasObject) float32 { return widest(objects, WidthOf) }

func (Stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	for _, o := range visible(objects) {
		s = s.Max(o.MinSize())
	}
	return s
}

func (Stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		Place(o, 0, 0, size.Width, size.Height)
	}
}

// Pad leaves room around an object: v above and below, h at the left and the right.
func Pad(v, h float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(pad{v, h}, o)
}

type pad struct{ v, h float32 }

func (p pad) heightAt(o []fyne.CanvasObject, width float32) float32 {
	return HeightAt(o[0], width-2*p.h) + 2*p.v
}

func (p pad) naturalWidth(o []fyne.CanvasObject) float32 { return WidthOf(o[0]) + 2*p.h }

func (p pad) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().AddWidthHeight(2*p.h, 2*p.v)
}

func (p pad) Layout(o []fyne.CanvasObject, size fyne.Size) {
	Place(o[0], p.h, p.v, size.Width-2*p.h, size.Height-2*p.v)
}
