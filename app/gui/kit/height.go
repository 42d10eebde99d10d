package kit

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// Wrapper is an object whose height depends on its width.
type Wrapper interface {
	// HeightAt returns the height that is needed at a width, and changes nothing.
	HeightAt(width float32) float32
}

// arrangement is a layout that can tell its height at a width without moving anything.
type arrangement interface {
	heightAt(objects []fyne.CanvasObject, width float32) float32
}

// HeightAt returns the height that an object needs at a width. Objects that cannot tell are resized and asked.
func HeightAt(o fyne.CanvasObject, width float32) float32 {
	width = max(width, 0)
	switch o := o.(type) {
	case Wrapper:
		return o.HeightAt(width)
	case *fyne.Container:
		if l, ok := o.Layout.(arrangement); ok {
			return l.heightAt(o.Objects, width)
		}
	}
	if o.Size().Width != width {
		o.Resize(fyne.NewSize(width, max(o.Size().Height, o.MinSize().Height)))
	}
	return o.MinSize().Height
}

// natural is an object that can be given less than the width that it would like.
type natural interface {
	naturalWidth() float32
}

// widthOf is the width at which nothing in an object has to wrap.
func widthOf(o fyne.CanvasObject) float32 {
	if n, ok := o.(natural); ok {
		return n.naturalWidth()
	}
	if c, ok := o.(*fyne.Container); ok {
		if n, ok := c.Layout.(interface {
			naturalWidth(objects []fyne.CanvasObject) float32
		}); ok {
			return n.naturalWidth(c.Objects)
		}
	}
	return o.MinSize().Width
}

// place moves and resizes an object. Sizes below nothing would make Fyne's software painter panic.
func place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(width, 0), max(height, 0)))
}

// remembered is the width that a layout was last given; none before the first time.
type remembered struct{ width float32 }

// unknown is the width that is taken before there is one: nothing wraps.
const unknown = 1 << 16

func (r *remembered) set(width float32) { r.width = max(width, 1) }

func (r *remembered) get() float32 {
	if r.width == 0 {
		return unknown
	}
	return r.width
}

// grown scales a width that has to do with words by the theme's text factor.
func grown(width float32) float32 { return width * look.Current().TextFactor() }

func visible(objects []fyne.CanvasObject) []fyne.CanvasObject {
	shown := make([]fyne.CanvasObject, 0, len(objects))
	for _, o := range objects {
		if o.Visible() {
			shown = append(shown, o)
		}
	}
	return shown
}

func widest(objects []fyne.CanvasObject, of func(fyne.CanvasObject) float32) float32 {
	var w float32
	for _, o := range objects {
		if o.Visible() {
			w = max(w, of(o))
		}
	}
	return w
}

func minWidth(o fyne.CanvasObject) float32 { return o.MinSize().Width }
