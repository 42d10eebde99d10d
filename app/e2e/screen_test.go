//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/understudy-auth/understudy/core/capture/screen/screentest"
)

// twoMonitors is a desktop of two monitors, with a browser on the second one.
func twoMonitors(t *testing.T) (*desktop, *browser) {
	t.Helper()
	x := screentest.NewX(t, "2560x1000x24")
	x.Monitor("left", image.Rect(0, 0, 1280, 1000))
	x.Monitor("right", image.Rect(1280, 0, 2560, 1000))
	x.Use(t)
	d := &desktop{t: t, display: x.Display, home: t.TempDir()}
	d.start(d.command("openbox"))
	b := newBrowser(t, chromedp.VisibleWindow, chromedp.Flag("window-position", "1400,20"), chromedp.Flag("ozone-platform", "x11"))
	return d, b
}

// The code stands in a browser on the second monitor: first the screen is watched
// until it appears, then it is looked at once.
func TestCodeOnTheSecondMonitor(t *testing.T) {
	w := newWorld(t, "2m")
	w.register(newBrowser(t)) // another one: it would lay the offer to keep the password over the code
	d, b := twoMonitors(t)

	p := sitDown(t, w.command("scan", "--screen", "--watch"))
	p.waitFor("Watching the screen until a login code appears.")
	w.askForCode(b)
	p.waitFor("PIN for Ada")
	d.picture("screen-1-code")
	p.typeLine(personsPIN)
	p.waitFor("read from your screen just now")
	p.answer("accept", "Accepted")
	if code := p.leave(); code != 0 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	b.waitText("You are logged in as ada")

	w.askForTransfer(b)
	monitors := w.codesOnSecond(d, 1)
	if m := monitors[0]; m.Name != "left" || m.Monitor != 1 || len(m.Codes) != 0 {
		t.Errorf("on the left: %+v", m)
	}
	if m := monitors[1]; m.Name != "right" || m.Monitor != 2 || m.Codes[0].Kind != "otp-link" {
		t.Errorf("on the right: %+v", m)
	}
	p = sitDown(t, w.command("respond", "--screen", "--monitor", "2"))
	p.waitFor("PIN for Ada")
	p.typeLine(personsPIN)
	p.waitFor("Bob")
	p.answer("deny", "Denied")
	if code := p.leave(); code != 3 {
		t.Errorf("exit code %d:\n%s", code, p.screen())
	}
	b.wait(`document.querySelector(".result.denied") !== null`)
}

// askForTransfer has the browser show the code of a transfer to Bob.
func (w *world) askForTransfer(b *browser) {
	w.t.Helper()
	b.open(w.portal.URL("/transfer"))
	b.run(`document.getElementById("amount").value = "25.00"`)
	b.run(`document.getElementById("recipient").value = "Bob"`)
	b.run(`document.querySelector("main form").requestSubmit()`)
	b.wait(`document.querySelector("img.qr") && document.querySelector("img.qr").complete`)
}

// codesOnSecond waits until so many codes can be seen on the second monitor: the
// screen follows a page, or a window, by some frames.
func (w *world) codesOnSecond(d *desktop, codes int) (monitors []scannedMonitor) {
	w.t.Helper()
	d.until(fmt.Sprint(codes, " codes on the second monitor"), func() bool {
		monitors = w.scanScreen()
		return len(monitors) == 2 && len(monitors[1].Codes) == codes
	})
	return monitors
}

// scannedMonitor is a line of scan --screen --json.
type scannedMonitor struct {
	Monitor int
	Name    string
	Codes   []struct{ Kind string }
}

func (w *world) scanScreen() (list []scannedMonitor) {
	w.t.Helper()
	out, _ := w.command("scan", "--screen", "--json").Output() // fails where there is no code
	for line := range strings.Lines(string(out)) {
		var m scannedMonitor
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			w.t.Fatalf("%v: %s", err, line)
		}
		list = append(list, m)
	}
	return list
}
