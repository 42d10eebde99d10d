package kit

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
)

// The layouts of package lay, so that a screen is made of this package alone.

// Flow stacks objects from top to bottom with a gap between them, each as high as it needs to be at the common width. A
// maxWidth above 0 limits that width, and the column stands in the middle.
func Flow(gap, maxWidth float32, objects ...fyne.CanvasObject) *fyne.Container {
	return lay.Flow(gap, maxWidth, objects...)
}

// Columns puts cards of equal size side by side, at most maxColumns, none narrower than minWidth.
func Columns(minWidth float32, maxColumns int, gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return lay.Columns(minWidth, maxColumns, gap, objects...)
}

// Row puts objects side by side and goes on in the next line; after a Spring they stand at the right edge.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container { return lay.Row(gap, objects...) }

// Spring takes the room that a line of a Row leaves.
func Spring() fyne.CanvasObject { return lay.Spring() }

// Pair puts a label beside its value, or above it where less than minValue is left and with large text.
func Pair(labelWidth, minValue float32, label, value fyne.CanvasObject) *fyne.Container {
	return lay.Pair(labelWidth, minValue, label, value)
}

// Beside puts a small object before text that wraps, at the height of its first line.
func Beside(gap float32, fixed, text fyne.CanvasObject) *fyne.Container {
	return lay.Beside(gap, fixed, text)
}

// Middle is Beside with the middles of both at one height.
func Middle(gap float32, fixed, text fyne.CanvasObject) *fyne.Container {
	return lay.Middle(gap, fixed, text)
}

// Ends puts text at the left and a small object at the right end or, where that is too narrow, below.
func Ends(gap float32, text, fixed fyne.CanvasObject) *fyne.Container {
	return lay.Ends(gap, text, fixed)
}

// Twins puts two objects of exactly the same size side by side, or below each other.
func Twins(gap float32, a, b fyne.CanvasObject) *fyne.Container { return lay.Twins(gap, a, b) }

// Pad leaves room around an object: v above and below, h at the left and the right.
func Pad(v, h float32, o fyne.CanvasObject) *fyne.Container { return lay.Pad(v, h, o) }

// HeightAt returns the height that an object needs at a width.
func HeightAt(o fyne.CanvasObject, width float32) float32 { return lay.HeightAt(o, width) }
