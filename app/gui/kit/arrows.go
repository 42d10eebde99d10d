package kit

import "fyne.io/fyne/v2"

// Arrowed is a widget of this package that arrows can lead to.
type Arrowed interface {
	fyne.Focusable
	fyne.CanvasObject
	setArrows(func(fyne.KeyName) bool)
}

// Arrows lets the arrow keys, Home and End move the focus among widgets, in their order and without going round. Tab
// goes through them all as well.
func Arrows[W Arrowed](widgets ...W) {
	for i, w := range widgets {
		w.setArrows(func(k fyne.KeyName) bool {
			var to int
			switch k {
			case fyne.KeyUp, fyne.KeyLeft:
				to = max(i-1, 0)
			case fyne.KeyDown, fyne.KeyRight:
				to = min(i+1, len(widgets)-1)
			case fyne.KeyHome:
				to = 0
			case fyne.KeyEnd:
				to = len(widgets) - 1
			default:
				return false
			}
			if c := canvasOf(w); c != nil && to != i {
				c.Focus(widgets[to])
			}
			return true
		})
	}
}
