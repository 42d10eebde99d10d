package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// fieldPad is the room left and right of Fyne's own in a field.
const fieldPad = 5

// inset is how far Fyne's field lies inside ours, from the left and from the top.
func (e *Entry) inset() fyne.Position {
	return fyne.NewPos(fieldPad, max(e.Size().Height-e.Entry.MinSize().Height, 0)/2)
}

// iconShift is how much further the text lies to the right where there is an icon: Fyne lets both overlap once the text
// is scrolled.
func (e *Entry) iconShift() float32 {
	if e.icon == NoIcon {
		return 0
	}
	return look.Size(theme.SizeNameInnerPadding)
}

// CreateRenderer makes what draws the field.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	r := &entryRenderer{
		WidgetRenderer: e.Entry.CreateRenderer(),
		e:              e,
		ring:           newRing(look.RadiusButton),
		face:           newPlate(look.Surface, None, 0, look.RadiusButton),
		edge:           newPlate(None, look.Border, 0, look.RadiusButton),
		cover:          newCover(),
	}
	r.paint()
	return r
}

// entryRenderer draws Fyne's field a little smaller, on a face of ours: Fyne's leaves no room beside the text, and shows
// the focus by the colour of its line alone.
type entryRenderer struct {
	fyne.WidgetRenderer
	e                *Entry
	ring, face, edge *plate
	cover            *cover
}

// cover hides the scroll bar that Fyne draws over a text that is longer than the field, and keeps the pointer from it.
type cover struct{ plate }

const coverHeight = 8

func newCover() *cover {
	c := &cover{plate{fill: look.Surface, bare: true, rect: canvas.NewRectangle(nil)}}
	c.ExtendBaseWidget(c)
	return c
}

// MouseIn does nothing.
func (*cover) MouseIn(*desktop.MouseEvent) {}

// MouseMoved does nothing.
func (*cover) MouseMoved(*desktop.MouseEvent) {}

// MouseOut does nothing.
func (*cover) MouseOut() {}

// own are the parts of Fyne's field without its box and its line, which are the first two.
func (r *entryRenderer) own() []fyne.CanvasObject { return r.WidgetRenderer.Objects()[2:] }

func (r *entryRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.ring, r.face}, r.own()...), r.cover, r.edge)
}

func (r *entryRenderer) MinSize() fyne.Size { return r.WidgetRenderer.MinSize() }

func (r *entryRenderer) Layout(size fyne.Size) {
	in := r.e.inset()
	r.WidgetRenderer.Layout(fyne.NewSize(max(size.Width-2*in.X, 0), max(size.Height-in.Y, 0)))
	for _, o := range r.own() {
		o.Move(o.Position().Add(in))
		if s, ok := o.(*container.Scroll); ok {
			shift := r.e.iconShift()
			lay.Place(s, s.Position().X+shift, s.Position().Y, s.Size().Width-shift, s.Size().Height)
		}
	}
	lay.Place(r.face, 0, 0, size.Width, size.Height)
	lay.Place(r.edge, 0, 0, size.Width, size.Height)
	lay.Place(r.cover, in.X, size.Height-coverHeight, size.Width-2*in.X, coverHeight)
	layRing(r.ring, size)
}

func (r *entryRenderer) paint() {
	if r.e.icon != NoIcon {
		r.e.Icon = look.Resource(r.e.icon, look.Muted)
	}
	r.face.Refresh()
	r.edge.paint(None, look.Border, look.Current().Stroke())
	r.cover.Hidden = r.e.MultiLine
	r.cover.Refresh()
	drawRing(r.ring, r.e.focused)
}

func (r *entryRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
	r.Layout(r.e.Size())
}
