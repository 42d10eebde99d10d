package gui

import (
	"image"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
)

// chooserScreen asks which of several codes is meant. The keys 1 to 9 choose.
func (d *desk) chooserScreen(f reading.Found, items []intake.Item, answer reply[intake.Item]) *screen {
	lines := words.WhichCode(len(items))
	choices := f.Choices(items, d.phone.Device.Profiles(), func(n int) { answer(items[n], nil) }, d.enlarge)
	cards, options, pick := make([]fyne.CanvasObject, len(items)), make([]string, len(items)), make([]func(), len(items))
	for n, c := range choices {
		cards[n], options[n], pick[n] = c.Card, c.Says, c.Choose.Press
	}
	if more := len(f.Codes) - len(items); more > 0 {
		lines = append(lines, words.AlsoFound(more))
	}
	s := d.choice(words.Page{Title: lines[0], Sentences: lines[1:]}, cards, options, pick, func() { answer(intake.Item{}, errBack()) })
	s.Focus = choices[0].Choose
	return s
}

// whichProfileScreen asks who is to answer. Where there are many, one is searched.
func (d *desk) whichProfileScreen(profiles []device.Profile, answer reply[device.Profile]) *screen {
	lines := words.WhichProfile()
	page := words.Page{Title: lines[0], Sentences: lines[1:]}
	leave := func() { answer(device.Profile{}, errBack()) }
	card := func(p device.Profile) fyne.CanvasObject {
		return kit.NewChoice(look.Person, p.Name(), p.Server.String(), func() { answer(p, nil) })
	}
	if list, search, _ := searched(profiles, kit.Columns(280, 4, 16), card); search != nil {
		page.Facts = []words.Fact{profileCount(profiles)}
		s := d.pageWith(page, list, action{Word: words.T("Back"), Icon: look.Back, Do: leave})
		s.Back, s.Closed = leave, leave
		s.Focus, s.Search = search, search
		return s
	}
	cards := make([]fyne.CanvasObject, len(profiles))
	options := make([]string, len(profiles))
	pick := make([]func(), len(profiles))
	for n, p := range profiles {
		options[n] = words.T("{profile}, {server}", "profile", p.Name(), "server", p.Server)
		pick[n] = func() { answer(p, nil) }
		cards[n] = card(p)
	}
	return d.choice(page, cards, options, pick, leave)
}

// choice is a screen of numbered things.
func (d *desk) choice(page words.Page, cards []fyne.CanvasObject, options []string, pick []func(), leave func()) *screen {
	s := d.pageWith(page, kit.Columns(280, 4, 16, cards...), action{Word: words.T("Back"), Icon: look.Back, Do: leave})
	s.Back, s.Closed = leave, leave
	s.Digits = pick
	s.Focus = firstFocus(cards[0])
	lines := page.Lines()
	for n, o := range options {
		lines = append(lines, words.T("{n}: {what}", "n", n+1, "what", o))
	}
	s.Told = func() []string { return lines }
	return s
}

// firstFocus finds the first thing in an object that can have the focus.
func firstFocus(o fyne.CanvasObject) fyne.Focusable {
	if f, ok := o.(fyne.Focusable); ok {
		return f
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, inner := range c.Objects {
			if f := firstFocus(inner); f != nil {
				return f
			}
		}
	}
	return nil
}

// enlarge shows a picture as large as the window; leaving comes back to where it
// was opened from.
func (d *desk) enlarge(picture image.Image) {
	before := d.frame.Current()
	back := func() { d.frame.BackTo(before) }
	large := kit.NewCodePicture(picture, words.T("Seen here"), back).Within(2000, 2000)
	s := &screen{
		Page:    words.Page{Title: words.T("Seen here"), Sentences: []string{words.T("The picture stays on this computer and is not kept.")}},
		Content: kit.Sheet(kit.Pad(22, 32, large), kit.Pad(16, 32, kit.Row(12, kit.NewButton(kit.Primary, look.Back, words.T("Back"), back)))),
		Focus:   large, Back: back, Over: true,
	}
	d.frame.Show(s)
}
