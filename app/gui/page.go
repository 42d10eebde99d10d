package gui

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Widths of columns, in pixels at 100 % text (LOOK 2).
const (
	columnWidth = 656
	pageWidth   = 1080
	cardWidth   = 480
)

// action is something that can be done on a screen.
type action struct {
	word string
	icon look.Icon
	main bool // the one filled button, and the first focus
	do   func()
}

// button draws an action.
func (a action) button() *kit.Button {
	kind := kit.Plain
	if a.main {
		kind = kit.Primary
	}
	return kit.NewButton(kind, a.icon, a.word, a.do)
}

// pageScreen shows what a page says, and what can be done. Most states of the
// program are no more than that.
func (d *desk) pageScreen(page words.Page, actions ...action) *screen {
	return d.pageWith(page, nil, actions...)
}

// pageWith is pageScreen with something between the sentences and the actions.
func (d *desk) pageWith(page words.Page, middle fyne.CanvasObject, actions ...action) *screen {
	s := &screen{Page: page, Back: d.goBack}
	for n := 1; n <= frame.Steps; n++ {
		if page.Above == frame.StepOf(n) {
			s.Step = n
		}
	}
	var head []fyne.CanvasObject
	if page.Above != "" {
		head = append(head, kit.Text(kit.Caption, page.Above))
	}
	head = append(head, kit.Text(kit.Title, page.Title))
	for _, sentence := range page.Sentences {
		head = append(head, kit.Text(kit.Body, sentence))
	}
	parts := []fyne.CanvasObject{kit.Flow(8, 0, head...)}
	for _, f := range page.Facts {
		parts = append(parts, kit.Pair(facts.LabelWidth, facts.LeastValue, kit.Text(kit.Muted, f.Label), kit.Text(kit.Body, f.Value)))
	}
	if middle != nil {
		parts = append(parts, middle)
	}
	var buttons []fyne.CanvasObject
	hasMain := false
	for _, a := range actions {
		b := a.button()
		buttons = append(buttons, b)
		s.Page.Actions = append(s.Page.Actions, a.word)
		if !hasMain || a.main { // without a main one the last, which leads back
			s.Focus = b
		}
		hasMain = hasMain || a.main
	}
	s.Content = column(kit.Flow(24, columnWidth, parts...), kit.Flow(8, columnWidth, kit.Row(12, buttons...)))
	return s
}

// column puts content and foot into the middle of the window, with air around.
func column(content, foot fyne.CanvasObject) fyne.CanvasObject {
	return kit.Sheet(kit.Pad(22, 32, content), kit.Pad(16, 32, foot))
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
	return action{word: words.T("Back"), icon: look.Back, do: d.goBack}
}

// otherWays are what remains when a code could not be read.
func (d *desk) otherWays() []action {
	return []action{
		{word: words.T("Image"), icon: look.Image, do: d.openImage, main: true},
		{word: words.T("Paste"), icon: look.Paste, do: d.paste},
		d.backAction(),
	}
}

// errorScreen says what happened, what it means and what to do next; what helps a
// developer is there, closed.
func (d *desk) errorScreen(err error, about words.About, again func()) *screen {
	title, sentences := words.Error(err, about)
	details := words.TechnicalDetails(err)
	actions := []action{{word: words.T("Done"), main: true, do: d.goBack}}
	if again != nil {
		actions = []action{{word: words.T("Try again"), main: true, do: again}, d.backAction()}
	}
	text := kit.Text(kit.Caption, details)
	text.Hide()
	var s *screen
	var open *kit.Button
	open = kit.NewButton(kit.Quiet, look.InfoSign, words.T("Technical details"), func() {
		if text.Visible() {
			d.frame.Copy(details)
			return
		}
		text.Show()
		open.SetIcon(look.Copy)
		open.SetWord(words.T("Copy the details"))
		s.Content.Refresh() // makes room
	}).Small()
	s = d.pageWith(words.Page{Title: title, Sentences: sentences}, kit.Flow(8, 0, kit.Row(0, open), text), actions...)
	s.Told = func() []string {
		if text.Visible() {
			return append(s.Page.Lines(), details)
		}
		return s.Page.Lines()
	}
	return s
}

// notice is a banner that says sentences, and holds what belongs to them.
func notice(kind kit.Kind, title string, sentences []string, more ...fyne.CanvasObject) *kit.Banner {
	reading := words.T("{title}. {sentences}", "title", title, "sentences", facts.Joined(sentences))
	return kit.NewBanner(kind, title, reading, append([]fyne.CanvasObject{kit.Text(kit.Body, facts.Joined(sentences))}, more...)...)
}
