package lay

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// Flow stacks objects from top to bottom with a gap between them, each as high as it needs to be at the common width. A
// maxWidth above 0 limits that width, and the column stands in the middle; it grows with the text up to 160 %. Hidden
// objects take no room and no gap.
func Flow(gap, maxWidth float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(NewColumn(gap, maxWidth), objects...)
}

// Column is the layout of Flow.
type Column struct {
	remembered
	gap, limit float32
}

// NewColumn returns the layout of Flow, for those who have to Expect something of it.
func NewColumn(gap, maxWidth float32) *Column { return &Column{gap: gap, limit: maxWidth} }

// Expect tells the width that the column is going to get, so that its MinSize is right before its first layout. A
// scroller asks for the height before it hands down the width.
func (f *Column) Expect(width float32) { f.set(width) }

// column is the width of the column in a width.
func (f *Column) column(width float32) float32 {
	if f.limit <= 0 {
		return width
	}
	return min(width, f.limit*min(look.Current().TextFactor(), 1.6))
}

func (f *Column) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	var h float32
	shown := visible(objects)
	for _, o := range shown {
		h += HeightAt(o, f.column(width))
	}
	return h + f.gap*float32(max(len(shown)-1, 0))
}

func (f *Column) naturalWidth(objects []fyne.CanvasObject) float32 { return widest(objects, WidthOf) }

func (f *Column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(objects, minWidth), f.heightAt(objects, f.get()))
}

func (f *Column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.set(size.Width)
	w := f.column(size.Width)
	var y float32
	for _, o := range visible(objects) {
		h := HeightAt(o, w)
		Place(o, (size.Width-w)/2, y, w, h)
		y += h + f.gap
	}
}

// Columns puts cards of equal width side by side: as many as there is room for at minWidth (which grows with the text),
// at most maxColumns. All cards of a line are as high as its highest.
func Columns(minWidth float32, maxColumns int, gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columns{least: minWidth, most: maxColumns, gap: gap}, objects...)
}

type columns struct {
	remembered
	least, gap float32
	most       int
}

func (c *columns) split(width float32) (count int, each float32) {
	count = min(max(int((width+c.gap)/(Grown(c.least)+c.gap)), 1), max(c.most, 1))
	return count, (width - c.gap*float32(count-1)) / float32(count)
}

// lines calls do for every line of cards with its height.
func (c *columns) lines(objects []fyne.CanvasObject, width float32, do func(line []fyne.CanvasObject, each, height float32)) {
	count, each := c.split(width)
	for rest := visible(objects); len(rest) > 0; {
		line := rest[:min(count, len(rest))]
		rest = rest[len(line):]
		var h float32
		for _, o := range line {
			h = max(h, HeightAt(o, each))
		}
		do(line, each, h)
	}
}

func (c *columns) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	h := -c.gap
	c.lines(objects, width, func(_ []fyne.CanvasObject, _, height float32) { h += height + c.gap })
	return max(h, 0)
}

func (c *columns) naturalWidth(objects []fyne.CanvasObject) float32 {
	n := float32(min(len(visible(objects)), max(c.most, 1)))
	return max(n*(max(Grown(c.least), widest(objects, WidthOf))+c.gap)-c.gap, 0)
}

func (c *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(objects, minWidth), c.heightAt(objects, c.get()))
}

func (c *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c.set(size.Width)
	var y float32
	c.lines(objects, size.Width, func(line []fyne.CanvasObject, each, height float32) {
		for i, o := range line {
			Place(o, float32(i)*(each+c.gap), y, each, height)
		}
		y += height + c.gap
	})
}
