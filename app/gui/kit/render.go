package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// drawn is a widget that keeps its own parts, so that its layout can be asked before Fyne has made a renderer for it.
type drawn interface {
	fyne.Widget
	parts() []fyne.CanvasObject
	lay(size fyne.Size)
	paint() // gives the parts the colours and sizes of the state and the theme
}

// painter is the renderer of all drawn widgets.
type painter struct{ w drawn }

func newPainter(w drawn) fyne.WidgetRenderer {
	w.paint()
	return painter{w}
}

func (p painter) Destroy()                     {}
func (p painter) Objects() []fyne.CanvasObject { return p.w.parts() }
func (p painter) MinSize() fyne.Size           { return p.w.MinSize() }
func (p painter) Layout(size fyne.Size)        { p.w.lay(size) }

func (p painter) Refresh() {
	p.w.paint()
	p.w.lay(p.w.Size())
	canvas.Refresh(p.w)
}
