//go:build linux

package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// pushed starts a request that takes the PIN and brings the person to its
// question.
func pushed(t *testing.T, w *world) (p *person, state func() wire.State) {
	t.Helper()
	_, id := w.bed.Start("Pay 100 euros", "type", tokenserver.DemoPushPIN, "user_id", "anna")
	p = w.sit("respond", "--pending")
	p.sees("PIN for Anna Example: ")
	p.types(testPIN + "\n")
	p.sees("Accept this request from Demo portal?\n", "The PIN is needed to accept, not to deny.\n", "details or later: ")
	return p, func() wire.State { return w.bed.State(id) }
}

func TestPINOfARequestOnATerminal(t *testing.T) {
	p, state := pushed(t, registered(t))
	p.settles()
	p.types("accept\n")
	p.sees("An empty line goes back to the request.", "PIN for Anna Example: ")
	if p.echoes() {
		t.Error("the prompt stands there while what is typed is shown")
	}
	p.types("11111\n")
	p.sees("This PIN is not right.\n2 tries left.\n", "PIN for Anna Example: ")
	p.types("\n")
	p.sees("Accept this request from Demo portal?\n", "details or later: ")
	if !p.echoes() {
		t.Error("what is typed for an answer is not shown")
	}
	wantState(t, state, wire.StateClaimed)
	p.settles()
	p.types("accept\n")
	p.sees("2 tries left.\n", "PIN for Anna Example: ")
	p.types(testPIN + "\n")
	p.sees("Accepted.\n")
	p.ends(0)
	wantState(t, state, wire.StateAccepted)
	if strings.Contains(p.all(), testPIN) || strings.Contains(p.all(), "11111") {
		t.Errorf("a PIN was shown:\n%s", p.all())
	}
}

func TestDenyTakesNoPINOnATerminal(t *testing.T) {
	p, state := pushed(t, registered(t))
	p.settles()
	p.types("deny\n")
	p.sees("Denied.\n")
	p.ends(3)
	wantState(t, state, wire.StateDenied)
}

// The request runs out while the person types the PIN.
func TestRunsOutAtThePIN(t *testing.T) {
	w := registered(t)
	p, state := pushed(t, w)
	p.settles()
	p.types("accept\n")
	p.sees("PIN for Anna Example: ")
	w.bed.Clock.Move(3 * time.Minute)
	p.sees("This request ran out.\n", "Start again on the page.\n")
	p.ends(4)
	wantState(t, state, wire.StateExpired)
	if !p.echoes() {
		t.Error("the terminal is left without echo")
	}
}

// The server goes away between the PIN and its answer.
func TestServerDownAfterThePIN(t *testing.T) {
	w := registered(t)
	p, state := pushed(t, w)
	p.settles()
	p.types("accept\n")
	p.sees("PIN for Anna Example: ")
	w.bed.Down(true)
	p.types(testPIN + "\n")
	p.sees("The server does not answer.\n", "Your answer is kept and was not sent yet.")
	w.bed.Down(false)
	p.sees("Accepted.\n")
	p.ends(0)
	wantState(t, state, wire.StateAccepted)
}
