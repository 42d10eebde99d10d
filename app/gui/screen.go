package gui

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/words"
)

// screen is what the window shows.
type screen struct {
	page words.Page
	// lines are what a reader tells; nil stands for the page's own.
	lines   func() []string
	content fyne.CanvasObject
	focus   fyne.Focusable // has the focus when the screen comes
	search  fyne.Focusable // where Ctrl+F leads; nil: nowhere

	// place is the part of the navigation that the screen belongs to; "" is a
	// screen alone, without navigation.
	place place
	// step is the step of adding a profile, from 1; 0: none.
	step int
	// back is what Escape and closing do; nil leaves them to the window.
	back func()
	// asksBeforeClosing has back called in place of closing the window.
	asksBeforeClosing bool
	// keys are shortcuts of this screen: a letter with Alt.
	keys map[fyne.KeyName]func()
	// tick is called several times a second while the screen is shown, raised when
	// the window comes to the front.
	tick func(now time.Time)
	// waiting is called when requests at the servers come or go.
	waiting func()
	raised  func(now time.Time)
	// closed is called once, when another screen takes its place.
	closed func()
	// digits are what the keys 1 to 9 do.
	digits []func()
	// over is a screen that comes back to the one below it, which stays open.
	over bool
}

// Lines gives the screen line by line: what a reader tells when it comes.
func (s *screen) Lines() []string {
	if s.lines != nil {
		return s.lines()
	}
	return s.page.Lines()
}

// place is one of the window's main parts.
type place string

const (
	atHome     place = "home"
	atHistory  place = "history"
	atSettings place = "settings"
)
