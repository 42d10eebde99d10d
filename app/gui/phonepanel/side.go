package phonepanel

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/device/sensor"
)

// askedAtMost is how many of an app's calls are shown.
const askedAtMost = 12

// side is the phone's side of one app. Its parts are replaced one by one, so that
// the focus stays where it is.
type side struct {
	panel *Panel
	hand  *sensor.Hand
	on    bridge.Info

	fingerWanted bool
	page         *offer // nil: no page is to be opened
	drawn        wish   // what wants shows

	state    *fyne.Container // chips
	wants    *fyne.Container // what the app waits for
	airplane *kit.Check
	list     *fyne.Container // what it asked, newest first
	content  *fyne.Container
}

func newSide(p *Panel, w fyne.Window, on bridge.Info) *side {
	s := &side{panel: p, on: on, state: kit.Row(8), wants: kit.Flow(12, 0), list: kit.Flow(8, 0)}
	s.airplane = kit.NewCheck(words.T("Airplane mode"), words.T("The app then sees no network."), func(off bool) { p.airplane(s.on, off) })
	from := on.Origin
	if from == "" {
		from = words.T("several apps")
	}
	s.content = kit.Sheet(kit.Pad(16, 16, kit.Flow(16, 0,
		kit.Beside(12, kit.Initial(on.Name, 40), kit.Flow(0, 0, kit.Text(kit.Sub, words.T("Device “{device}”", "device", on.Name)), kit.Text(kit.Muted, from))),
		s.state, s.wants,
		card(kit.Beside(12, kit.Icon(look.Plane, look.Muted), s.airplane)),
		kit.Text(kit.Sub, words.T("What the app asked")),
		s.list,
	)), nil)
	w.SetContent(s.content)
	s.changed(on)
	return s
}

// changed shows how the device is.
func (s *side) changed(on bridge.Info) {
	s.on = on
	chips := []fyne.CanvasObject{kit.NewChip(kit.KindInfo, look.Time, words.T("Waiting for the app"))}
	if on.Pages > 0 {
		chips[0] = kit.NewChip(kit.KindOK, look.Check, words.T("Connected"))
	}
	if on.LoggedIn != "" {
		chips = append(chips, kit.NewChip(kit.KindOK, look.Check, words.T("Logged in")))
	}
	s.state.Objects = chips
	s.airplane.SetChecked(on.Airplane)
	s.draw()
}

// waitsForFinger tells that the sensor waits for a finger, or no longer does.
func (s *side) waitsForFinger(waits bool) {
	s.fingerWanted = waits
	s.draw()
}

// offer is a page that is to be opened. Done ends it, once.
type offer struct {
	open func() bool // waits for the browser, and reports whether it opened
	copy func()
	done func()

	failed bool
}

// offer offers to open a page; nil: no longer.
func (s *side) offer(page *offer) {
	s.page = page
	s.draw()
}

// pageCard offers the page.
func (s *side) pageCard(o *offer) fyne.CanvasObject {
	says := words.T("The app waits until you have logged in on the server's page.")
	if o.failed {
		says = words.T("The browser did not open. Copy the address, and open it in a browser on this computer.")
	}
	end := func() {
		s.offer(nil)
		o.done()
	}
	open := kit.NewButton(kit.Plain, look.Link, words.T("Open"), func() {
		go func() {
			opened := o.open()
			s.panel.do(func() {
				switch {
				case s.page != o:
				case opened:
					end()
				default:
					o.failed = true
					s.draw()
				}
			})
		}()
	})
	address := kit.NewButton(kit.Plain, look.Copy, words.T("Copy address"), func() {
		o.copy()
		end()
	})
	return wanted(words.T("Registration page"), says, kit.Row(12, open, address))
}

// asked notes a call of the app.
func (s *side) asked(at time.Time, name string) {
	line := kit.Row(12, kit.Text(kit.Address, at.Format(time.TimeOnly)).OneLine(), kit.Text(kit.Body, name).OneLine())
	s.list.Objects = append([]fyne.CanvasObject{line}, s.list.Objects[:min(len(s.list.Objects), askedAtMost-1)]...)
	s.draw()
}

// wish is what the app waits for.
type wish struct {
	finger bool
	page   *offer
	failed bool // to open the page
	event  string
}

// draw shows what the app waits for now. Where that is as before, what shows it
// stays, and one of its buttons keeps the focus.
func (s *side) draw() {
	defer s.content.Refresh()
	now := wish{finger: s.fingerWanted, page: s.page, failed: s.page != nil && s.page.failed, event: s.on.Waits}
	if now == s.drawn {
		return
	}
	s.drawn = now
	var parts []fyne.CanvasObject
	if s.fingerWanted {
		parts = append(parts, wanted(words.T("The app waits for a finger"), words.T("This sensor is simulated."),
			kit.Twins(12, s.finger(words.T("Matching finger"), device.FingerMatch), s.finger(words.T("Wrong finger"), device.FingerNoMatch)),
			kit.Twins(12, s.finger(words.T("Too many tries"), device.FingerTooMany), s.finger(words.T("Finger removed"), device.FingerRemoved))))
	}
	if s.page != nil {
		parts = append(parts, s.pageCard(s.page))
	}
	if waits := words.AppWaits(s.on.Waits); waits != "" && !s.fingerWanted && s.page == nil {
		parts = append(parts, card(kit.Beside(10, kit.Icon(look.Bell, look.Accent), kit.Text(kit.Body, waits))))
	}
	s.wants.Objects = parts
}

func (s *side) finger(word string, finger device.Finger) *kit.Button {
	return kit.NewButton(kit.Plain, look.Finger, word, func() { s.panel.touch(s.hand, finger) })
}

// wanted is a card with what the app waits for.
func wanted(title, sentence string, parts ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.NewBanner(kit.KindAccent, title, words.T("{title}. {sentence}", "title", title, "sentence", sentence),
		append([]fyne.CanvasObject{kit.Text(kit.Body, sentence)}, parts...)...)
}
