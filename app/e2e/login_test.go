//go:build e2e

package e2e

import (
	"regexp"
	"strings"
	"testing"
)

var pageToOpen = regexp.MustCompile(`http://127\.0\.0\.1:\d+/oauth/authorize\?\S+`)

// register registers and enrolls Ada: the program prints the login page's
// address, Chromium opens it, and Ada logs in there and creates a PIN.
func (w *world) register(b *browser) {
	w.t.Helper()
	p := sitDown(w.t, w.command("register", "--server", w.server.String(), "--no-browser"))
	p.waitFor("Waiting for the browser")
	page := pageToOpen.FindString(p.screen())
	if page == "" {
		w.t.Fatalf("no address of a login page:\n%s", p.screen())
	}
	b.open(page)
	b.run(`document.getElementById("user").value = "ada"`)
	b.run(`document.getElementById("password").value = ` + quote(userPassword))
	b.picture("registration")
	b.run(`document.querySelector("form").requestSubmit()`)
	b.waitText("You can close this page")
	p.waitFor("New PIN, 5 digits:")
	p.typeLine("11111")
	p.waitFor("does not allow", "not allowed") // too many of one digit
	p.waitFor("New PIN, 5 digits:")
	p.typeLine(personsPIN)
	p.waitFor("once more:")
	p.typeLine(personsPIN)
	p.waitFor("can now answer login requests")
	if code := p.leave(); code != 0 {
		w.t.Fatalf("register ended with %d:\n%s", code, p.screen())
	}
	if strings.Contains(p.screen(), personsPIN) {
		w.t.Error("the PIN was shown")
	}
}

// respond gives a picture to respond and types the PIN.
func (w *world) respond(picture string) *person {
	w.t.Helper()
	p := sitDown(w.t, w.command("respond", picture))
	p.waitFor("PIN for Ada")
	p.typeLine(personsPIN)
	return p
}

func (w *world) askForCode(b *browser) {
	w.t.Helper()
	b.open(w.portal.String())
	b.run(`document.querySelector("main form button").click()`)
	b.wait(`document.querySelector("img.qr") && document.querySelector("img.qr").complete`)
}

func TestAccept(t *testing.T) {
	w, b := newWorld(t, "2m"), newBrowser(t)
	w.register(b)
	w.askForCode(b)
	p := w.respond(b.picture("accept-1-code"))
	for _, line := range []string{"read from the picture you gave", "Log in to Example Bank?", "Profile: Ada", "Server: " + w.server.String(), "Message:", "Time left:", "Accept only if you opened this page yourself"} {
		p.waitFor(line)
	}
	w.hidesSecrets(p.cmd)
	b.wait(`document.querySelector("#attempt.confirming")`)
	b.picture("accept-2-being-confirmed")
	p.answer("accept", "Accepted")
	if code := p.leave(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	b.waitText("You are logged in as ada")
	b.picture("accept-3-logged-in")

	// The transfer as second factor.
	b.open(w.portal.URL("/transfer"))
	b.run(`document.getElementById("amount").value = "25.00"`)
	b.run(`document.getElementById("recipient").value = "Bob"`)
	b.picture("transfer-1-form")
	b.run(`document.querySelector("main form").requestSubmit()`)
	b.wait(`document.querySelector("img.qr") && document.querySelector("img.qr").complete`)
	p = w.respond(b.picture("transfer-2-code"))
	p.waitFor("25.00")
	p.waitFor("Bob")
	p.waitFor("accepted once")
	p.answer("accept", "Accepted")
	if code := p.leave(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	b.waitText("25.00")
	b.wait(`document.querySelector(".result.accepted") !== null`)
	b.picture("transfer-3-done")

	history := w.command("history")
	out, err := history.Output()
	if err != nil || strings.Count(string(out), "ccepted") != 2 {
		t.Errorf("history: %v\n%s", err, out)
	}
	w.kill()
	for _, secret := range []string{personsPIN, userPassword} {
		if strings.Contains(w.logged.String()+string(out), secret) {
			t.Error("the server's log or the history holds a secret")
		}
	}
}

func TestDeny(t *testing.T) {
	w, b := newWorld(t, "2m"), newBrowser(t)
	w.register(b)
	w.askForCode(b)
	p := w.respond(b.picture("deny-1-code"))
	p.answer("deny", "Denied")
	if code := p.leave(); code != 3 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	b.wait(`document.querySelector(".result.denied") !== null`)
	b.picture("deny-2-page")
	// One click brings a new code, and the next question tells of the denial.
	b.run(`document.querySelector(".result form button").click()`)
	b.wait(`document.querySelector("img.qr") && document.querySelector("img.qr").complete`)
	p = w.respond(b.picture("deny-3-new-code"))
	p.waitFor("denied")
	p.answer("later", "Nobody is logged in")
	if code := p.leave(); code != 1 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
}

func TestExpiry(t *testing.T) {
	w, b := newWorld(t, "6s"), newBrowser(t)
	w.register(b)
	w.askForCode(b)
	picture := b.picture("expiry-1-code")
	p := w.respond(picture)
	p.waitFor("Type accept, deny, details or later:")
	p.waitFor("ran out")
	if code := p.leave(); code != 4 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	b.wait(`document.querySelector(".result.expired") !== null`)
	b.picture("expiry-2-page")
	p = w.respond(picture)
	p.waitFor("ran out")
	if code := p.leave(); code != 4 {
		t.Errorf("a late scan: exit code %d:\n%s", code, p.screen())
	}
}
