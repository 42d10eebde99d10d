package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// holder is a widget with content in which a focusable widget may stand.
type holder interface {
	inside() []fyne.CanvasObject
}

// revealMargin is the room left around what is scrolled into sight: the ring and some of what follows.
const revealMargin = 16

// Reveal scrolls whatever an object stands in so that the object can be seen; of one that is higher than half of the
// window, its top. Fyne moves the focus without caring whether anybody sees it.
func Reveal(o fyne.CanvasObject) {
	for _, s := range scrollersOf(o) {
		revealIn(s, o)
	}
}

func revealIn(s *container.Scroll, o fyne.CanvasObject) {
	d := fyne.CurrentApp().Driver()
	top := d.AbsolutePositionForObject(o).Y - d.AbsolutePositionForObject(s).Y
	bottom := top + o.Size().Height
	y := s.Offset.Y
	high := o.Size().Height > s.Size().Height/2
	switch {
	case high && top >= 0 && top < s.Size().Height*2/3: // what stands above it, a title, stays in sight
		return
	case high, top < revealMargin:
		y += top - revealMargin
	case bottom > s.Size().Height-revealMargin:
		y += bottom + revealMargin - s.Size().Height
	default:
		return
	}
	s.ScrollToOffset(fyne.NewPos(s.Offset.X, max(min(y, s.Content.Size().Height-s.Size().Height), 0)))
}

// scrollersOf are the scrollers that an object stands in, from the outermost.
func scrollersOf(o fyne.CanvasObject) []*container.Scroll {
	c := canvasOf(o)
	if c == nil {
		return nil
	}
	roots := append([]fyne.CanvasObject{c.Content()}, c.Overlays().List()...)
	for _, root := range roots {
		if found, ok := search(root, o, nil); ok {
			return found
		}
	}
	return nil
}

func search(in, o fyne.CanvasObject, path []*container.Scroll) ([]*container.Scroll, bool) {
	if in == o {
		return path, true
	}
	var inside []fyne.CanvasObject
	switch in := in.(type) {
	case *fyne.Container:
		inside = in.Objects
	case *container.Scroll:
		inside, path = []fyne.CanvasObject{in.Content}, append(path[:len(path):len(path)], in)
	case holder:
		inside = in.inside()
	}
	for _, i := range inside {
		if found, ok := search(i, o, path); ok {
			return found, true
		}
	}
	return nil, false
}

// scrollBy is what the keys that scroll do on a widget without an action. It says whether the key was one of them.
func scrollBy(o fyne.CanvasObject, k fyne.KeyName) bool {
	scrollers := scrollersOf(o)
	if len(scrollers) == 0 {
		return false
	}
	s := scrollers[len(scrollers)-1]
	room := s.Content.Size().Height - s.Size().Height
	page := s.Size().Height - 2*revealMargin
	step := map[fyne.KeyName]float32{
		fyne.KeyUp: -40, fyne.KeyDown: 40, fyne.KeyPageUp: -page, fyne.KeyPageDown: page, fyne.KeyHome: -room, fyne.KeyEnd: room,
	}[k]
	if step == 0 || room <= 0 {
		return false
	}
	s.ScrollToOffset(fyne.NewPos(s.Offset.X, max(min(s.Offset.Y+step, room), 0)))
	return true
}
