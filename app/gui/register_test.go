package gui

import (
	"context"
	"errors"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/wire"
)

// The first run from a registration code to a profile that is ready, by the
// keyboard alone.
func TestFirstRunWithACode(t *testing.T) {
	p := sit(t).start()
	p.looks("Welcome. Whom do you want to log in with?")
	code := p.bed.RegistrationCode(p.bed.Config.Users[0].ID)
	p.w.drop([]string{p.picture(wire.RegistrationLink(p.bed.Origin, code))})
	p.looks("Register at this server?")
	p.press(fyne.KeyReturn) // on the address: nothing
	p.settles()
	p.chooses("Register")
	p.looks("Create a PIN for Anna Example")
	p.types("12345") // in a row
	p.tabTo("The same PIN again, 5 digits, empty")
	p.types("12345")
	p.tabTo("Create PIN, not available. The PIN must follow the rules.")
	p.press(fyne.KeySpace)
	p.press(fyne.KeyReturn)
	for _, field := range []string{"New PIN, 5 digits, 5 typed", "The same PIN again, 5 digits, 5 typed"} {
		p.tabTo(field)
		for range 5 {
			p.press(fyne.KeyBackspace)
		}
		p.types(testPIN)
	}
	p.chooses("Create PIN")
	s := p.looks("Enroll this computer")
	if lines := s.Lines(); lines[0] != "Step 4 of 4." {
		t.Errorf("a reader tells %q", lines)
	}
	p.chooses("Enroll")
	p.looks("Ready")
	p.chooses("Done")
	p.looks("Home")
	profiles := p.w.phone.Device.Profiles()
	if len(profiles) != 1 || !profiles[0].Enrolled() {
		t.Errorf("%+v", profiles)
	}
}

// The first run from a server's address, through the login page in the browser.
func TestFirstRunByAddress(t *testing.T) {
	p := sit(t)
	p.edit = func(o *Options) { o.OpenBrowser = logsIn(tokenserver.DemoUserPassword) }
	p.start()
	p.looks("Welcome. Whom do you want to log in with?")
	p.chooses("I know the server's address. Its login page opens in your browser.")
	p.looks("Server address")
	p.types("id.example-bank.example")
	p.press(fyne.KeyReturn)
	p.looks("Server address")
	if got := p.focused(); got != "Server address: id.example-bank.example" {
		t.Errorf("the focus is on %q", got)
	}
	for range len("id.example-bank.example") {
		p.press(fyne.KeyBackspace)
	}
	p.types(p.bed.Origin.String())
	p.press(fyne.KeyReturn)
	p.looks("Register")
	p.createsPIN(testPIN)
	p.looks("Enroll this computer")
	p.press(fyne.KeyReturn)
	p.looks("Ready")
	p.press(fyne.KeyReturn)
	p.looks("Home")
	p.chooses("Anna Example, " + p.bed.Origin.String() + ", Ready")
	p.looks("Anna Example")
}

// createsPIN fills in the screen on which a PIN is made.
func (p *person) createsPIN(pin string) {
	p.t.Helper()
	p.looks("Create a PIN for Anna Example")
	p.types(pin)
	p.tabTo("The same PIN again, 5 digits, empty")
	p.types(pin)
	p.press(fyne.KeyReturn)
}

// Whoever gives up while the browser is open has registered nothing.
func TestGiveUpInTheBrowser(t *testing.T) {
	p := sit(t)
	p.edit = func(o *Options) { o.OpenBrowser = logsIn("wrong") }
	p.start()
	p.looks("Welcome. Whom do you want to log in with?")
	p.w.addProfile(registration{server: p.bed.Origin})
	p.looks("Register")
	p.press(fyne.KeyEscape)
	p.looks("Welcome. Whom do you want to log in with?")
	if n := len(p.w.phone.Device.Profiles()); n != 0 {
		t.Errorf("%d profiles", n)
	}
}

// Without a browser the address can be copied.
func TestNoBrowser(t *testing.T) {
	p := sit(t)
	page := ""
	p.edit = func(o *Options) {
		o.OpenBrowser = func(_ context.Context, address string) error { page = address; return errors.New("none") }
	}
	p.start()
	p.looks("Welcome. Whom do you want to log in with?")
	p.w.addProfile(registration{server: p.bed.Origin})
	p.looks("Register")
	p.chooses("Copy the address")
	if got := p.app.Clipboard().Content(); got != page || page == "" {
		t.Errorf("copied %q, want %q", got, page)
	}
	p.chooses("Cancel")
	p.looks("Welcome. Whom do you want to log in with?")
}

// A PIN that the server does not allow cannot be sent; leaving then leaves no
// profile behind.
func TestPINThatIsNotAllowed(t *testing.T) {
	const guessed = "80235"
	p := sit(t, func(c *tokenserver.Config) { c.PIN.Blacklist = []string{guessed} }).start()
	p.looks("Welcome. Whom do you want to log in with?")
	p.w.addProfile(registration{server: p.bed.Origin, code: p.bed.RegistrationCode(p.bed.Config.Users[0].ID)})
	p.looks("Register at this server?")
	p.chooses("Register")
	p.createsPIN(guessed)
	p.settles()
	p.tabTo("Create PIN, not available. The PIN must follow the rules.")
	p.press(fyne.KeyEscape)
	p.waits("the end", func() bool { return !p.w.busy() })
	if n := len(p.w.phone.Device.Profiles()); n != 0 {
		t.Errorf("%d profiles", n)
	}
}

// Closing in the middle of registering asks nothing and registers nothing.
func TestCloseWhileRegistering(t *testing.T) {
	p := sit(t).start()
	p.looks("Welcome. Whom do you want to log in with?")
	p.w.addProfile(registration{server: p.bed.Origin, code: p.bed.RegistrationCode(p.bed.Config.Users[0].ID)})
	p.looks("Register at this server?")
	p.w.frame.CloseWanted()
	p.waits("the end", func() bool { return !p.w.busy() })
	if n := len(p.w.phone.Device.Profiles()); n != 0 {
		t.Errorf("%d profiles", n)
	}
}
