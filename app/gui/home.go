package gui

import (
	"slices"
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
	first := kit.NewButton(kit.Primary, look.Scan, words.T("Scan screen"), d.scanScreen).Large()
	camera := kit.NewButton(kit.Plain, look.Camera, words.T("Camera"), d.lookThroughCamera)
	image := kit.NewButton(kit.Plain, look.Image, words.T("Image"), d.openImage)
	paste := kit.NewButton(kit.Plain, look.Paste, words.T("Paste"), d.paste)
	scanRow := kit.Row(12, first)
	if !look.Current().Large() {
		scanRow.Add(kit.KeyHint(words.T("Ctrl + Shift + S"), ""))
	}
	scan := kit.Card(kit.Pad(24, 24, kit.Flow(16, 0,
		kit.Flow(4, 0,
			kit.Text(kit.Heading, words.T("Log in with a QR code")),
			kit.Text(kit.Muted, words.T("Open the login page in your browser, then scan it."))),
		scanRow,
		kit.Row(12, camera, image, paste),
		kit.Text(kit.Caption, words.T("You can also drop a picture anywhere in this window.")),
	)))
	parts := []fyne.CanvasObject{}
	s := &screen{
		Page:  words.Page{Title: words.T("Home")},
		Place: frame.Home,
		Focus: first,
		Back:  d.stop,
	}
	if d.site != "" {
		parts = append(parts, d.demoCard())
		s.Page.Sentences = append(s.Page.Sentences, words.T("The demo's website is at {address}.", "address", d.site))
	}
	offline := kit.NewBanner(kit.KindInfo, words.T("No network"), words.Offline(), kit.Text(kit.Body, words.Offline()))
	parts = append(parts, offline)
	if len(d.notice) > 0 {
		parts = append(parts, panel.Notice(kit.KindInfo, words.T("Since you were here last"), d.notice))
		s.Page.Sentences = append(s.Page.Sentences, d.notice...)
		d.notice = nil
	}
	waits := d.newWaitingPart(first)
	parts = append(parts, waits.box)
	s.Tick = waits.tick
	if len(waits.rows) > 0 {
		s.Focus = waits.rows[0].review
	}
	s.Told = func() []string {
		told := s.Page
		if d.offline() {
			told.Sentences = append([]string{words.T("No network."), words.Offline()}, told.Sentences...)
		}
		told.Sentences = append(waits.lines(), told.Sentences...)
		return told.Lines()
	}
	list, cards := d.profileList(s)
	s.News = func() {
		waits.draw()
		if offline.Hidden = !d.offline(); offline.Hidden && d.frame.Canvas().Focused() == fyne.Focusable(offline) {
			d.frame.Focus(first)
		}
		cards()
	}
	add := kit.NewButton(kit.Quiet, look.Add, words.T("Add profile"), func() { d.show(d.welcomeScreen()) })
	parts = append(parts, scan, kit.Row(12, kit.Text(kit.Sub, words.T("Profiles")).OneLine(), kit.Spring(), add), list)
	s.Content = kit.Sheet(kit.Pad(28, 32, kit.Flow(24, panel.PageWidth, parts...)), nil)
	s.Page.Actions = []string{words.T("Scan screen"), words.T("Camera"), words.T("Image"), words.T("Paste"), words.T("Add profile")}
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
		words.T("A server and a website run on this computer until you close this window. Open the website, choose Log in with a QR code, then choose Scan screen here."),
		words.T("The PIN of the demo's user is {pin}.", "pin", d.pin),
	}, kit.Text(kit.Address, site), kit.Row(0, open))
}

// profileList draws the profiles of the home screen; draw does so again, and leaves
// the focus where it is.
func (d *desk) profileList(s *screen) (list fyne.CanvasObject, draw func()) {
	profiles := d.phone.Device.Profiles()
	used := d.lastUse()
	cards := map[string][2]fyne.Focusable{}
	list, search, drawAll := searched(profiles, kit.Columns(320, 3, 16), func(p device.Profile) fyne.CanvasObject {
		card, todo := d.profileCard(p, used[p.ID])
		cards[p.ID] = [2]fyne.Focusable{card, card}
		if todo != nil {
			cards[p.ID] = [2]fyne.Focusable{card, todo}
		}
		return card
	})
	if search != nil {
		s.Search = search
	}
	s.Page.Facts = append(s.Page.Facts, profileCount(profiles))
	return list, func() {
		focused := d.frame.Canvas().Focused()
		for id, card := range cards {
			if i := slices.Index(card[:], focused); focused != nil && i >= 0 {
				defer func() { d.frame.Focus(cards[id][i]) }()
			}
		}
		drawAll()
	}
}

func profileCount(profiles []device.Profile) words.Fact {
	return words.Fact{Label: words.T("Profiles"), Value: words.N(len(profiles), "{n} profile", "{n} profiles")}
}

// searched draws a card for each profile, and lets them be searched where they are
// many; where they are few, search is nil. again draws them anew.
func searched(profiles []device.Profile, cards *fyne.Container, card func(device.Profile) fyne.CanvasObject) (list fyne.CanvasObject, search *kit.Entry, again func()) {
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
		return kit.Flow(16, 0, cards, more), nil, func() { draw("") }
	}
	search = kit.NewEntry(words.T("Search profiles"), words.T("Search profiles")).WithIcon(look.Search)
	search.OnChanged = draw
	return kit.Flow(16, 0, search, cards, more), search, func() { draw(search.Text) }
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

// profileCard is one profile: who, where, and what it can do now. todo is the
// button for that, nil where there is none.
func (d *desk) profileCard(p device.Profile, used time.Time) (card *kit.ListRow, todo *kit.Button) {
	state := d.stateOf(p, used)
	row := []fyne.CanvasObject{kit.NewChip(state.kind, state.sign, state.word)}
	if state.note != "" {
		row = append(row, kit.Text(kit.Caption, state.note).OneLine())
	}
	if state.todo.Do != nil {
		todo = kit.NewButton(kit.Plain, state.todo.Icon, state.todo.Word, state.todo.Do).Small().
			Named(words.T("{action}, {profile}, {server}", "action", state.todo.Word, "profile", p.Name(), "server", p.Server.Host()))
		row = append(row, kit.Spring(), todo)
	}
	name := words.T("{profile}, {server}, {state}", "profile", p.Name(), "server", p.Server, "state", state.word)
	return kit.NewListRow(name, kit.Flow(12, 0,
		kit.Beside(12, kit.Initial(p.Name(), 40), kit.Flow(0, 0, kit.Text(kit.Bold, p.Name()), kit.Text(kit.Muted, p.ServerName))),
		kit.Text(kit.Address, p.Server.String()),
		kit.Row(10, row...),
	), func() { d.show(d.profileScreen(p)) }).AsCard(), todo
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
