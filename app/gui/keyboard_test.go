package gui

import (
	"context"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// The key that led to a field types nothing into it, however long it is held.
func TestTheKeyThatLeadsToAField(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	p.tabTo("History")
	release := p.keys().hold(fyne.KeySpace, 3)
	p.looks("History")
	release()
	if got := p.focused(); got != "Search requests, empty" {
		t.Errorf("the focus is on %q", got)
	}
	p.types("a b1")
	if got := p.focused(); got != "Search requests: a b1" {
		t.Errorf("the focus is on %q", got)
	}
	second := ada(t)
	p.w.show(p.w.whichProfileScreen([]device.Profile{ada(t), second}, func(_ device.Profile, err error) {
		if err == nil {
			p.w.show(p.w.pinScreen(device.PINRequest{Profile: second}, answer[wire.Secret](p)))
		}
	}))
	release = p.keys().hold(fyne.Key2, 3)
	if got := p.focused(); got != "PIN for Ada, 5 digits, empty" {
		t.Errorf("the focus is on %q", got)
	}
	release()
	p.types("22")
	if got := p.focused(); got != "PIN for Ada, 5 digits, 2 typed" {
		t.Errorf("the focus is on %q", got)
	}
}

// ctrl presses a key with Ctrl, or with what stands for it on the system.
func (p *person) ctrl(k fyne.KeyName) { p.keys().shortcut(fyne.KeyModifierShortcutDefault, k) }

func (p *person) alt(k fyne.KeyName) { p.keys().shortcut(fyne.KeyModifierAlt, k) }

// Every shortcut works wherever the focus is; a field keeps what it is given.
func TestShortcuts(t *testing.T) {
	p := still(t, crowd(t, 8), past()...)
	p.edit = func(o *Options) {
		o.Clipboard = func(context.Context) (capture.Clip, error) { return capture.Clip{}, capture.ErrClipboardEmpty }
	}
	p.start()
	for _, c := range []struct {
		from frame.Place
		key  fyne.KeyName
		want string // the title
	}{
		{frame.Home, fyne.Key2, "History"},
		{frame.Home, fyne.Key3, "Settings"},
		{frame.History, fyne.Key1, "Home"},
		{frame.History, fyne.KeyN, "Welcome. Whom do you want to log in with?"},
		{frame.Home, fyne.KeyV, "The clipboard holds no picture and no code"},
		{frame.Settings, fyne.KeyL, "Locked"},
	} {
		for i := 0; ; i++ {
			p.w.locked = false
			p.w.goTo(c.from)
			all := focusable(p.w.frame.Canvas())
			if i == len(all) {
				break
			}
			p.w.frame.Focus(all[i].CanvasObject.(fyne.Focusable))
			p.ctrl(c.key)
			if _, field := all[i].CanvasObject.(*kit.Entry); field && c.key == fyne.KeyV {
				p.looks("Home")
				continue
			}
			p.looks(c.want)
		}
	}
}

// Ctrl+F leads to the search, F1 to the list of keys, and Escape back.
func TestSearchAndListOfKeys(t *testing.T) {
	p := still(t, crowd(t, 8)).start()
	p.looks("Home")
	p.ctrl(fyne.KeyF)
	if got := p.focused(); got != "Search profiles, empty" {
		t.Errorf("the focus is on %q", got)
	}
	p.press(fyne.KeyF1)
	p.looks("Keys")
	p.press(fyne.KeyEscape)
	p.looks("Home")
}

// What lay over a screen goes with it.
func TestNothingStaysOverTheNextScreen(t *testing.T) {
	for name, open := range map[string]func(p *person){
		"choice": func(p *person) {
			p.w.goTo(frame.Settings)
			p.chooses("Colours: As the system")
		},
		"files": func(p *person) { p.ctrl(fyne.KeyO) },
	} {
		t.Run(name, func(t *testing.T) {
			p := adasComputer(t).start()
			p.looks("Home")
			open(p)
			if p.w.frame.Canvas().Overlays().Top() == nil {
				t.Fatal("nothing opened")
			}
			p.ctrl(fyne.KeyL)
			p.looks("Locked")
			if o := p.w.frame.Canvas().Overlays().Top(); o != nil {
				t.Errorf("a %T lies over the next screen", o)
			}
			if got := p.focused(); got != "PIN for Ada, 5 digits, empty" {
				t.Errorf("the focus is on %q", got)
			}
		})
	}
}
