package gui

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"rsc.io/qr"

	"github.com/understudy-auth/understudy/app/gui/confirm"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/wire"
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

// exampleRequest is one as a person would meet it.
func exampleRequest(t *testing.T, now time.Time) mobileauth.Request {
	t.Helper()
	own, err := wire.ParseOrigin("https://id.example-bank.example")
	if err != nil {
		t.Fatal(err)
	}
	return mobileauth.Request{
		TransactionID: "TRANSACTION0123456789", Portal: "Example Bank", Type: "login", Source: intake.SourceFile, Level: mobileauth.LevelCalm,
		Message:  "Log in to My Example Bank with Firefox on Linux.",
		Profile:  device.Profile{ID: "W8DUJ2", Server: own, UserName: "Ada", EnrolledAt: now.AddDate(0, -2, 0)},
		Server:   mobileauth.Server{Own: own, Claimed: own, Relation: wire.RelationSame, EnrolledAt: now.AddDate(0, -2, 0)},
		IssuedAt: now.Add(-18 * time.Second), ExpiresAt: now.Add(102 * time.Second),
		Before: journal.Before{Accepted: 12, LastAccepted: now.Add(-24 * time.Hour)},
	}
}

// TestScreenshots draws the pictures of the README.
func TestScreenshots(t *testing.T) {
	if os.Getenv(pictureFolder) == "" {
		t.Skip("pictures are drawn by make screenshots")
	}
	p := sit(t)
	p.registered(true)
	p.start()
	p.looks("Home")
	p.sees(settings.LookLight, 100, 900, 720)
	p.shot("home")
	now := p.bed.Clock.Now()
	code, err := qr.Encode("understudy://otp", qr.M)
	if err != nil {
		t.Fatal(err)
	}
	code.Scale = 4
	picture, err := png.Decode(bytes.NewReader(code.PNG()))
	if err != nil {
		t.Fatal(err)
	}
	ask := func(r mobileauth.Request) {
		p.w.show(confirm.New(p.w.around(t.Context(), func(mobileauth.Decision, error) {}), r).Screen)
	}
	r := exampleRequest(t, now)
	r.Picture = picture
	ask(r)
	p.shot("confirmation")
	p.sees(settings.LookHighContrast, 100, 900, 720)
	ask(r)
	p.shot("confirmation-high-contrast")
	p.sees(settings.LookDark, 200, 900, 900)
	ask(r)
	p.shot("confirmation-large-text")
	p.sees(settings.LookLight, 100, 900, 860)
	r.Picture, r.Source, r.Level = nil, intake.SourceLink, mobileauth.LevelStop
	r.Reasons = []mobileauth.Reason{mobileauth.ReasonLookAlike, mobileauth.ReasonLink}
	if r.Server.Claimed, err = wire.ParseOrigin("https://id.examp1e-bank.example"); err != nil {
		t.Fatal(err)
	}
	r.Server.Relation, r.Server.Difference = wire.Compare(r.Server.Own, r.Server.Claimed), wire.Difference(r.Server.Own, r.Server.Claimed)
	r.Before, r.Message = journal.Before{First: true}, "Your account is locked. Log in now to unlock it."
	ask(r)
	p.shot("confirmation-look-alike")
	p.sees(settings.LookLight, 100, 900, 720)
	for i, result := range []journal.Result{journal.Accepted, journal.Denied, journal.Expired, journal.Accepted} {
		e := journal.Entry{
			At: now.Add(-time.Duration(i*i*5) * time.Hour), ProfileID: "W8DUJ2", Profile: "Ada", Server: r.Server.Own.String(), Portal: "Example Bank",
			Message: "Log in to My Example Bank with Firefox on Linux.", Source: "file", TransactionID: "T" + strconv.Itoa(i), Level: "calm", Result: result, Took: 9 * time.Second,
		}
		if err := p.w.phone.Journal.Add(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	p.w.goTo(frame.History)
	p.shot("history")
}
