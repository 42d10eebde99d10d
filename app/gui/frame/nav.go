package frame

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/assets"
)

// narrowBelow is the width of the window below which everything stands in one
// column: the navigation at the bottom, Lock at the top.
const narrowBelow = 700

// around is what stands around a screen: the navigation, or the steps of
// adding a profile, or nothing.
type around struct {
	root  *fyne.Container
	nav   *kit.Nav
	top   fyne.CanvasObject // with Lock, where the navigation is at the bottom
	steps *fyne.Container
	body  *fyne.Container

	at    Place
	step  int
	drawn int // the step that is drawn
}

func newAround(act Actions, lockAfter int, body *fyne.Container) *around {
	f := &around{body: body, steps: container.NewStack()}
	f.nav = kit.NewNav(brand(),
		kit.Text(kit.Caption, words.N(lockAfter, "Locks after {n} minute without use", "Locks after {n} minutes without use")),
		kit.Place{Icon: look.Padlock, Word: words.T("Lock"), Go: act.Lock},
		kit.Place{Icon: look.Home, Word: words.T("Home"), Go: func() { act.Go(Home) }},
		kit.Place{Icon: look.History, Word: words.T("History"), Go: func() { act.Go(History) }},
		kit.Place{Icon: look.Settings, Word: words.T("Settings"), Go: func() { act.Go(Settings) }},
	)
	f.top = kit.Pad(4, 12, kit.Row(8, kit.Spring(), kit.NewButton(kit.Quiet, look.Padlock, words.T("Lock"), act.Lock).Small()))
	// What stands around comes last in the order of the focus.
	f.root = container.New(f, body, f.top, f.nav, f.steps)
	return f
}

// brand is the program's sign and name.
func brand() fyne.CanvasObject {
	icon, _ := assets.FS().ReadFile(assets.Icon) // embedded: it is there
	sign := canvas.NewImageFromResource(fyne.NewStaticResource("icon.svg", icon))
	sign.FillMode = canvas.ImageFillContain
	sign.SetMinSize(fyne.NewSquareSize(28))
	return kit.Beside(10, sign, kit.Text(kit.Sub, "Understudy"))
}

// show arranges what belongs around a screen.
func (f *around) show(s *Screen) {
	f.at, f.step = s.Place, s.Step
	f.nav.Select(map[Place]int{Home: 0, History: 1, Settings: 2}[f.at])
	if f.step > 0 && f.step != f.drawn {
		f.steps.Objects = []fyne.CanvasObject{stepList(f.step)}
		f.drawn = f.step
	}
	f.root.Refresh()
}

// Layout implements fyne.Layout.
func (f *around) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	narrow := size.Width < narrowBelow || look.Current().Large()
	side, top, bottom := float32(0), float32(0), float32(0)
	visible := func(o fyne.CanvasObject, yes bool) bool {
		if yes {
			o.Show()
		} else {
			o.Hide()
		}
		return yes
	}
	if visible(f.nav, f.at != "") {
		f.nav.SetBottom(narrow)
		if narrow {
			bottom = f.nav.MinSize().Height
			f.nav.Resize(fyne.NewSize(size.Width, bottom))
			f.nav.Move(fyne.NewPos(0, max(0, size.Height-bottom)))
		} else {
			side = f.nav.MinSize().Width
			f.nav.Resize(fyne.NewSize(side, size.Height))
			f.nav.Move(fyne.NewPos(0, 0))
		}
	}
	if visible(f.top, f.at != "" && narrow) {
		top = f.top.MinSize().Height
		f.top.Resize(fyne.NewSize(size.Width, top))
		f.top.Move(fyne.NewPos(0, 0))
	}
	if visible(f.steps, f.step > 0 && !narrow) {
		side = 232
		f.steps.Resize(fyne.NewSize(side, size.Height))
		f.steps.Move(fyne.NewPos(0, 0))
	}
	f.body.Move(fyne.NewPos(side, top))
	f.body.Resize(fyne.NewSize(max(0, size.Width-side), max(0, size.Height-top-bottom)))
}

// MinSize implements fyne.Layout: the smallest window.
func (f *around) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(360, 480) }
