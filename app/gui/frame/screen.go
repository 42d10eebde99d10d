// Package frame is the window around a screen: navigation or steps beside it,
// shortcuts, dropped files, closing, the fade from one screen to the next. It knows
// screens, and nothing of what they are about.
package frame

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/words"
)

// Screen is what the window shows.
type Screen struct {
	Page words.Page
	// Told are the lines that a reader tells; nil stands for the page's own.
	Told    func() []string
	Content fyne.CanvasObject
	Focus   fyne.Focusable // has the focus when the screen comes
	Search  fyne.Focusable // where Ctrl+F leads; nil: nowhere

	// Place is the part of the navigation that the screen belongs to; "" is a
	// screen alone, without navigation.
	Place Place
	// Step is the step of adding a profile, from 1; 0: none.
	Step int
	// Over is a screen that comes back to the one below it, which stays open.
	Over bool

	// Back is what Escape does; nil: nothing.
	Back func()
	// AsksBeforeClosing has Back called in place of closing the window.
	AsksBeforeClosing bool
	// Keys are shortcuts of this screen: A and D with Alt.
	Keys map[fyne.KeyName]func()
	// Digits are what the keys 1 to 9 do.
	Digits []func()

	// Tick is called several times a second while the screen shows the time, Raised
	// when the window comes to the front, or the screen over this one goes.
	Tick, Raised func(now time.Time)
	// News is called when the screen comes, and when requests at the servers or the
	// servers themselves come or go.
	News func()
	// Closed is called once, when another screen takes its place.
	Closed func()
}

// Lines gives the screen line by line: what a reader tells when it comes.
func (s *Screen) Lines() []string {
	if s.Told != nil {
		return s.Told()
	}
	return s.Page.Lines()
}

// Place is one of the window's main parts.
type Place string

// The places.
const (
	Home     Place = "home"
	History  Place = "history"
	Settings Place = "settings"
)

// Steps is how many steps adding a profile has.
const Steps = 4

// steps are their names.
func steps() [Steps]string {
	return [Steps]string{words.T("Choose a server"), words.T("Register"), words.T("Create a PIN"), words.T("Enroll")}
}

// StepOf is the line over the title of a step, from 1.
func StepOf(n int) string { return words.T("Step {n} of {most}", "n", n, "most", Steps) }
