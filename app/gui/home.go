package gui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/wire"
)

// searchFrom is from how many profiles on they can be searched; cardsAtOnce how
// many are drawn: nobody reads a thousand cards.
const (
	searchFrom  = 7
	cardsAtOnce = 24
)

// homeScreen is where everything begins.
func (d *desk) homeScreen() *screen {
	image := kit.NewButton(kit.Primary, look.Image, words.T("Image"), d.openImage).Large()
	paste := kit.NewButton(kit.Plain, look.Paste, words.T("Paste"), d.paste).Large()
	scan := kit.Card(kit.Pad(24, 24, kit.Flow(16, 0,
		kit.Flow(4, 0,
			kit.Text(kit.Heading, words.T("Log in with a QR code")),
			kit.Text(kit.Muted, words.T("Take a picture of the login page, or copy the code there, then bring it here."))),
		kit.Row(12, image, paste),
		kit.Text(kit.Caption, words.T("You can also drop a picture anywhere in this window.")),
	)))
	parts := []fyne.CanvasObject{}
	s := &screen{
		Page:  words.Page{Title: words.T("Home")},
		Place: frame.Home,
		Focus: image,
		Back:  d.stop,
	}
	if d.site != "" {
		parts = append(parts, d.demoCard())
		s.Page.Sentences = append(s.Page.Sentences, words.T("The demo's website is at {address}.", "address", d.site))
	}
	if d.offline() {
		text := words.T("Codes can be read, but not answered.")
		parts = append(parts, kit.NewBanner(kit.KindInfo, words.T("No network"), text, kit.Text(kit.Body, text)))
		s.Page.Sentences = append(s.Page.Sentences, words.T("No network. Codes can be read, but not answered."))
	}
	if len(d.notice) > 0 {
		parts = append(parts, panel.Notice(kit.KindInfo, words.T("Since you were here last"), d.notice))
		s.Page.Sentences = append(s.Page.Sentences, d.notice...)
		d.notice = nil
	}
	waits := d.newWaitingPart(image)
	parts = append(parts, waits.box)
	s.Waiting, s.Tick = waits.draw, waits.tick
	if len(waits.rows) > 0 {
		s.Focus = waits.rows[0].review
	}
	s.Told = func() []string {
		told := s.Page
		told.Sentences = append(waits.lines(), told.Sentences...)
		return told.Lines()
	}
	list := d.profileList(s)
	add := kit.NewButton(kit.Quiet, look.Add, words.T("Add profile"), func() { d.show(d.welcomeScreen()) })
	parts = append(parts, scan, kit.Row(12, kit.Text(kit.Sub, words.T("Profiles")).OneLine(), kit.Spring(), add), list)
	s.Content = kit.Sheet(kit.Pad(28, 32, kit.Flow(24, panel.PageWidth, parts...)), nil)
	s.Page.Actions = []string{words.T("Image"), words.T("Paste"), words.T("Add profile")}
	return s
}

// offline reports whether this computer was found to have no network.
func (d *desk) offline() bool {
	for _, t := range d.cards {
		if t.code == wire.CodeNoNetwork {
			return true
		}
	}
	return false
}

// demoCard leads to the demo's website.
func (d *desk) demoCard() fyne.CanvasObject {
	site := d.site
	open := kit.NewButton(kit.Plain, look.Link, words.T("Open the website"), func() {
		if d.opt.OpenBrowser(d.ctx, site) != nil {
			d.frame.Copy(site)
		}
	})
	return panel.Notice(kit.KindInfo, words.T("This is the demo"), []string{
		words.T("A server and a website run on this computer until you close this window. Open the website, choose Log in with a QR code, and copy the code there."),
		words.T("The PIN of the demo's user is {pin}.", "pin", d.pin),
	}, kit.Text(kit.Address, site), kit.Row(0, open))
}

// profileList draws the profiles of the home screen.
func (d *desk) profileList(s *screen) fyne.CanvasObject {
	profiles := d.phone.Device.Profiles()
	used := d.lastUse()
	list, search := searched(profiles, kit.Columns(320, 3, 16), func(p device.Profile) fyne.CanvasObject { return d.profileCard(p, used[p.ID]) })
	if search != nil {
		s.Search = search
	}
	s.Page.Facts = append(s.Page.Facts, profileCount(profiles))
	return list
}

func profileCount(profiles []device.Profile) words.Fact {
	return words.Fact{Label: words.T("Profiles"), Value: words.N(len(profiles), "{n} profile", "{n} profiles")}
}

// searched draws a card for each profile, and lets them be searched where they are
// many; where they are few, search is nil.
func searched(profiles []device.Profile, cards *fyne.Container, card func(device.Profile) fyne.CanvasObject) (list fyne.CanvasObject, search *kit.Entry) {
	more := kit.Text(kit.Muted, "")
	draw := func(text string) {
		var objects []fyne.CanvasObject
		found := 0
		for _, p := range profiles {
			if !matches(p, text) {
				continue
			}
			if found++; found <= cardsAtOnce {
				objects = append(objects, card(p))
			}
		}
		more.SetText(listEnd(found, len(profiles), text))
		more.Hidden = found <= cardsAtOnce && found > 0
		cards.Objects = objects
		cards.Refresh()
	}
	draw("")
	if len(profiles) < searchFrom {
		return kit.Flow(16, 0, cards, more), nil
	}
	search = kit.NewEntry(words.T("Search profiles"), words.T("Search profiles")).WithIcon(look.Search)
	search.OnChanged = draw
	return kit.Flow(16, 0, search, cards, more), search
}

func listEnd(found, all int, search string) string {
	if found == 0 {
		return words.T("No profile matches '{search}'.", "search", search)
	}
	return words.T("{n} of {all} profiles are shown. Search for the others.", "n", min(found, cardsAtOnce), "all", all)
}

func matches(p device.Profile, search string) bool {
	search = strings.ToLower(strings.TrimSpace(search))
	for _, text := range []string{p.Name(), p.ServerName, p.Server.String(), p.ID} {
		if strings.Contains(strings.ToLower(text), search) {
			return true
		}
	}
	return false
}

// profileCard is one profile: who, where, and what it can do now.
func (d *desk) profileCard(p device.Profile, used time.Time) fyne.CanvasObject {
	state := d.stateOf(p, used)
	row := []fyne.CanvasObject{kit.NewChip(state.kind, state.sign, state.word)}
	if state.note != "" {
		row = append(row, kit.Text(kit.Caption, state.note).OneLine())
	}
	if state.todo.Do != nil {
		row = append(row, kit.Spring(), kit.NewButton(kit.Plain, state.todo.Icon, state.todo.Word, state.todo.Do).Small().
			Named(words.T("{action}, {profile}, {server}", "action", state.todo.Word, "profile", p.Name(), "server", p.Server.Host())))
	}
	name := words.T("{profile}, {server}, {state}", "profile", p.Name(), "server", p.Server, "state", state.word)
	return kit.NewListRow(name, kit.Flow(12, 0,
		kit.Beside(12, kit.Initial(p.Name(), 40), kit.Flow(0, 0, kit.Text(kit.Bold, p.Name()), kit.Text(kit.Muted, p.ServerName))),
		kit.Text(kit.Address, p.Server.String()),
		kit.Row(10, row...),
	), func() { d.show(d.profileScreen(p)) }).AsCard()
}

// lastUse is when each profile last answered.
func (d *desk) lastUse() map[string]time.Time {
	used := map[string]time.Time{}
	entries, err := d.phone.Journal.Entries(d.ctx, journal.Filter{Limit: 2000})
	if err != nil {
		return used // the history says so itself
	}
	for _, e := range entries {
		if _, ok := used[e.ProfileID]; !ok {
			used[e.ProfileID] = e.At
		}
	}
	return used
}
