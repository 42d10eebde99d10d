package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Widths of the window at which its layout changes (LOOK 2).
const (
	narrowBelow = 700
	sideWidth   = 208
)

// navFrame is a screen with the navigation beside it, or below it where the window
// is narrow or the text large.
type navFrame struct {
	root *fyne.Container
	nav  *kit.Nav
	body *fyne.Container
	on   bool
}

func newNavFrame(d *desk, body *fyne.Container) *navFrame {
	f := &navFrame{body: body}
	f.nav = kit.NewNav(
		kit.NavItem{Icon: look.Home, Word: words.T("Home"), Press: func() { d.goTo(atHome) }},
		kit.NavItem{Icon: look.History, Word: words.T("History"), Press: func() { d.goTo(atHistory) }},
		kit.NavItem{Icon: look.Settings, Word: words.T("Settings"), Press: func() { d.goTo(atSettings) }},
		kit.NavItem{Icon: look.Padlock, Word: words.T("Lock"), Press: d.lock, Apart: true},
	)
	// The navigation comes last in the order of the focus.
	f.root = container.New(f, body, f.nav)
	return f
}

// show shows the navigation for a place, or hides it for a screen alone.
func (f *navFrame) show(p place) {
	f.on = p != ""
	f.nav.Choose(map[place]int{atHome: 0, atHistory: 1, atSettings: 2}[p])
	if f.on {
		f.nav.Show()
	} else {
		f.nav.Hide()
	}
	f.root.Refresh()
}

// Layout implements fyne.Layout.
func (f *navFrame) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if !f.on {
		f.body.Move(fyne.NewPos(0, 0))
		f.body.Resize(size)
		return
	}
	below := size.Width < narrowBelow || look.Current().Large()
	f.nav.SetBelow(below)
	if below {
		h := f.nav.MinSize().Height
		f.body.Move(fyne.NewPos(0, 0))
		f.body.Resize(fyne.NewSize(size.Width, max(0, size.Height-h)))
		f.nav.Move(fyne.NewPos(0, max(0, size.Height-h)))
		f.nav.Resize(fyne.NewSize(size.Width, h))
		return
	}
	f.nav.Move(fyne.NewPos(0, 0))
	f.nav.Resize(fyne.NewSize(sideWidth, size.Height))
	f.body.Move(fyne.NewPos(sideWidth, 0))
	f.body.Resize(fyne.NewSize(max(0, size.Width-sideWidth), size.Height))
}

// MinSize implements fyne.Layout: the smallest window.
func (f *navFrame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(360, 480) }
