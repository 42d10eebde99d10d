package lay

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// Row puts objects side by side at the width that each would like, their middles at one height. What does not fit goes
// on the next line, and what is wider than a line gets all of it and wraps. A Spring takes the room that a line leaves.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{gap: gap}, objects...)
}

// Spring is the stretching room of a Row: what comes after it stands at the right edge.
func Spring() fyne.CanvasObject { return layout.NewSpacer() }

type row struct {
	remembered
	gap float32
}

// rowLine is one line of a row: its objects, and the widths that they get.
type rowLine struct {
	objects []fyne.CanvasObject
	widths  []float32
	height  float32
}

func isSpring(o fyne.CanvasObject) bool {
	_, ok := o.(layout.SpacerObject)
	return ok
}

func (r *row) lines(objects []fyne.CanvasObject, width float32) []rowLine {
	var lines []rowLine
	var line rowLine
	var x float32
	end := func() {
		if len(line.objects) > 0 {
			r.stretch(&line, width)
			lines = append(lines, line)
		}
		line, x = rowLine{}, 0
	}
	for _, o := range visible(objects) {
		var w float32
		if !isSpring(o) {
			w = min(WidthOf(o), width)
		}
		if len(line.objects) > 0 && !isSpring(o) && x+r.gap+w > width+0.5 { // half a pixel: sums of measured texts differ
			end()
		}
		if len(line.objects) > 0 && !isSpring(o) {
			x += r.gap
		}
		x += w
		line.objects, line.widths = append(line.objects, o), append(line.widths, w)
		if !isSpring(o) {
			line.height = max(line.height, HeightAt(o, w))
		}
	}
	end()
	return lines
}

// stretch shares what a line leaves among its springs.
func (r *row) stretch(line *rowLine, width float32) {
	rest, springs := width, 0
	for i, o := range line.objects {
		rest -= line.widths[i]
		if isSpring(o) {
			springs++
		} else if i > 0 {
			rest -= r.gap
		}
	}
	for i, o := range line.objects {
		if isSpring(o) && width < Unlimited {
			line.widths[i] = max(rest, 0) / float32(springs)
		}
	}
}

func (r *row) heightAt(objects []fyne.CanvasObject, width float32) float32 {
	h := -r.gap
	for _, l := range r.lines(objects, width) {
		h += l.height + r.gap
	}
	return max(h, 0)
}

func (r *row) naturalWidth(objects []fyne.CanvasObject) float32 {
	var w float32
	n := 0
	for _, o := range visible(objects) {
		if !isSpring(o) {
			w += WidthOf(o)
			n++
		}
	}
	return w + r.gap*float32(max(n-1, 0))
}

func (r *row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widest(objects, minWidth), r.heightAt(objects, r.get()))
}

func (r *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	r.set(size.Width)
	var y float32
	for _, l := range r.lines(objects, size.Width) {
		var x float32
		for i, o := range l.objects {
			w := l.widths[i]
			if isSpring(o) {
				x += w
				continue
			}
			if i > 0 {
				x += r.gap
			}
			h := HeightAt(o, w)
			Place(o, x, y+(l.height-h)/2, w, h)
			x += w
		}
		y += l.height + r.gap
	}
}
