// Package lay has the layouts of package kit, which hands them on, and what widgets need to take part in them.
//
// The height of wrapped text is known only once its width is. Fyne asks for sizes without saying the width; so these
// layouts remember the last one, and HeightAt asks every object below for its height at that width, moving nothing.
package lay

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// Wrapper is an object whose height depends on its width.
type Wrapper interface {
	// HeightAt returns the height that is needed at a width, and changes nothing.
	HeightAt(width float32) float32
}

// arrangement is a layout that can tell its height at a width, and the width that it would like, without moving anything.
type arrangement interface {
	heightAt(objects []fyne.CanvasObject, width float32) float32
	naturalWidth(objects []fyne.CanvasObject) float32
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

// Natural is an object that can be given less than the width that it would like.
type Natural interface {
	// NaturalWidth returns the width at which nothing has to wrap.
	NaturalWidth() float32
}

// Liner is an object that begins with a line of text.
type Liner interface {
	// FirstLine returns the height of the first line when the object has a width.
	FirstLine(width float32) float32
}

// WidthOf returns the width at which nothing in an object has to wrap.
func WidthOf(o fyne.CanvasObject) float32 {
	if n, ok := o.(Natural); ok {
		return n.NaturalWidth()
	}
	if c, ok := o.(*fyne.Container); ok {
		if l, ok := c.Layout.(arrangement); ok {
			return l.naturalWidth(c.Objects)
		}
	}
	return o.MinSize().Width
}

// Place moves and resizes an object. Sizes below nothing would make Fyne's software painter panic.
func Place(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(max(width, 0), max(height, 0)))
}

// remembered is the width that a layout was last given; none before the first time.
type remembered struct{ width float32 }

// Unlimited is a width at which nothing wraps; it is taken where none is known yet.
const Unlimited = 1 << 16

// Gap is the room between things that belong together, such as a label and the value below it.
const Gap = 4

func (r *remembered) set(width float32) { r.width = max(width, 1) }

func (r *remembered) get() float32 {
	if r.width == 0 {
		return Unlimited
	}
	return r.width
}

// Grown scales a width that has to do with words by the theme's text factor.
func Grown(width float32) float32 { return width * look.Current().TextFactor() }

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
