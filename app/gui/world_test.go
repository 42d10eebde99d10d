package gui

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"rsc.io/qr"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/servertest"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const testPIN = "27182"

// person sits at the window: what the flows hand over is drawn when the person
// looks.
type person struct {
	t     testing.TB
	bed   *servertest.Bed // nil: there is no server
	clock *servertest.Clock
	app   *desktopApp
	w     *desk
	do    chan func()
	clip  capture.Clip
	vault vault.Vault
	dir   string
	opens atomic.Int32 // browsers

	unlockKeyring func(context.Context) error // what the desktop does; nil: nothing to ask
	lockScreen    func()                      // once the window is open
	edit          func(*Options)

	layouter
	answers []string // that screens gave which a test has shown by itself
}

// sit opens the window at a computer with a server in reach.
func sit(t testing.TB, edit ...func(*tokenserver.Config)) *person {
	t.Helper()
	bed := servertest.New(t, edit...)
	return &person{t: t, bed: bed, clock: bed.Clock, do: make(chan func(), 1000), vault: vault.NewMemory(), dir: t.TempDir()}
}

// start opens the window.
func (p *person) start() *person {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.t.Context())
	p.t.Cleanup(func() {
		cancel()
		p.w.finish(closeWithin)
	})
	p.app = newDesktopApp(p.t)
	o := Options{
		Open:          func(kind vault.Kind, _ phone.AskPassphrase) (*phone.Phone, error) { return p.openPhone() },
		UnlockKeyring: p.unlockKeyring, ScreenLocks: func(_ context.Context, locked func()) { p.lockScreen = locked },
		Vault: vault.KindKeyring, Settings: settings.Open(filepath.Join(p.dir, "config")),
		OpenBrowser: func(_ context.Context, page string) error { p.opens.Add(1); return nil },
		Clipboard:   func(context.Context) (capture.Clip, error) { return p.clip, nil },
		Export: func(name string, data []byte) (string, error) {
			where := filepath.Join(p.dir, name)
			return where, os.WriteFile(where, data, 0o600)
		},
		Now: p.clock.Now, Version: "1.2.3", Do: func(f func()) { p.do <- f },
	}
	if p.edit != nil {
		p.edit(&o)
	}
	p.w = open(ctx, p.app, o)
	p.w.frame.Resize(fyne.NewSize(900, 720))
	open := len(p.app.Driver().AllWindows())
	p.t.Cleanup(func() {
		if len(p.app.Driver().AllWindows()) == open { // Fyne's test driver closes a window only once
			p.w.frame.Close()
		}
	})
	return p
}

// now is the screen that is shown.
func (p *person) now() *screen { return p.w.frame.Current() }

func (p *person) openPhone() (*phone.Phone, error) {
	files, err := safefile.Open(filepath.Join(p.dir, "data"))
	if err != nil {
		return nil, err
	}
	return phone.Open(phone.Options{Files: files, Vault: p.vault, Now: p.clock.Now, Version: "1.2.3"})
}

// registered has a profile before the window opens.
func (p *person) registered(enroll bool) device.Profile {
	p.t.Helper()
	opened, err := p.openPhone()
	if err != nil {
		p.t.Fatal(err)
	}
	defer opened.Close()
	ctx := p.t.Context()
	profile, err := opened.Device.Register(ctx, device.Registration{
		Server: p.bed.Origin, Code: p.bed.RegistrationCode(p.bed.Config.Users[0].ID),
		CreatePIN: func(context.Context, device.NewPINRequest) (wire.Secret, error) {
			return wire.SecretString(testPIN), nil
		},
	})
	if err == nil && enroll {
		err = opened.Client.Enroll(ctx, profile.ID, nil)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return profile
}

// looks draws what was handed over until the screen says title.
func (p *person) looks(title string) *screen {
	p.t.Helper()
	limit := time.After(20 * time.Second)
	for {
		if p.now() != nil && p.now().Page.Title == title {
			p.draws()
			return p.now()
		}
		select {
		case f := <-p.do:
			f()
		case <-limit:
			p.t.Fatalf("waited for %q; the window shows %q", title, p.now().Lines())
		}
	}
}

// settles draws all that is waiting.
func (p *person) settles() {
	for {
		select {
		case f := <-p.do:
			f()
		default:
			return
		}
	}
}

// waits draws until what is wanted is so.
func (p *person) waits(what string, so func() bool) {
	p.t.Helper()
	limit := time.After(20 * time.Second)
	for !so() {
		select {
		case f := <-p.do:
			f()
		case <-limit:
			p.t.Fatalf("waited for %s; the window shows %q", what, p.now().Lines())
		}
	}
}

// keys is the keyboard.
func (p *person) keys() keyboard { return keyboard{p.w.frame.Canvas()} }

// types types characters into what has the focus.
func (p *person) types(text string) { p.keys().text(text) }

// press presses a key.
func (p *person) press(k fyne.KeyName) { p.keys().press(k) }

// focused is the name of what has the focus, as a reader tells it.
func (p *person) focused() string {
	if a, ok := p.w.frame.Canvas().Focused().(fyne.Accessible); ok {
		return a.AccessibilityLabel()
	}
	return ""
}

// tabTo presses Tab until the thing with that name has the focus.
func (p *person) tabTo(name string) {
	p.t.Helper()
	var seen []string
	for range 60 {
		if p.focused() == name {
			return
		}
		seen = append(seen, p.focused())
		p.w.frame.Canvas().FocusNext()
	}
	p.t.Fatalf("Tab never reaches %q, only %q", name, seen)
}

// chooses presses the button with that word by the keyboard.
func (p *person) chooses(word string) {
	p.t.Helper()
	p.tabTo(word)
	p.press(fyne.KeySpace)
}

// picture is a file with the QR code of a text.
func (p *person) picture(text string) string {
	p.t.Helper()
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		p.t.Fatal(err)
	}
	code.Scale = 4
	name := filepath.Join(p.t.TempDir(), "code.png")
	if err := os.WriteFile(name, code.PNG(), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return name
}

// asked starts a login at the server and drops its code on the window.
func (p *person) asked(message string) (state func() wire.State) {
	p.t.Helper()
	otp, id := p.bed.Start(message)
	p.w.drop([]string{p.picture(wire.OTPLink(p.bed.Origin, otp))})
	return func() wire.State { return p.bed.State(id) }
}

// readable lets the first second of a question pass.
func (p *person) readable() { p.clock.Move(1100 * time.Millisecond) }

// passes lets time go by, and the window look at the clock.
func (p *person) passes(by time.Duration) {
	p.clock.Move(by)
	p.w.frame.Look(p.clock.Now())
}

// ends shows how a flow ends.
func (p *person) ends(l last) { p.w.show(l()) }

// blockSettings takes the place of their folder, so that none can be saved.
func (p *person) blockSettings() {
	p.t.Helper()
	folder := filepath.Join(p.dir, "config")
	if err := os.RemoveAll(folder); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// draws lays out what has changed.
func (p *person) draws() { p.draw(p.w.frame.Canvas()) }
