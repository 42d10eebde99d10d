package kit

import (
	"testing"

	"fyne.io/fyne/v2"
)

// Desktop makes the driver of a test one that tells of keys going down.
func Desktop(t *testing.T) {
	before := hasKeyDown
	hasKeyDown = func() bool { return true }
	t.Cleanup(func() { hasKeyDown = before })
}

// OnCanvas puts all objects on a canvas, since that of Fyne's test driver takes no shortcuts.
func OnCanvas(t *testing.T, c fyne.Canvas) {
	before := canvasOf
	canvasOf = func(fyne.CanvasObject) fyne.Canvas { return c }
	t.Cleanup(func() { canvasOf = before })
}
