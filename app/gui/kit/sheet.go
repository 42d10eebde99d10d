package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// Sheet is a whole screen: content that scrolls, and a foot (nil for none) that follows it. Once the content has to
// scroll, the foot is pinned to the bottom edge, so that the answers stay in sight; but a foot that would take more than
// half of the height scrolls with the rest.
func Sheet(content, foot fyne.CanvasObject) *fyne.Container {
	s := &sheet{content: content, foot: foot, inner: lay.NewColumn(0, 0)}
	s.column = container.New(upright{s.inner, s})
	s.scroll = container.NewVScroll(s.column)
	ground := newPlate(look.Surface, None, 0, 0)
	ground.bare = true
	s.pinned = container.New(lay.Stack{}, ground, container.New(rule{}, newPlate(look.Border, None, 0, 0)))
	s.below = container.New(lay.Stack{})
	s.arrange(footBelow)
	return container.New(s, s.scroll, s.below)
}

// upright is the column that scrolls in a sheet. It is never wider than the sheet: a scroller makes its content as wide as
// that asks for, and the right end of it would never be seen.
type upright struct {
	*lay.Column
	sheet *sheet
}

// Layout lays out the whole sheet where the content has grown or shrunk: a scroller tells nobody.
func (u upright) Layout(o []fyne.CanvasObject, size fyne.Size) {
	u.Column.Layout(o, size)
	if s := u.sheet; !s.laying && s.size.Width > 0 {
		s.Layout(nil, s.size)
	}
}

func (u upright) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, u.Column.MinSize(o).Height)
}

// footPlace says where the foot of a sheet is.
type footPlace int

const (
	footBelow    footPlace = iota // right below the content, nothing scrolls
	footPinned                    // at the bottom edge, the content scrolls
	footScrolled                  // the last thing that scrolls
)

type sheet struct {
	content, foot fyne.CanvasObject
	scroll        *container.Scroll
	inner         *lay.Column
	column        *fyne.Container // what scrolls
	below         *fyne.Container // what stands below the scroller
	pinned        *fyne.Container // the ground of a pinned foot
	at            footPlace
	arranged      bool
	laying        bool
	size          fyne.Size
}

// arrange puts the foot where it belongs. It says whether anything changed.
func (s *sheet) arrange(at footPlace) bool {
	if s.arranged && s.at == at {
		return false
	}
	s.at, s.arranged = at, true
	s.column.Objects, s.below.Objects = []fyne.CanvasObject{s.content}, nil
	switch {
	case s.foot == nil:
	case at == footScrolled:
		s.column.Objects = append(s.column.Objects, s.foot)
	case at == footPinned:
		s.below.Objects = []fyne.CanvasObject{s.pinned, s.foot}
	default:
		s.below.Objects = []fyne.CanvasObject{s.foot}
	}
	return true
}

func (s *sheet) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	s.laying, s.size = true, size
	defer func() { s.laying = false }()
	var foot float32
	if s.foot != nil && s.foot.Visible() {
		foot = lay.HeightAt(s.foot, size.Width)
	}
	content := lay.HeightAt(s.content, size.Width)
	at := footBelow
	switch {
	case content+foot <= size.Height:
	case foot <= size.Height/2:
		at = footPinned
	default:
		at, foot = footScrolled, 0
	}
	changed := s.arrange(at)
	s.inner.Expect(size.Width)
	h := size.Height - foot
	if at == footBelow {
		h = content
	}
	lay.Place(s.scroll, 0, 0, size.Width, h)
	lay.Place(s.below, 0, h, size.Width, foot)
	if changed {
		s.scroll.Refresh()
		s.below.Refresh()
	}
}

// MinSize is that of a small window: what does not fit scrolls.
func (s *sheet) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(280, 200) }
