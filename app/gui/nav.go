package gui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// narrowBelow is the width of the window, at 100 % text, below which the
// navigation stands at its bottom.
const narrowBelow = 700

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
	after := d.opt.Settings.Current().LockAfter
	f.nav = kit.NewNav(kit.Pad(8, 8, kit.Text(kit.Sub, "Understudy")),
		kit.Text(kit.Caption, words.N(after, "Locks after {n} minute without use", "Locks after {n} minutes without use")),
		kit.Place{Icon: look.Padlock, Word: words.T("Lock"), Go: d.lock},
		kit.Place{Icon: look.Home, Word: words.T("Home"), Go: func() { d.goTo(atHome) }},
		kit.Place{Icon: look.History, Word: words.T("History"), Go: func() { d.goTo(atHistory) }},
		kit.Place{Icon: look.Settings, Word: words.T("Settings"), Go: func() { d.goTo(atSettings) }},
	)
	// The navigation comes last in the order of the focus.
	f.root = container.New(f, body, f.nav)
	return f
}

// show shows the navigation for a place, or hides it for a screen alone.
func (f *navFrame) show(p place) {
	f.on = p != ""
	f.nav.Select(map[place]int{atHome: 0, atHistory: 1, atSettings: 2}[p])
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
	f.nav.SetBottom(below)
	if below {
		h := f.nav.MinSize().Height
		f.body.Move(fyne.NewPos(0, 0))
		f.body.Resize(fyne.NewSize(size.Width, max(0, size.Height-h)))
		f.nav.Move(fyne.NewPos(0, max(0, size.Height-h)))
		f.nav.Resize(fyne.NewSize(size.Width, h))
		return
	}
	f.nav.Move(fyne.NewPos(0, 0))
	side := f.nav.MinSize().Width
	f.nav.Resize(fyne.NewSize(side, size.Height))
	f.body.Move(fyne.NewPos(side, 0))
	f.body.Resize(fyne.NewSize(max(0, size.Width-side), size.Height))
}

// MinSize implements fyne.Layout: the smallest window.
func (f *navFrame) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(360, 480) }
