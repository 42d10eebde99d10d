package gui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/core/wire"
)

// A key that was pressed for something else and is still held answers nothing, in
// the first second or later, wherever the focus goes meanwhile.
func TestHeldKeysAnswerNothing(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	state := p.asked("x")
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.keys().hold(fyne.KeyReturn, 2) // and never let go
	p.looks(loginQuestion)
	repeats := func(k fyne.KeyName) {
		for range 30 {
			p.clock.Move(50 * time.Millisecond)
			p.keys().typed(&fyne.KeyEvent{Name: k})
			p.settles()
		}
	}
	repeats(fyne.KeyReturn)
	p.unanswered(state, "Return on the facts")
	for _, button := range []string{"Deny", "Accept"} {
		p.tabTo(button)
		repeats(fyne.KeyReturn)
		repeats(fyne.KeySpace)
		p.unanswered(state, "held keys on "+button)
	}
	for range 60 { // repeats of shortcuts are none that a widget could tell
		p.clock.Move(50 * time.Millisecond)
		p.w.frame.Look(p.clock.Now())
	}
	p.press(fyne.KeyReturn)
	p.looks("Accepted")
	if got := state(); got != wire.StateAccepted {
		t.Errorf("the request is %s", got)
	}
}

// A shortcut that is held since before the question came stays without effect
// until it was let go for a second.
func TestHeldShortcutsAnswerNothing(t *testing.T) {
	for key, want := range map[fyne.KeyName]wire.State{fyne.KeyA: wire.StateAccepted, fyne.KeyD: wire.StateDenied} {
		t.Run(string(key), func(t *testing.T) {
			p := sit(t)
			state := p.question()
			for range 50 {
				p.clock.Move(50 * time.Millisecond)
				p.alt(key)
			}
			p.unanswered(state, "held for two seconds and a half")
			p.readable()
			p.alt(key)
			p.waits("the answer", func() bool { return state() == want })
		})
	}
}

// The first second counts from each time that the window comes to the front.
func TestRaisedWindowAnswersNothing(t *testing.T) {
	p := sit(t)
	state := p.question()
	p.readable()
	p.tabTo("Accept")
	p.app.raise()
	p.press(fyne.KeySpace)
	p.unanswered(state, "right after the window was raised")
	p.clock.Move(900 * time.Millisecond)
	p.alt(fyne.KeyA)
	p.unanswered(state, "a moment later")
	p.readable()
	p.press(fyne.KeySpace)
	p.looks("Accepted")
}

// Coming back from the picture, or from the question whether to leave, begins a new
// first second as well.
func TestComingBackAnswersNothing(t *testing.T) {
	p := sit(t)
	state := p.question()
	p.readable()
	p.press(fyne.KeyEscape)
	p.alt(fyne.KeyA)
	p.unanswered(state, "while it is asked whether to leave")
	p.press(fyne.KeyReturn) // goes back to the request
	p.alt(fyne.KeyA)
	p.unanswered(state, "after going back to the request")
	p.readable()
	p.tabTo("Seen here")
	p.press(fyne.KeyReturn)
	p.looks("Seen here")
	p.alt(fyne.KeyA)
	p.alt(fyne.KeyD)
	p.unanswered(state, "over the picture")
	p.press(fyne.KeyEscape)
	p.looks(loginQuestion)
	p.alt(fyne.KeyA)
	p.unanswered(state, "after the picture")
	p.readable()
	p.alt(fyne.KeyD)
	p.looks("Denied")
}

// Closing answers nothing: it asks, and asked again goes back to the request.
func TestClosingAnswersNothing(t *testing.T) {
	p := sit(t)
	state := p.question()
	p.readable()
	for range 3 {
		p.w.frame.CloseWanted()
		p.unanswered(state, "closing")
	}
	if got := p.focused(); got != "Go back to the request" {
		t.Errorf("the focus is on %q", got)
	}
	p.chooses("Go back to the request")
	p.tabTo("Seen here")
	p.press(fyne.KeyReturn)
	p.looks("Seen here")
	p.w.frame.CloseWanted()
	if got := p.focused(); got != "Go back to the request" {
		t.Errorf("after closing over the picture the focus is on %q", got)
	}
	p.chooses("Leave unanswered")
	p.looks("Home")
	p.unanswered(state, "left")
}

// A lock leaves the request unanswered, and nothing of it is in sight.
func TestLockLeavesTheQuestion(t *testing.T) {
	p := sit(t)
	state := p.question()
	p.readable()
	p.ctrl(fyne.KeyL)
	p.looks("Locked")
	p.alt(fyne.KeyA)
	p.waits("the flow to end", func() bool { return !p.w.busy() })
	p.looks("Locked")
	p.alt(fyne.KeyA)
	p.unanswered(state, "locked")
}
