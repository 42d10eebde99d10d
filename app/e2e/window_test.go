//go:build e2e

package e2e

import (
	"net/url"
	"os"
	"strings"
	"testing"
)

// windowProgram is the program with its window, built by make.
var windowProgram = os.Getenv("UNDERSTUDY_WINDOW")

func needWindow(t *testing.T) {
	t.Helper()
	if windowProgram == "" {
		t.Skip("UNDERSTUDY_WINDOW names no program with a window; make e2e builds it")
	}
}

// atTheWindow is a registered person with the window open and a code in the
// browser.
func atTheWindow(t *testing.T, requestExpiresIn string) (*world, *browser, *windowed) {
	t.Helper()
	needWindow(t)
	w, b := newWorld(t, requestExpiresIn), newBrowser(t)
	w.register(b)
	p := w.openWindow(newDesktop(t))
	p.shows("Home")
	w.askForCode(b)
	return w, b, p
}

// question drops the browser's picture on the window, enters the PIN where it is
// asked for, and brings the person to the question.
func (p *windowed) question(picture, title string, locked bool) {
	p.t.Helper()
	p.drop(picture)
	p.comesTo(title, locked)
}

// comesTo brings the person from a code that is being read to its question.
func (p *windowed) comesTo(title string, locked bool) {
	p.t.Helper()
	if locked {
		p.shows("PIN for Ada")
		p.takesKeys()
		p.types(personsPIN)
		p.keys("Return")
	}
	p.shows(title)
	p.takesKeys()
	p.reads()
}

func TestAcceptInTheWindow(t *testing.T) {
	w, b, p := atTheWindow(t, "2m")
	p.question(b.picture("window-1-code"), "Log in to Example Bank?", true)
	p.picture("window-2-question")
	p.keys("Return") // on the facts: nothing
	p.keys("Tab", "Tab", "Tab")
	p.picture("window-3-accept-focused")
	p.keys("space")
	p.shows("Accepted")
	p.picture("window-4-accepted")
	b.waitText("You are logged in as ada")
	b.picture("window-5-logged-in")
	p.keys("Return")
	p.shows("Home")

	// The transfer as second factor.
	w.askForTransfer(b)
	p.question(b.picture("window-6-transfer"), "Accept this request from Example Bank?", false)
	p.picture("window-7-transfer-question")
	p.keys("alt+a")
	p.shows("Accepted")
	b.wait(`document.querySelector(".result.accepted") !== null`)
}

// A code that names a server where nobody is registered is asked nowhere.
func TestOtherServerInTheWindow(t *testing.T) {
	w, b, p := atTheWindow(t, "2m")
	link := b.text(`document.querySelector('a[href^="understudy:"]').href`)
	p.drop(w.pictureOf(strings.Replace(link, url.QueryEscape(w.server.String()), url.QueryEscape("https://id.examp1e-bank.example"), 1)))
	p.shows("No profile for this server")
	p.picture("window-other-server")
	b.wait(`document.querySelector("#attempt.waiting")`)
}

func TestDenyInTheWindow(t *testing.T) {
	_, b, p := atTheWindow(t, "2m")
	p.question(b.picture("window-deny-1-code"), "Log in to Example Bank?", true)
	p.keys("alt+d")
	p.shows("Denied")
	p.picture("window-deny-2")
	b.wait(`document.querySelector(".result.denied") !== null`)
}

func TestExpiryInTheWindow(t *testing.T) {
	_, b, p := atTheWindow(t, "12s")
	p.question(b.picture("window-expiry-1-code"), "Log in to Example Bank?", true)
	p.shows("This request ran out")
	p.picture("window-expiry-2")
	p.keys("alt+a")
	b.wait(`document.querySelector(".result.expired") !== null`)
}
