package gui

import (
	"fmt"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/kit"
)

// box is where something is in the window.
type box struct{ left, top, right, bottom float32 }

func boxOf(at fyne.Position, size fyne.Size) box {
	return box{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
}

func (b box) meets(o box) bool {
	const touch = 0.5
	return b.left+touch < o.right && o.left+touch < b.right && b.top+touch < o.bottom && o.top+touch < b.bottom
}

func (b box) holds(o box) bool {
	return o.left >= b.left && o.top >= b.top && o.right <= b.right && o.bottom <= b.bottom
}

func (b box) String() string {
	return fmt.Sprintf("%.0f,%.0f to %.0f,%.0f", b.left, b.top, b.right, b.bottom)
}

// node is an object that is drawn.
type node struct {
	fyne.CanvasObject
	box
	within []fyne.CanvasObject // what it stands in, from the outermost
	scroll *container.Scroll   // the innermost that it stands in
	view   box                 // what can be seen of the inside of that
}

// walk visits what is drawn, from top to bottom, until visit says that what is
// within is not wanted.
func walk(c fyne.Canvas, visit func(node) (within bool)) {
	window := boxOf(fyne.Position{}, c.Size())
	var down func(o fyne.CanvasObject, offset fyne.Position, n node)
	down = func(o fyne.CanvasObject, offset fyne.Position, n node) {
		if !o.Visible() {
			return
		}
		at := offset.Add(o.Position())
		n.CanvasObject, n.box = o, boxOf(at, o.Size())
		if !visit(n) {
			return
		}
		n.within = append(n.within[:len(n.within):len(n.within)], o)
		if o, ok := o.(*container.Scroll); ok {
			n.scroll, n.view = o, n.box
		}
		for _, i := range inside(o) {
			down(i, at, n)
		}
	}
	down(c.Content(), fyne.Position{}, node{view: window})
	for _, o := range c.Overlays().List() {
		down(o, fyne.Position{}, node{view: window})
	}
}

// inside are the objects that an object draws. The bars and shadows of a scroller
// are none of them.
func inside(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

// focusable are all that can have the focus, in the order of the screen.
func focusable(c fyne.Canvas) []node {
	var list []node
	walk(c, func(n node) bool {
		if d, ok := n.CanvasObject.(fyne.Disableable); ok && d.Disabled() {
			return true
		}
		if _, ok := n.CanvasObject.(fyne.Focusable); ok {
			list = append(list, n)
		}
		return true
	})
	return list
}

// labelOf is what a reader calls something.
func labelOf(o any) string {
	if a, ok := o.(fyne.Accessible); ok {
		return a.AccessibilityLabel()
	}
	return ""
}

// kindOf is the name of an object's type: "button".
func kindOf(o fyne.CanvasObject) string {
	name := strings.ToLower(reflect.TypeOf(o).Elem().Name())
	if name == "paragraph" {
		return "text"
	}
	return name
}

// markup writes what is drawn: a line for each thing that a reader tells, its kind
// and its name, what has the focus marked by *, what can have it by +; and the icons.
func markup(c fyne.Canvas) string {
	var text strings.Builder
	line := func(n node, mark, kind, name string) {
		depth := 0
		for _, w := range n.within {
			if _, ok := w.(fyne.Focusable); ok {
				depth++
			}
		}
		fmt.Fprintf(&text, "%s%s%s %s\n", strings.Repeat("  ", depth), mark, kind, strings.ReplaceAll(name, "\n", "\\n"))
	}
	walk(c, func(n node) bool {
		mark := ""
		if f, ok := n.CanvasObject.(fyne.Focusable); ok {
			if mark = "+"; c.Focused() == f {
				mark = "*"
			}
		}
		switch o := n.CanvasObject.(type) {
		case *fyne.Container, *container.Scroll:
			return true
		case *kit.Details, *kit.Banner, *kit.ListRow:
			line(n, mark, kindOf(o), labelOf(o))
			return true
		case *kit.Paragraph:
			line(n, mark, styleOf(o), o.String())
			return false
		case *canvas.Image:
			if o.Resource != nil {
				name, _, _ := strings.Cut(o.Resource.Name(), ".")
				line(n, mark, "icon", name)
			}
			return false
		case *canvas.Text:
			line(n, mark, "bare", o.Text)
			return false
		case fyne.Accessible:
			if labelOf(o) != "" || mark != "" {
				line(n, mark, kindOf(n.CanvasObject), labelOf(o))
				return false
			}
		}
		return true
	})
	return text.String()
}

// styleOf is the size of a text, with how it is written.
func styleOf(p *kit.Paragraph) string {
	for _, o := range test.WidgetRenderer(p).Objects() {
		if t, ok := o.(*canvas.Text); ok {
			style := fmt.Sprintf("%.0f", t.TextSize)
			if t.TextStyle.Bold {
				style += " bold"
			}
			if t.TextStyle.Monospace {
				style += " mono"
			}
			return "text " + style
		}
	}
	return "text"
}
