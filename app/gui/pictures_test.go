package gui

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/core/settings"
)

// pictureFolder is where `make screenshots` wants its pictures.
const pictureFolder = "UNDERSTUDY_SCREENSHOTS"

// shot writes what the window shows.
func (p *person) shot(name string) {
	p.t.Helper()
	folder := os.Getenv(pictureFolder)
	if folder == "" {
		return
	}
	f, err := os.Create(filepath.Join(folder, name+".png"))
	if err != nil {
		p.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, p.w.frame.Canvas().Capture()); err != nil {
		p.t.Fatal(err)
	}
}

// sees sets colours, text size and the window's size.
func (p *person) sees(l settings.Look, text int, width, height float32) {
	p.t.Helper()
	err := p.w.opt.Settings.Save(p.t.Context(), func(s *settings.Settings) { s.Look, s.Text = l, text })
	if err != nil {
		p.t.Fatal(err)
	}
	p.w.wear()
	p.w.frame.Resize(fyne.NewSize(width, height))
	p.w.frame.Draw()
}

// TestScreenshots draws the pictures of the README.
func TestScreenshots(t *testing.T) {
	if os.Getenv(pictureFolder) == "" {
		t.Skip("pictures are drawn by make screenshots")
	}
	views := []struct {
		name          string
		look          settings.Look
		text          int
		width, height float32
	}{
		{"light", settings.LookLight, 100, 900, 720},
		{"dark", settings.LookDark, 100, 900, 720},
		{"high-contrast", settings.LookHighContrast, 100, 900, 720},
		{"480", settings.LookLight, 100, 480, 800},
		{"200", settings.LookLight, 200, 900, 900},
		{"1600", settings.LookLight, 150, 1600, 1000},
	}
	p := sit(t)
	p.start()
	p.looks("Welcome. Whom do you want to log in with?")
	all := func(name string) {
		for _, v := range views {
			p.sees(v.look, v.text, v.width, v.height)
			p.shot(name + "-" + v.name)
		}
	}
	all("welcome")
	p = sit(t)
	p.registered(true)
	p.start()
	p.looks("Home")
	all("home")
	p.asked("Log in to My Example Bank with Firefox on Linux.")
	p.looks("PIN for Anna Example")
	p.types("271")
	all("pin")
	p.types("82")
	p.press(fyne.KeyReturn)
	p.looks("Log in to Demo portal?")
	all("confirmation")
	p.clock.Move(2 * time.Second)
	p.chooses("Accept")
	p.looks("Accepted")
	all("accepted")
	p.chooses("Done")
	p.looks("Home")
	p.w.goTo(frame.History)
	all("history")
	p.w.goTo(frame.Settings)
	all("settings")
	p.w.show(p.w.profileScreen(p.w.phone.Device.Profiles()[0]))
	all("profile")
}
