package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// Place is where navigation leads to.
type Place struct {
	Icon look.Icon
	Word string
	Go   func()
}

// Nav is the navigation: a bar at the side, or for narrow windows one at the bottom. At the side it has a head, a last
// place at its lower end (Lock), and below that a foot; at the bottom it has the places alone.
type Nav struct {
	widget.BaseWidget
	ground, edge *plate
	places       []*navItem
	last         *navItem
	head, foot   fyne.CanvasObject
	bottom       bool
}

const (
	navWidth = 208 // of the side bar; it grows with the text
	navEdge  = 12  // left and right of the places
	navGap   = 4   // between places
)

// NewNav returns a side bar. Head and foot may be nil.
func NewNav(head, foot fyne.CanvasObject, last Place, places ...Place) *Nav {
	n := &Nav{head: head, foot: foot, ground: newPlate(look.Sunken, None, 0, 0), edge: newPlate(look.Line, None, 0, 0)}
	n.ground.bare = true
	for _, p := range places {
		n.places = append(n.places, newNavItem(p))
	}
	n.last = newNavItem(last)
	n.ExtendBaseWidget(n)
	Arrows(append(n.places[:len(n.places):len(n.places)], n.last)...)
	return n
}

// SetBottom makes it a bar for the bottom, or for the side.
func (n *Nav) SetBottom(bottom bool) {
	n.bottom = bottom
	for _, p := range n.places {
		p.stacked = bottom
	}
	n.Refresh()
}

// Select draws one of the places as the present one; -1 none.
func (n *Nav) Select(place int) {
	for i, p := range n.places {
		p.chosen = i == place
		p.Refresh()
	}
}

func (n *Nav) inside() []fyne.CanvasObject { return n.parts() }

func (n *Nav) parts() []fyne.CanvasObject {
	o := []fyne.CanvasObject{n.ground, n.edge}
	if n.head != nil && !n.bottom {
		o = append(o, n.head)
	}
	for _, p := range n.places {
		o = append(o, p)
	}
	if n.bottom {
		return o
	}
	o = append(o, n.last)
	if n.foot != nil {
		o = append(o, n.foot)
	}
	return o
}

func (n *Nav) paint() {
	for _, o := range n.parts() {
		o.Refresh()
	}
}

// MinSize is the width of the bar at the side, or the height of that at the bottom.
func (n *Nav) MinSize() fyne.Size {
	if n.bottom {
		h := float32(0)
		for _, p := range n.places {
			h = max(h, p.HeightAt(lay.Unlimited))
		}
		return fyne.NewSize(0, h+12)
	}
	return fyne.NewSize(lay.Grown(navWidth), 0)
}

// CreateRenderer makes what draws the bar.
func (n *Nav) CreateRenderer() fyne.WidgetRenderer { return newPainter(n) }

func (n *Nav) lay(size fyne.Size) {
	lay.Place(n.ground, 0, 0, size.Width, size.Height)
	if n.bottom {
		lay.Place(n.edge, 0, 0, size.Width, 1)
		w := (size.Width - 2*navEdge + navGap) / float32(max(len(n.places), 1))
		for i, p := range n.places {
			lay.Place(p, navEdge+float32(i)*w, 6, w-navGap, size.Height-12)
		}
		return
	}
	lay.Place(n.edge, size.Width-1, 0, 1, size.Height)
	inner := size.Width - 2*navEdge
	y := float32(20)
	if n.head != nil {
		h := lay.HeightAt(n.head, inner-24)
		lay.Place(n.head, navEdge+12, y, inner-24, h)
		y += h + 24
	}
	for _, p := range n.places {
		h := p.HeightAt(inner)
		lay.Place(p, navEdge, y, inner, h)
		y += h + navGap
	}
	end := size.Height - 16
	if n.foot != nil {
		h := lay.HeightAt(n.foot, inner-24)
		end -= h
		lay.Place(n.foot, navEdge+12, end, inner-24, h)
		end -= 8
	}
	h := n.last.HeightAt(inner)
	lay.Place(n.last, navEdge, max(end-h, y), inner, h)
}

// navItem is one place: icon and word, side by side or below each other.
type navItem struct {
	control
	place              Place
	chosen, stacked    bool
	ring, ground, mark *plate
	glyph              *Glyph
	label              *Paragraph
}

func newNavItem(p Place) *navItem {
	i := &navItem{
		place:  p,
		ring:   newPlate(None, None, 0, look.RadiusButton),
		ground: newPlate(None, None, 0, look.RadiusButton),
		mark:   newPlate(None, None, 0, 2),
		glyph:  Icon(p.Icon, look.Text),
		label:  Text(Body, p.Word),
	}
	i.press = p.Go
	i.init(i)
	return i
}

// AccessibilityLabel is the word, with whether one is there.
func (i *navItem) AccessibilityLabel() string {
	if i.chosen {
		return chosenName(i.place.Word)
	}
	return i.place.Word
}

// AccessibilityRole says that the place acts like a button.
func (i *navItem) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// textX is where the word begins at the side.
func (i *navItem) textX() float32 { return 12 + i.glyph.MinSize().Width + 14 }

// HeightAt returns the height at a width.
func (i *navItem) HeightAt(width float32) float32 {
	if i.stacked {
		return max(i.glyph.MinSize().Height+lay.Gap+i.label.HeightAt(width)+14, buttonHeight)
	}
	return max(i.label.HeightAt(width-i.textX())+12, buttonHeight)
}

// MinSize is that of icon and word.
func (i *navItem) MinSize() fyne.Size { return fyne.NewSize(i.textX(), i.HeightAt(lay.Unlimited)) }

// CreateRenderer makes what draws the place.
func (i *navItem) CreateRenderer() fyne.WidgetRenderer { return newPainter(i) }

func (i *navItem) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{i.ground, i.mark, i.glyph, i.label, i.ring}
}

func (i *navItem) paint() {
	style, front, fill, mark := Body, look.Text, None, None
	if i.stacked {
		style = Caption
	}
	switch {
	case i.chosen:
		front, fill, mark = look.Accent, look.Surface, look.Accent
		style = map[Style]Style{Body: Bold, Caption: CaptionBold}[style]
	case i.pushed:
		fill = theme.ColorNamePressed
	case i.hovered:
		fill = theme.ColorNameHover
	}
	i.ground.paint(fill, None, 0)
	i.mark.paint(mark, None, 0)
	i.glyph.Set(i.place.Icon, front)
	i.glyph.Refresh()
	i.label.SetSpans(Span{Style: style, Text: i.place.Word, Color: front})
	if i.focused {
		i.ring.paint(None, look.Ring, ringWidth)
	} else {
		i.ring.paint(None, None, 0)
	}
}

func (i *navItem) lay(size fyne.Size) {
	lay.Place(i.ground, 0, 0, size.Width, size.Height)
	lay.Place(i.ring, 0, 0, size.Width, size.Height)
	side := i.glyph.MinSize().Width
	if i.stacked {
		w := min(i.label.NaturalWidth()+0.5, size.Width)
		h := i.label.HeightAt(w)
		y := (size.Height - side - lay.Gap - h) / 2
		lay.Place(i.mark, 0, 0, 0, 0)
		lay.Place(i.glyph, (size.Width-side)/2, y, side, side)
		lay.Place(i.label, (size.Width-w)/2, y+side+lay.Gap, w, h)
		return
	}
	h := i.label.HeightAt(size.Width - i.textX())
	lay.Place(i.mark, 0, 10, 4, size.Height-20)
	lay.Place(i.glyph, 12, (size.Height-side)/2, side, side)
	lay.Place(i.label, i.textX(), (size.Height-h)/2, size.Width-i.textX(), h)
}
