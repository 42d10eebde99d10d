package gui

import (
	"testing"

	"fyne.io/fyne/v2"

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
