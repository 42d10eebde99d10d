package gui

import (
	"testing"

	"fyne.io/fyne/v2"

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
