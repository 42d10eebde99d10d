package gui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
)

const annaPIN = "PIN for Anna Example"

// Three wrong PINs remove the profile, and each is told with the tries that are
// left.
func TestPINTooOftenWrong(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	p.looks("Home")
	p.chooses("Unlock, Anna Example, " + p.bed.Origin.Host())
	for _, told := range []string{"It unlocks this profile, until Understudy is locked or closed.", "2 tries left.", "If it is wrong again, Anna Example is removed from this computer and must be registered again."} {
		p.waits(told, func() bool { return p.now().Page.Title == annaPIN && slices.Contains(p.now().Page.Sentences, told) })
		p.types("11118")
		p.press(fyne.KeyReturn)
	}
	p.looks("Anna Example was removed from this computer")
	p.press(fyne.KeyEscape)
	p.looks("Welcome. Whom do you want to log in with?")
}

// A PIN that is not complete is not sent, and Escape leaves.
func TestPINNotComplete(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	p.looks("Home")
	p.chooses("Unlock, Anna Example, " + p.bed.Origin.Host())
	s := p.looks(annaPIN)
	p.types("271")
	p.press(fyne.KeyReturn)
	p.chooses("Unlock")
	p.settles()
	if p.now() != s {
		t.Fatalf("the window shows %q", p.now().Lines())
	}
	p.press(fyne.KeyEscape)
	p.looks("Home")
	if p.w.phone.Device.LoggedIn(p.w.phone.Device.Profiles()[0].ID) {
		t.Error("logged in")
	}
}

// The PIN is changed from the profile's screen, and the new one counts.
func TestChangePIN(t *testing.T) {
	p := unlocked(t)
	p.opensProfile("Ready")
	p.chooses("Change PIN")
	p.looks(annaPIN)
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.createsPIN("80235")
	p.looks("PIN changed")
	p.chooses("Done")
	p.looks("Home")
	p.ctrl(fyne.KeyL)
	p.looks("Locked")
	p.types("80235")
	p.press(fyne.KeyReturn)
	p.looks("Home")
}

// opensProfile opens Anna's profile, whose card is in that state.
func (p *person) opensProfile(state string) {
	p.t.Helper()
	p.chooses("Anna Example, " + p.bed.Origin.String() + ", " + state)
	p.looks("Anna Example")
}

// A profile is called what the person calls it, and what the server does after
// an empty name.
func TestRename(t *testing.T) {
	p := unlocked(t)
	p.opensProfile("Ready")
	p.chooses("Rename")
	p.looks("Rename Anna Example")
	for range "Anna Example" {
		p.press(fyne.KeyBackspace)
	}
	p.types("Work")
	p.press(fyne.KeyReturn)
	p.looks("Home")
	p.chooses("Work, " + p.bed.Origin.String() + ", Ready")
	p.looks("Work")
	p.chooses("Rename")
	p.looks("Rename Work")
	for range "Work" {
		p.press(fyne.KeyBackspace)
	}
	p.press(fyne.KeyReturn)
	p.looks("Home")
	p.opensProfile("Ready")
}

// Removing asks once more; the focus is on keeping.
func TestRemove(t *testing.T) {
	p := unlocked(t)
	p.opensProfile("Ready")
	p.chooses("Remove Anna Example")
	p.looks("Remove Anna Example from this computer?")
	if got := p.focused(); got != "Keep" {
		t.Errorf("the focus is on %q", got)
	}
	p.press(fyne.KeyReturn)
	p.looks("Home")
	p.opensProfile("Ready")
	p.chooses("Remove Anna Example")
	p.looks("Remove Anna Example from this computer?")
	p.chooses("Remove Anna Example")
	p.looks("Anna Example was removed")
	p.chooses("Done")
	p.looks("Welcome. Whom do you want to log in with?")
}

// A profile that is not enrolled says so, and enrolls from its card.
func TestEnrollFromTheCard(t *testing.T) {
	p := sit(t)
	p.registered(false)
	p.start()
	p.looks("Home")
	p.chooses("Enroll, Anna Example, " + p.bed.Origin.Host())
	p.looks(annaPIN)
	p.types(testPIN)
	p.press(fyne.KeyReturn)
	p.looks("Enroll this computer")
	p.chooses("Not now")
	p.looks("Home")
	p.chooses("Enroll, Anna Example, " + p.bed.Origin.Host())
	p.looks("Enroll this computer")
	p.chooses("Enroll")
	p.looks("Ready")
	p.chooses("Done")
	p.looks("Home")
	p.opensProfile("Ready")
}

// Without network the card says so, and nothing is lost.
func TestServerGone(t *testing.T) {
	p := sit(t)
	p.registered(true)
	p.start()
	p.looks("Home")
	p.bed.Down(true)
	p.chooses("Unlock, Anna Example, " + p.bed.Origin.Host())
	p.waits("an error", func() bool {
		return p.now().Page.Title == "The server does not answer" || p.now().Page.Title == annaPIN
	})
	if p.now().Page.Title == annaPIN {
		p.types(testPIN)
		p.press(fyne.KeyReturn)
		p.looks("The server does not answer")
	}
	p.chooses("Technical details")
	p.chooses("Copy the details")
	if p.app.Clipboard().Content() == "" {
		t.Error("nothing was copied")
	}
	p.chooses("Done")
	p.looks("Home")
	p.tabTo("Anna Example, " + p.bed.Origin.String() + ", Server not reachable")
	p.bed.Down(false)
}
