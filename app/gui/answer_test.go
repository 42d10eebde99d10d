package gui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/core/wire"
)

const loginQuestion = "Log in to Demo portal?"

// question has a request of Anna's put, and gives its state.
func (p *person) question() (state func() wire.State) {
	p.t.Helper()
	p.registered(true)
	p.start()
	state = p.asked("Log in to My Example Bank")
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks(loginQuestion)
	return state
}

// unanswered checks that nothing was answered.
func (p *person) unanswered(state func() wire.State, after string) {
	p.t.Helper()
	p.settles()
	if got := state(); got != wire.StateClaimed {
		p.t.Fatalf("%s: the request is %s", after, got)
	}
}

// A dropped picture, the PIN, the question and the answer, by the keyboard alone.
func TestAcceptByKeyboard(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	p.looks("Home")
	state := p.asked("Log in to My Example Bank")
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	s := p.looks("Log in to Demo portal?")
	if s.Lines()[0] != "Login request, dropped on the window." {
		t.Errorf("a reader tells %q", s.Lines())
	}
	p.press(fyne.KeyReturn) // on the facts: answers nothing
	p.readable()
	p.press(fyne.KeyReturn)
	p.settles()
	if got := state(); got != wire.StateClaimed {
		t.Fatalf("Return on the facts has answered: %s", got)
	}
	p.chooses("Accept")
	p.looks("Accepted")
	if got := state(); got != wire.StateAccepted {
		t.Errorf("the request is %s", got)
	}
	p.chooses("Done")
	p.looks("Home")
}

func TestDenyFromAnywhere(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	state := p.asked("x")
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks("Log in to Demo portal?")
	p.alt(fyne.KeyD) // within the first second: meant for something else
	p.settles()
	if got := state(); got != wire.StateClaimed {
		t.Fatalf("an answer in the first second counted: %s", got)
	}
	p.readable()
	p.alt(fyne.KeyD)
	p.looks("Denied")
	if got := state(); got != wire.StateDenied {
		t.Errorf("the request is %s", got)
	}
}

// Escape and closing leave the request unanswered, after a question.
func TestLeavingAnswersNothing(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	state := p.asked("x")
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks("Log in to Demo portal?")
	p.readable()
	p.press(fyne.KeyEscape)
	if p.focused() != "Go back to the request" {
		t.Errorf("the focus is on %q", p.focused())
	}
	p.press(fyne.KeySpace)
	p.w.frame.CloseWanted()
	p.chooses("Leave unanswered")
	p.looks("Home")
	if got := state(); got != wire.StateClaimed {
		t.Errorf("the request is %s", got)
	}
}

// What runs out while it is read stays to be read, and says so.
func TestRunsOutWhileOpen(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	p.asked("x")
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks("Log in to Demo portal?")
	p.clock.Move(10 * time.Minute)
	p.looks("This request ran out")
	p.chooses("Done")
	p.looks("Home")
}

// notThrough gives an answer that the server does not get.
func (p *person) notThrough() (state func() wire.State) {
	p.t.Helper()
	state = p.question()
	p.readable()
	p.bed.Down(true)
	p.chooses("Accept")
	p.waits("what becomes of the answer", func() bool {
		return strings.Contains(strings.Join(p.now().Lines(), " "), "The server does not answer. Your answer is kept")
	})
	return state
}

// An answer that did not get through is kept, told, and sent by the next login.
func TestAnswerWithoutServer(t *testing.T) {
	p := sit(t)
	state := p.notThrough()
	p.press(fyne.KeyEscape)
	p.looks("Your answer was not sent yet")
	p.press(fyne.KeyReturn)
	p.looks("Home")
	p.bed.Down(false)
	p.unanswered(state, "without a server")
	p.ctrl(fyne.KeyL)
	p.looks("Locked")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks("Home")
	if got := state(); got != wire.StateAccepted {
		t.Errorf("the request is %s", got)
	}
	if notice := p.named("Since you were here last. "); len(notice) != 1 {
		t.Errorf("%q", p.now().Lines())
	}
}

// However a flow ends, nothing takes the place of the lock.
func TestLockWhileSending(t *testing.T) {
	p := sit(t)
	p.notThrough()
	p.ctrl(fyne.KeyL)
	p.looks("Locked")
	p.waits("the flow to end", func() bool { return !p.w.busy() })
	if got := p.now().Page.Title; got != "Locked" {
		t.Errorf("the window shows %q", got)
	}
}

// The demo starts by the keyboard, and what it comes to is told.
func TestTryTheDemo(t *testing.T) {
	p := sit(t)
	var trouble error = wire.Errorf(wire.CodeIO, "no port is free")
	p.edit = func(o *Options) {
		o.Demo = func(context.Context) (*Demo, error) {
			opened, err := p.openPhone()
			return &Demo{Phone: opened, Site: "http://127.0.0.1:8701", PIN: testPIN}, errors.Join(trouble, err)
		}
	}
	p.start()
	p.looks("Welcome. Whom do you want to log in with?")
	demo := "Try it with the demo. Starts a server and a website on this computer. Nothing leaves it."
	p.chooses(demo)
	p.waits("the error", func() bool { return p.now().Step == 0 })
	trouble = nil
	p.chooses("Try again")
	p.looks("Home")
	p.chooses("Open the website")
	if got := p.opens.Load(); got != 1 {
		t.Errorf("%d pages were opened", got)
	}
}

// A window that is closed logs everybody out and ends the demo that it started.
func TestClosing(t *testing.T) {
	p := unlocked(t)
	ended := false
	p.w.end = append(p.w.end, func() { ended = true })
	p.w.closed()
	if p.w.anybodyLoggedIn() || !ended {
		t.Errorf("logged in: %v, demo ended: %v", p.w.anybodyLoggedIn(), ended)
	}
}
