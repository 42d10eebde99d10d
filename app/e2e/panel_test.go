//go:build e2e

package e2e

import (
	"bufio"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/wire"
)

// The colours of the light theme by which it is seen what the panel shows.
var (
	mainButton = color.RGBA{R: 0x0b, G: 0x5c, B: 0x6b, A: 0xff}
	wantedCard = color.RGBA{R: 0xdc, G: 0xed, B: 0xef, A: 0xff} // the ground of what the app waits for
	focusRing  = color.RGBA{R: 0x1d, G: 0x4e, B: 0xd8, A: 0xff}
)

// panelUser is an app user whose phone is a panel on a desktop.
type panelUser struct {
	*appUser
	panel   *windowed
	program *exec.Cmd
	opened  string // the file with the page that was given to the browser; where there is a folder in its place, that fails
}

func newPanelUser(t *testing.T) *panelUser {
	t.Helper()
	needWindow(t)
	w := newWorld(t, "2m")
	a := &panelUser{appUser: &appUser{w: w, portal: newBrowser(t)}, opened: filepath.Join(w.home, "opened")}
	a.site = newSite(t, false, func() string { return a.address })
	a.browser = a.portal.tab()
	opener := w.file("xdg-open", "#!/bin/sh\nset -eu\nprintf '%s' \"$1\" >\"$HOME/opening\"\nmv -T \"$HOME/opening\" \"$HOME/opened\"\n")
	if err := os.Chmod(opener, 0o700); err != nil {
		t.Fatal(err)
	}
	d := newDesktop(t)
	a.program = w.windowCommand(d, "bridge", "--server", w.server.String(), "--listen", "127.0.0.1:0", "--origin", a.site.origin, "--panel")
	a.program.Env = append(a.program.Env, "PATH="+w.home+":"+os.Getenv("PATH"), "FYNE_THEME=light")
	out, err := a.program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.start(a.program)
	printed, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the bridge gave no address: %v", err)
	}
	a.panel = w.sitAt(d, "^Phone panel$")
	t.Setenv("DISPLAY", d.display) // whose clipboard is read

	a.panel.until("the address", func() bool { return a.seen("panel-1-no-app", mainButton) > 1000 })
	a.press(1)
	a.address = a.copied("http://127.0.0.1")
	if a.address != strings.TrimSpace(printed) {
		t.Fatalf("the address is %s, and %s was printed", a.address, printed)
	}
	a.open(a.site.origin)
	a.waitText("Nobody is registered.")
	return a
}

// seen is how many pixels of the desktop have a colour.
func (a *panelUser) seen(picture string, want color.RGBA) int {
	a.t.Helper()
	return pixels(readPNG(a.t, a.panel.picture(picture)), want)
}

// press goes so many stops on, and presses what is there.
func (a *panelUser) press(stop int) {
	a.t.Helper()
	a.panel.takesKeys()
	a.panel.keys(append(slices.Repeat([]string{"Tab"}, stop), "space")...)
}

// wanted waits until the panel asks for something new: nothing has the focus yet.
// The first stop is then what it says, and its buttons follow.
func (a *panelUser) wanted(picture string) {
	a.t.Helper()
	a.panel.until("a card on the panel", func() bool { return a.seen(picture, wantedCard) > 10_000 && a.seen(picture, focusRing) == 0 })
}

// wantsNothing waits until what was asked for is gone.
func (a *panelUser) wantsNothing(picture string) {
	a.t.Helper()
	a.panel.until("no card on the panel", func() bool { return a.seen(picture, wantedCard) < 10_000 })
}

// copied waits until the clipboard holds an address, and gives it.
func (a *panelUser) copied(begins string) (text string) {
	a.t.Helper()
	a.panel.until("an address in the clipboard", func() bool {
		clip, err := capture.Clipboard(a.t.Context())
		text = clip.Text
		return err == nil && strings.HasPrefix(text, begins)
	})
	return text
}

func TestPanelInTheWindow(t *testing.T) {
	a := newPanelUser(t)
	a.click("register")
	a.wanted("panel-2-page")
	a.press(2) // Open
	var page []byte
	a.panel.until("the browser to get the page", func() (ok bool) {
		var err error
		page, err = os.ReadFile(a.opened)
		return err == nil
	})
	if !pageToOpen.Match(page) {
		t.Fatalf("the browser was to open %s", page)
	}
	a.wantsNothing("panel-3-opened")
	a.registerOn(string(page))

	a.click("finger")
	a.givePIN(personsPIN)
	a.waitText("The fingerprint is registered.")
	id := a.w.push("push-finger", "Pay 20 to Bob")
	a.waitText("Pay 20 to Bob")
	a.click("accept")
	a.wanted("panel-4-finger")
	a.press(3) // Wrong finger
	a.waitText("Another finger, please.")
	a.wanted("panel-5-another")
	a.press(2) // Matching finger
	a.waitText("Accepted.")
	if got := a.w.state(id); got != wire.StateAccepted {
		t.Errorf("the request is %s", got)
	}
	a.wantsNothing("panel-6-accepted")
	a.w.hidesSecrets(a.program)

	// Whoever closes the panel ends the bridge.
	ended := make(chan error, 1)
	go func() { ended <- a.program.Wait() }()
	a.panel.keys("alt+F4")
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("the bridge goes on without its panel")
	}
}

// No browser opens: the person takes the page's address elsewhere.
func TestPanelWithoutBrowserInTheWindow(t *testing.T) {
	a := newPanelUser(t)
	if err := os.MkdirAll(filepath.Join(a.opened, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	a.click("register")
	a.wanted("panel-7-page")
	a.press(2) // Open
	a.wanted("panel-8-no-browser")
	a.press(3) // Copy address
	page := a.copied(a.w.server.URL("/oauth/authorize?"))
	a.wantsNothing("panel-9-copied")
	a.registerOn(page)
}
