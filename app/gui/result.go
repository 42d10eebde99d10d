package gui

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// resultScreen tells what became of an answer. It stays until it is closed.
func (d *desk) resultScreen(result mobileauth.Result) *screen {
	title, sentences := words.Result(result)
	page := words.Page{Title: title, Sentences: sentences}
	done := action{Word: words.T("Done"), Main: true, Do: d.goBack}
	if result.State == wire.StateAccepted {
		return d.pageWith(page, sign(look.Check, look.OK), done, action{Word: words.T("Was this a mistake?"), Do: d.mistake})
	}
	page.Sentences = []string{words.NobodyLoggedIn(result.Request)}
	r := result.Request
	if before, err := d.phone.Journal.Before(d.ctx, r.Profile.ID, r.Portal, d.now()); err == nil && !before.QuietUntil.IsZero() {
		page.Sentences = append(page.Sentences, words.Quiet(r.Portal))
	}
	page.Sentences = append(page.Sentences, words.T("Did you expect this request?"))
	if result.NotRecorded != nil {
		page.Sentences = append(page.Sentences, words.NotRecorded())
	}
	return d.pageWith(page, nil,
		action{Word: words.T("I did not ask for it"), Do: func() { d.notMine(result.Request) }},
		action{Word: words.T("I pressed the wrong button"), Do: d.wrongButton}, done)
}

func sign(i look.Icon, c fyne.ThemeColorName) fyne.CanvasObject {
	return kit.Row(0, kit.Icon(i, c).Sized(40))
}

// mistake says what helps somebody who accepted what they should not have.
func (d *desk) mistake() {
	d.show(d.pageScreen(words.Page{
		Title: words.T("If accepting was a mistake"),
		Sentences: []string{
			words.T("Log out on the page and change your password there."),
			words.T("Understudy cannot take an answer back."),
		},
	}, action{Word: words.T("Done"), Main: true, Do: d.goBack}))
}

// notMine is for somebody who was asked for something that they did not start.
func (d *desk) notMine(r mobileauth.Request) {
	d.show(d.pageScreen(words.Page{
		Title: words.T("You denied a request of somebody else"),
		Sentences: []string{
			words.T("If it happens again with {portal}, someone may know your password: change it.", "portal", r.Portal),
		},
	}, action{Word: words.T("Done"), Main: true, Do: d.goBack}))
}

func (d *desk) wrongButton() {
	d.show(d.pageScreen(words.Page{
		Title:     words.T("Get a new code on the page"),
		Sentences: []string{words.T("A request is answered once. Get a new code on the page, then read it here.")},
	}, d.otherWays()...))
}
