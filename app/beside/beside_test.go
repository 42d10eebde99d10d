package beside_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/app/beside"
	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device"
)

var on = bridge.Info{Origin: "http://localhost:8000", Name: "mine", Pages: 1}

// phone is one whose person has typed something already.
func phone(t *testing.T, o beside.Options, typed string) (*beside.Phone, *bytes.Buffer) {
	t.Helper()
	var shown bytes.Buffer
	o.Console = console.New(console.Console{Stdin: strings.NewReader(typed), Stderr: &shown, Now: time.Now})
	p, err := beside.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p, &shown
}

func TestAskedSensor(t *testing.T) {
	p, shown := phone(t, beside.Options{Sensor: "ask"}, "thumb\nright\nWRONG\n\nlockout\nremoved\n")
	s := p.Sensor(on)
	for _, want := range []device.Finger{device.FingerMatch, device.FingerNoMatch, device.FingerTooMany, device.FingerRemoved} {
		if got, err := s.Read(t.Context()); err != nil || got != want {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
	if got, err := s.Read(t.Context()); !errors.Is(err, console.ErrNobody) {
		t.Errorf("at the end of the input: %v, %v", got, err)
	}
	if n := strings.Count(shown.String(), "The app waits for a finger."); n != 7 {
		t.Errorf("asked %d times:\n%s", n, shown)
	}
}

func TestRules(t *testing.T) {
	for rule, want := range map[string]device.Finger{"match": device.FingerMatch, "wrong,right": device.FingerNoMatch, "lockout": device.FingerTooMany} {
		p, _ := phone(t, beside.Options{Sensor: rule}, "")
		for range 2 { // each device has a sensor of its own
			if got, err := p.Sensor(on).Read(t.Context()); err != nil || got != want {
				t.Errorf("%s: %v, %v", rule, got, err)
			}
		}
	}
	if p, _ := phone(t, beside.Options{Sensor: "none"}, ""); p.Sensor(on) != nil {
		t.Error("there is a sensor")
	}
	if _, err := beside.New(beside.Options{Sensor: "nose"}); err == nil || !strings.Contains(err.Error(), "ask or none") {
		t.Error(err)
	}
}

func TestPages(t *testing.T) {
	const page = "http://127.0.0.1:8700/oauth/authorize?state=x"
	var printed bytes.Buffer
	p, shown := phone(t, beside.Options{Sensor: "match", Pages: &printed}, "")
	if err := p.OpenPage(t.Context(), on, page); err != nil || printed.String() != page+"\n" || strings.Contains(shown.String(), page) {
		t.Errorf("%v, printed %q, shown %q", err, printed.String(), shown)
	}
	opened := ""
	open := func(_ context.Context, url string) error { opened = url; return nil }
	printed.Reset()
	p, _ = phone(t, beside.Options{Sensor: "match", Pages: &printed, OpenBrowser: open}, "")
	if err := p.OpenPage(t.Context(), on, page); err != nil || opened != page || printed.Len() != 0 {
		t.Errorf("%v, opened %q, printed %q", err, opened, printed.String())
	}
	// A browser that cannot be opened: the address is printed.
	open = func(context.Context, string) error { return errors.New("no display") }
	p, _ = phone(t, beside.Options{Sensor: "match", Pages: &printed, OpenBrowser: open}, "")
	if err := p.OpenPage(t.Context(), on, page); err != nil || printed.String() != page+"\n" {
		t.Errorf("%v, printed %q", err, printed.String())
	}
}

func TestChanged(t *testing.T) {
	p, shown := phone(t, beside.Options{Sensor: "match"}, "")
	p.Changed(on)
	two := on
	two.Pages, two.LoggedIn = 2, "ID"
	p.Changed(two)
	p.Changed(on)
	none := on
	none.Pages = 0
	p.Changed(none)
	p.Changed(none)
	p.Asked(on, bridge.Asked{})
	if got := shown.String(); got != "A page uses the device mine.\nThe last page of the device mine is gone.\n" {
		t.Errorf("%q", got)
	}
}
