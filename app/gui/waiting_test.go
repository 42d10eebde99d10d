package gui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// unlocked is a window whose profile is logged in.
func unlocked(t *testing.T) *person {
	t.Helper()
	p := sit(t)
	p.registered(true)
	p.start()
	p.looks("Home")
	p.chooses("Unlock, Anna Example, " + p.bed.Origin.Host())
	p.looks("PIN for Anna Example")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks("Home")
	return p
}

// pushed starts a request that the server sends to the user's devices, and waits
// until the window shows it.
func (p *person) pushed(kind, message string) (state func() wire.State) {
	p.t.Helper()
	_, id := p.bed.Start(message, "type", kind, "user_id", p.bed.Config.Users[0].ID)
	p.w.watcher.Poke()
	p.waits("the request that waits", func() bool { return len(p.w.waiting) > 0 })
	return func() wire.State { return p.bed.State(id) }
}

// A request that comes by itself is shown at home, asked for with care, and
// answered once the box is ticked.
func TestWaitingRequest(t *testing.T) {
	p := unlocked(t)
	state := p.pushed(tokenserver.DemoPush, "Log in to My Example Bank")
	p.chooses("Review, Demo portal")
	s := p.looks("Log in to Demo portal?")
	if s.Lines()[0] != "Login request, sent by the server. You did not scan anything." {
		t.Errorf("a reader tells %q", s.Lines())
	}
	p.readable()
	p.alt(fyne.KeyA)
	p.settles()
	if got := state(); got != wire.StateClaimed {
		t.Fatalf("accepted without the box: %s", got)
	}
	p.chooses("I started this myself, just now, check box, not ticked")
	p.chooses("Accept")
	p.looks("Accepted")
	if got := state(); got != wire.StateAccepted {
		t.Errorf("the request is %s", got)
	}
	p.waits("the request to be gone", func() bool { return len(p.w.waiting) == 0 })
}

// Accepting takes the PIN where the request says so; a wrong one is told with the
// tries that are left, and denying takes none.
func TestWaitingRequestWithPIN(t *testing.T) {
	p := unlocked(t)
	state := p.pushed(tokenserver.DemoPushPIN, "Transfer 25.00 EUR to Bob")
	p.chooses("Review, Demo portal")
	title := "Accept this request from Demo portal?"
	p.looks(title)
	p.readable()
	p.tabTo("Accept, not available. Enter the PIN first.")
	p.tabTo("PIN for Anna Example, 5 digits, empty")
	p.types("11118")
	first := p.now()
	p.chooses("Accept")
	p.waits("the question to be put again", func() bool { return p.now() != first && p.now().Page.Title == title })
	p.tabTo("PIN for Anna Example, 5 digits, empty")
	p.types(testPIN)
	p.readable()
	p.chooses("Accept")
	p.looks("Accepted")
	if got := state(); got != wire.StateAccepted {
		t.Errorf("the request is %s", got)
	}
}

// What runs out by itself disappears.
func TestWaitingRequestRunsOut(t *testing.T) {
	p := unlocked(t)
	p.pushed(tokenserver.DemoPush, "x")
	p.tabTo("Review, Demo portal")
	p.clock.Move(10 * time.Minute)
	p.w.frame.Look(p.clock.Now())
	for range 40 {
		if p.w.frame.Canvas().FocusNext(); p.focused() == "Review, Demo portal" {
			t.Fatal("a request that ran out is still offered")
		}
	}
}

// The window locks itself after ten minutes without use, and by key.
func TestLock(t *testing.T) {
	p := unlocked(t)
	id := p.w.phone.Device.Profiles()[0].ID
	p.clock.Move(9 * time.Minute)
	p.w.frame.Look(p.clock.Now())
	if p.w.locked {
		t.Fatal("locked too early")
	}
	p.clock.Move(2 * time.Minute)
	p.w.frame.Look(p.clock.Now())
	p.looks("Locked")
	if p.w.phone.Device.LoggedIn(id) {
		t.Error("still logged in")
	}
	p.press(fyne.KeyEscape)
	p.w.goTo(frame.History)
	p.looks("Locked")
	p.w.drop([]string{p.picture("x")})
	p.looks("Locked")
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.waits("the window to open", func() bool { return p.now().Place != "" && !p.w.locked })
}

// Of what waits, the lock tells the number, as long as it waits; and between few
// profiles the arrows choose.
func TestLockTells(t *testing.T) {
	p := adaAndBob(t)
	p.start()
	p.looks("Home")
	p.w.setWaiting([]mobileauth.Waiting{{TransactionID: "1", ExpiresAt: p.clock.Now().Add(time.Minute)}, {TransactionID: "2", ExpiresAt: p.clock.Now().Add(2 * time.Minute)}})
	p.w.lock("")
	p.w.setWaiting(nil)
	for _, want := range []string{"2 requests are waiting.", "One request is waiting.", ""} {
		if lines := p.now().Lines(); want != "" && !slices.Contains(lines, want) || want == "" && slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "waiting") }) {
			t.Errorf("%q, want %q", lines, want)
		}
		p.clock.Move(time.Minute)
		p.w.frame.Look(p.clock.Now())
	}
	p.selects("Profile: Ada, id.example-bank.example", 1)
	if got := p.focused(); !strings.HasPrefix(got, "Profile: Bob, ") {
		t.Errorf("the focus is on %q", got)
	}
	p.press(fyne.KeyTab)
	if got := p.focused(); got != "PIN for Bob, 1 digits, empty" {
		t.Errorf("the focus is on %q", got)
	}
}

// What changes by itself leaves the focus where it is.
func TestOutageLeavesTheFocus(t *testing.T) {
	p := unlocked(t)
	name := "Anna Example, " + p.bed.Origin.String() + ", "
	p.tabTo(name + "Ready")
	for _, down := range []bool{true, false} {
		p.bed.Down(down)
		p.w.watcher.Poke()
		want := name + map[bool]string{true: "Server not reachable", false: "Ready"}[down]
		p.waits("the focus on "+want, func() bool { return p.focused() == want })
	}
}

// Who is removed after wrong PINs is told so, and the lock has nobody left to ask.
func TestRemovedAtTheLock(t *testing.T) {
	p := unlocked(t)
	p.w.lock("")
	for range 3 {
		p.looks("Locked")
		was := p.now()
		p.types("11118")
		p.press(fyne.KeyReturn)
		p.waits("an answer", func() bool { return p.now() != was })
	}
	p.looks("Anna Example was removed from this computer")
	p.chooses("Done")
	p.looks("Welcome. Whom do you want to log in with?")
}

// The window locks with the screen, unless the setting says otherwise.
func TestLockWithScreen(t *testing.T) {
	p := unlocked(t)
	p.w.goTo(frame.Settings)
	p.chooses("Lock with the screen, check box, ticked")
	if p.w.opt.Settings.Current().LockWithScreen {
		t.Error("the setting was not saved")
	}
	p.lockScreen()
	p.settles()
	p.looks("Settings")
	p.chooses("Lock with the screen, check box, not ticked")
	p.lockScreen()
	p.looks("Locked")
	p.lockScreen() // another program tells it too
	p.settles()
	p.looks("Locked")
}

// Where nobody tells of the screen, no setting pretends so.
func TestNoScreenLocks(t *testing.T) {
	p := unlocked(t)
	p.w.opt.ScreenLocks = nil
	p.w.goTo(frame.Settings)
	if slices.Contains(p.now().Lines(), "Lock with the screen") || slices.Contains(p.now().Page.Actions, "Lock with the screen") {
		t.Errorf("a reader tells %q", p.now().Lines())
	}
}

// A server that cannot be asked shows on its profiles' cards, and so does its
// return; tries that are left after a wrong PIN do as well.
func TestCardsTellTrouble(t *testing.T) {
	p := unlocked(t)
	card := func() string { return p.w.stateOf(p.w.phone.Device.Profiles()[0], time.Time{}).word }
	p.bed.Down(true)
	p.w.watcher.Poke()
	p.waits("the outage", func() bool { return card() == "Server not reachable" })
	p.bed.Down(false)
	p.w.watcher.Poke()
	p.waits("the return", func() bool { return card() == "Ready" })

	p.w.lock("")
	id := p.w.phone.Device.Profiles()[0].ID
	p.waits("the logout", func() bool { return !p.w.phone.Device.LoggedIn(id) })
	p.types("11118")
	first := p.now()
	p.press(fyne.KeyReturn)
	p.waits("the PIN to be asked for again", func() bool { return p.now() != first && p.now().Page.Title == "Locked" })
	if got := p.now().Lines(); !slices.Contains(got, "This PIN is not right.") || !slices.Contains(got, "2 tries left.") {
		t.Errorf("%q", got)
	}
	if card() != "2 tries left" {
		t.Errorf("the card says %q", card())
	}
}
