// Package panel makes the screens that are words with buttons below them, as most
// states of the program are.
package panel

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Widths of what a screen holds, in pixels at 100 % text (LOOK 2): one column of
// words, or a whole page.
const (
	ColumnWidth = 656
	PageWidth   = 1080
)

// Action is something that can be done on a screen.
type Action struct {
	Word string
	Icon look.Icon
	Main bool // the one filled button, and the first focus
	Do   func()
}

// Button draws an action.
func (a Action) Button() *kit.Button {
	kind := kit.Plain
	if a.Main {
		kind = kit.Primary
	}
	return kit.NewButton(kind, a.Icon, a.Word, a.Do)
}

// New shows what a page says, something between its sentences and its actions
// (nil: nothing), and what can be done. Without a main action the last one, which
// leads back, has the focus.
func New(page words.Page, back func(), middle fyne.CanvasObject, actions ...Action) *frame.Screen {
	s := &frame.Screen{Page: page, Back: back}
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
		b := a.Button()
		buttons = append(buttons, b)
		s.Page.Actions = append(s.Page.Actions, a.Word)
		if !hasMain || a.Main {
			s.Focus = b
		}
		hasMain = hasMain || a.Main
	}
	s.Content = kit.Sheet(
		kit.Pad(22, 32, kit.Flow(24, ColumnWidth, parts...)),
		kit.Pad(16, 32, kit.Flow(8, ColumnWidth, kit.Row(12, buttons...))),
	)
	return s
}

// Error is New with what helps a developer, closed at first; copied puts it into
// the clipboard.
func Error(page words.Page, details string, back func(), copied func(string), actions ...Action) *frame.Screen {
	text := kit.Text(kit.Caption, details)
	text.Hide()
	var s *frame.Screen
	var open *kit.Button
	open = kit.NewButton(kit.Quiet, look.InfoSign, words.T("Technical details"), func() {
		if text.Visible() {
			copied(details)
			return
		}
		text.Show()
		open.SetIcon(look.Copy)
		open.SetWord(words.T("Copy the details"))
		s.Content.Refresh() // makes room
	}).Small()
	s = New(page, back, kit.Flow(8, 0, kit.Row(0, open), text), actions...)
	s.Told = func() []string {
		if text.Visible() {
			return append(s.Page.Lines(), details)
		}
		return s.Page.Lines()
	}
	return s
}

// Notice is a banner that says sentences, and holds what belongs to them.
func Notice(kind kit.Kind, title string, sentences []string, more ...fyne.CanvasObject) *kit.Banner {
	reading := words.T("{title}. {sentences}", "title", title, "sentences", facts.Joined(sentences))
	return kit.NewBanner(kind, title, reading, append([]fyne.CanvasObject{kit.Text(kit.Body, facts.Joined(sentences))}, more...)...)
}
