package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Select is Fyne's choice of one of several with an edge and a ring. Space, Return and the arrows open it.
type Select struct {
	widget.Select

	// Keys gets every key that the choice does not use. Where it returns false, the key goes on to the canvas.
	Keys func(*fyne.KeyEvent) bool

	label   string
	focused bool
}

// NewSelect returns a choice among options; label is what a reader calls it.
func NewSelect(label string, options []string, changed func(string)) *Select {
	s := &Select{label: label}
	s.Options, s.OnChanged, s.PlaceHolder = options, changed, words.T("Choose")
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer makes what draws the choice.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	r := &selectRenderer{
		WidgetRenderer: s.Select.CreateRenderer(),
		s:              s,
		ring:           newRing(look.RadiusButton),
		edge:           newPlate(None, look.Border, 0, look.RadiusButton),
	}
	r.paint()
	return r
}

// selectRenderer adds an edge and a ring to what Fyne draws.
type selectRenderer struct {
	fyne.WidgetRenderer
	s          *Select
	ring, edge *plate
}

func (r *selectRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.ring}, r.WidgetRenderer.Objects()...), r.edge)
}

func (r *selectRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	layRing(r.ring, size)
	lay.Place(r.edge, 0, 0, size.Width, size.Height)
}

func (r *selectRenderer) Refresh() {
	r.WidgetRenderer.Refresh()
	r.paint()
}

func (r *selectRenderer) paint() {
	drawRing(r.ring, r.s.focused)
	r.edge.paint(None, look.Border, look.Current().Stroke())
}

// MinSize is at least the height of a button.
func (s *Select) MinSize() fyne.Size {
	return s.Select.MinSize().Max(fyne.NewSize(120, buttonHeight))
}

// FocusGained draws the ring. Fyne's own would fill the whole face.
func (s *Select) FocusGained() {
	s.focused = true
	s.Refresh()
	Reveal(s)
}

// FocusLost takes the ring away.
func (s *Select) FocusLost() {
	s.focused = false
	s.Refresh()
}

// TypedKey opens the choice or steps through it, and hands other keys on.
func (s *Select) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		s.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case fyne.KeySpace, fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight:
		s.Select.TypedKey(k)
	default:
		if s.Keys == nil || !s.Keys(k) {
			Forward(s, k)
		}
	}
}

// AccessibilityLabel is what is chosen here, and what is chosen.
func (s *Select) AccessibilityLabel() string {
	if s.Selected == "" {
		return words.T("{name}, nothing chosen", "name", s.label)
	}
	return words.T("{name}: {value}", "name", s.label, "value", s.Selected)
}

// AccessibilityRole says that the choice acts like a button.
func (s *Select) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
