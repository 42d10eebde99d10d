//go:build linux

package cli_test

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
	"rsc.io/qr"

	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/core/capture/screen/screentest"
	"github.com/understudy-auth/understudy/core/wire"
)

// twoMonitors is an X server with two monitors side by side, both white.
func twoMonitors(t *testing.T) *screentest.X {
	t.Helper()
	x := screentest.NewX(t, "1200x500x24")
	x.Monitor("left", image.Rect(0, 0, 600, 500))
	x.Monitor("right", image.Rect(600, 0, 1200, 500))
	x.Use(t)
	x.Paint(white(1200, 500), image.Point{})
	return x
}

func white(w, h int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	return m
}

// code is the QR code of a text with its quiet zone.
func code(t *testing.T, text string) image.Image {
	t.Helper()
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	m := white((c.Size+8)*module, (c.Size+8)*module)
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				at := image.Pt((x+4)*module, (y+4)*module)
				draw.Draw(m, image.Rectangle{at, at.Add(image.Pt(module, module))}, image.NewUniform(color.Black), image.Point{}, draw.Src)
			}
		}
	}
	return m
}

func TestScanScreen(t *testing.T) {
	w, x := newWorld(t), twoMonitors(t)
	exits := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		code, stdout, stderr := w.run("", args...)
		if code != want {
			t.Errorf("%q: exit code %d, want %d\n%s%s", args, code, want, stdout, stderr)
		}
		return stdout, stderr
	}
	if out, err := exits(5, "scan", "--screen"); out != "" || err != "Monitor 1: no QR code found.\nMonitor 2: no QR code found.\n" {
		t.Error(out, err)
	}
	x.Paint(code(t, "https://shop.example"), image.Pt(650, 20))
	const shop = "Monitor 2: The code is a web address: https://shop.example. Understudy does not open it.\n"
	if out, _ := exits(0, "scan", "--screen"); out != shop {
		t.Error(out)
	}
	out, _ := exits(0, "scan", "--screen", "--json")
	var monitors []struct {
		Monitor int
		Name    string
		Codes   []struct {
			Text    string
			Corners [4][2]int
		}
	}
	if err := json.Unmarshal([]byte("["+strings.ReplaceAll(strings.TrimSpace(out), "\n", ",")+"]"), &monitors); err != nil || len(monitors) != 2 {
		t.Fatal(out, err)
	}
	left, right := monitors[0], monitors[1]
	if left.Monitor != 1 || left.Name != "left" || len(left.Codes) != 0 || right.Monitor != 2 || right.Name != "right" || len(right.Codes) != 1 {
		t.Fatal(out)
	}
	if at := right.Codes[0].Corners[0]; at[0] < 60 || at[0] > 72 || at[1] < 30 || at[1] > 42 { // on its monitor
		t.Error(out)
	}
	if out, _ := exits(0, "scan", "--screen", "--monitor", "2"); out != shop {
		t.Error(out)
	}
	exits(5, "scan", "--screen", "--monitor", "1")
	if _, err := exits(1, "scan", "--screen", "--monitor", "3"); !strings.HasPrefix(err, "There is no monitor 3.\nThere are 2.") {
		t.Error(err)
	}
	for _, wrong := range [][]string{
		{"scan", "--screen", "page.png"},
		{"scan", "--monitor", "1", "page.png"},
		{"scan", "--watch", "page.png"},
		{"scan", "--screen", "--monitor", "-1"},
		{"respond", "--screen", "page.png"},
		{"respond", "--screen", "--pending"},
		{"respond", "--screen", "--watch", "--accept"},
		{"respond", "--screen", "--watch", "--deny"},
	} {
		exits(2, wrong...)
	}
}

// Someone without a phone: the code is on the second monitor, and a script accepts.
func TestRespondScreen(t *testing.T) {
	w, x := registered(t), twoMonitors(t)
	if code, out, err := w.run("", "respond", "--screen", "--accept", "--pin-file", w.pinFile, "--json"); code != 5 || !strings.Contains(out, "no_code_found") ||
		err != "No login code found.\nUnderstudy looked at both screens and saw no QR code.\n"+
			"What usually helps: make the page larger, scroll until all of the code is visible, and take the picture again.\n" {
		t.Fatal(code, out, err)
	}
	otp, id := w.bed.Start("x")
	x.Paint(code(t, wire.OTPLink(w.bed.Origin, otp)), image.Pt(620, 20))
	status, out, err := w.run("", "respond", "--screen", "--accept", "--pin-file", w.pinFile, "--json")
	if status != 0 || !strings.Contains(out, `"result":"accepted"`) || !strings.Contains(out, `"source":"screen"`) {
		t.Fatal(status, out, err)
	}
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateAccepted)
}

// Several codes on two monitors: scan --screen lets the person choose, and asks.
func TestChooseOnTheScreen(t *testing.T) {
	w, x := registered(t), twoMonitors(t)
	first, _ := w.bed.Start("first")
	second, id := w.bed.Start("second")
	x.Paint(code(t, wire.OTPLink(w.bed.Origin, first)), image.Pt(0, 0))
	x.Paint(code(t, wire.OTPLink(w.bed.Origin, second)), image.Pt(780, 60))
	p := w.sit("scan", "--screen")
	p.sees("Two login codes found. Which one?\n", fmt.Sprintf("1: %s, your profile Anna Example, screen 1, top left.\n", w.bed.Origin),
		fmt.Sprintf("2: %s, your profile Anna Example, screen 2, top right.\n", w.bed.Origin), "or cancel: ")
	p.types("2\n")
	p.sees("PIN for Anna Example: ")
	p.types(testPIN + "\n")
	p.sees("Login request, read from your screen just now.\n", "Message: \"second\"\n", "later: ")
	p.settles()
	p.types("deny\n")
	p.ends(3)
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateDenied)
}

// A watcher passes over what nobody here could answer, and asks about what one can.
func TestWatchTheScreen(t *testing.T) {
	w, x := registered(t), twoMonitors(t)
	other := wire.EncodeOTP("TRANSACTION0123456789", wire.SecretString("CODE0123456789ABCDEFGHIJ"))
	elsewhere, err := wire.ParseOrigin("https://id.elsewhere.example")
	if err != nil {
		t.Fatal(err)
	}
	x.Paint(code(t, wire.OTPLink(elsewhere, other)), image.Pt(0, 0))
	p := w.sit("scan", "--screen", "--watch")
	p.sees("Watching the screen until a login code appears. Press Ctrl+C to stop.\n")
	otp, id := w.bed.Start("x")
	x.Paint(code(t, wire.OTPLink(w.bed.Origin, otp)), image.Pt(620, 0))
	p.sees("PIN for Anna Example: ")
	p.types(testPIN + "\n")
	p.sees("Login request, read from your screen just now.\n", "later: ")
	p.settles()
	p.types("accept\n")
	p.ends(0)
	wantState(t, func() wire.State { return w.bed.State(id) }, wire.StateAccepted)
}

// Without a terminal a watcher tells what appeared. One that is stopped has found
// nothing.
func TestWatchStops(t *testing.T) {
	w, x := newWorld(t), twoMonitors(t)
	if code, _, err := w.run("", "respond", "--screen", "--watch"); code != 1 || !strings.HasPrefix(err, "No profile yet.\n") {
		t.Error(code, err)
	}
	x.Paint(code(t, wire.EncodeOTP("TRANSACTION0123456789", wire.SecretString("CODE0123456789ABCDEFGHIJ"))), image.Pt(620, 0))
	if code, out, err := w.run("", "scan", "--screen", "--watch"); code != 0 || out != "Monitor 2: This is a login code.\n" {
		t.Error(code, out, err)
	}
	x.Paint(white(1200, 500), image.Point{})
	link := wire.RegistrationLink(w.bed.Origin, w.bed.RegistrationCode("anna"))
	if code, _, err := w.run("", "register", link, "--server", w.bed.Origin.String(), "--pin-file", w.pinFile); code != 0 {
		t.Fatal(err)
	}
	p := w.sit("respond", "--screen", "--watch")
	p.sees("Press Ctrl+C to stop.\n")
	p.stop(cli.ErrInterrupted)
	p.ends(130)
}

// A desktop that says no, in words and for programs.
func TestScreenRefused(t *testing.T) {
	w := registered(t)
	screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
		r.Answer(1, nil)
		return nil
	})
	code, out, err := w.run("", "respond", "--screen", "--json", "--pin-file", w.pinFile)
	if code != 1 || out != `{"schema":1,"result":"failed","error":{"code":0,"name":"screenshot_refused"}}`+"\n" || !strings.HasPrefix(err, "The desktop did not allow a screenshot.\nNothing was read.") {
		t.Error(code, out, err)
	}
	screentest.NewBus(t)
	if code, _, err := w.run("", "scan", "--screen"); code != 1 || !strings.HasPrefix(err, "This desktop takes no screenshots for other programs.\n") {
		t.Error(code, err)
	}
}
