package gui

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
)

// action is something that can be done on a screen.
type action = panel.Action

// pageScreen shows what a page says, and what can be done.
func (d *desk) pageScreen(page words.Page, actions ...action) *screen {
	return d.pageWith(page, nil, actions...)
}

// pageWith is pageScreen with something between the sentences and the actions.
func (d *desk) pageWith(page words.Page, middle fyne.CanvasObject, actions ...action) *screen {
	return panel.New(page, d.goBack, middle, actions...)
}

// goBack leaves a screen: it ends the flow that waits for it, or shows the place
// where the person was.
func (d *desk) goBack() {
	if d.busy() {
		d.stop()
		return
	}
	d.goTo(d.at)
}

func (d *desk) backAction() action {
	return action{Word: words.T("Back"), Icon: look.Back, Do: d.goBack}
}

// otherWays are what remains when a code could not be read.
func (d *desk) otherWays() []action {
	return []action{
		{Word: words.T("Scan screen"), Icon: look.Scan, Do: d.scanScreen, Main: true},
		{Word: words.T("Camera"), Icon: look.Camera, Do: d.lookThroughCamera},
		{Word: words.T("Image"), Icon: look.Image, Do: d.openImage},
		{Word: words.T("Paste"), Icon: look.Paste, Do: d.paste},
		d.backAction(),
	}
}

// errorScreen says what happened, what it means and what to do next; what helps a
// developer is there, closed.
func (d *desk) errorScreen(err error, about words.About, again func()) *screen {
	title, sentences := words.Error(err, about)
	actions := []action{{Word: words.T("Done"), Main: true, Do: d.goBack}}
	if again != nil {
		actions = []action{{Word: words.T("Try again"), Main: true, Do: again}, d.backAction()}
	}
	return panel.Error(words.Page{Title: title, Sentences: sentences}, words.TechnicalDetails(err), d.goBack, d.frame.Copy, actions...)
}
