// Package beside is what a phone shows beside an app, on a terminal: it opens or
// prints registration pages, and has a finger for the sensor or asks for one.
package beside

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/understudy-auth/understudy/app/console"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/device/sensor"
)

// Phone implements bridge.Phone. Make it with New.
type Phone struct {
	console *console.Console
	pages   io.Writer // for the addresses that are printed; nil: they are opened
	open    func(ctx context.Context, url string) error
	rule    func() (device.Sensor, error)

	asking sync.Mutex // one question at a time

	mu        sync.Mutex // guards what follows
	connected map[bridge.Info]bool
}

var _ bridge.Phone = (*Phone)(nil)

// Options is how a phone behaves.
type Options struct {
	// Console is where the person reads and types.
	Console *console.Console
	// OpenBrowser shows a page; nil prints its address to Pages.
	OpenBrowser func(ctx context.Context, url string) error
	Pages       io.Writer
	// Sensor is match, fail:N, lockout, removed (package sensor), ask or none.
	Sensor string
}

// New makes a phone; an error is about the sensor's rule.
func New(o Options) (*Phone, error) {
	p := &Phone{console: o.Console, pages: o.Pages, open: o.OpenBrowser, connected: map[bridge.Info]bool{}}
	switch o.Sensor {
	case "none":
		p.rule = func() (device.Sensor, error) { return nil, nil }
	case "ask":
		p.rule = func() (device.Sensor, error) { return asked{p}, nil }
	default:
		if _, err := sensor.Parse(o.Sensor); err != nil {
			return nil, fmt.Errorf("%w, or ask or none", err)
		}
		p.rule = func() (device.Sensor, error) { return sensor.Parse(o.Sensor) }
	}
	return p, nil
}

// OpenPage implements bridge.Phone.
func (p *Phone) OpenPage(ctx context.Context, _ bridge.Info, page string) error {
	if p.open != nil && p.open(ctx, page) == nil {
		p.console.Show(words.T("Your browser opens the server's login page for the app. Log in there."))
		return nil
	}
	p.console.Show(words.T("Open this address in a browser on this computer, and log in there:"))
	_, err := fmt.Fprintln(p.pages, page)
	return err
}

// Sensor implements bridge.Phone.
func (p *Phone) Sensor(bridge.Info) device.Sensor {
	s, err := p.rule()
	if err != nil { // New has tried it
		return nil
	}
	return s
}

// Changed implements bridge.Phone: it tells when a device gets its first page, and
// when its last one is gone.
func (p *Phone) Changed(on bridge.Info) {
	p.mu.Lock()
	which, connected := bridge.Info{Origin: on.Origin, Name: on.Name}, on.Pages > 0
	news := p.connected[which] != connected
	p.connected[which] = connected
	p.mu.Unlock()
	switch {
	case !news:
	case connected:
		p.console.Show(words.T("A page uses the device {device}.", "device", on.Name))
	default:
		p.console.Show(words.T("The last page of the device {device} is gone.", "device", on.Name))
	}
}

// Asked implements bridge.Phone: a terminal does not tell what an app asks.
func (p *Phone) Asked(bridge.Info, bridge.Asked) {}

// asked is a sensor that asks the person which finger it reads.
type asked struct{ phone *Phone }

// Read implements device.Sensor.
func (a asked) Read(ctx context.Context) (device.Finger, error) {
	a.phone.asking.Lock()
	defer a.phone.asking.Unlock()
	c := a.phone.console
	if c.NoInput {
		return 0, fmt.Errorf("the sensor: %w", console.ErrNobody)
	}
	for {
		_, _ = fmt.Fprint(c.Screen(), words.T("The app waits for a finger. Type right, wrong, lockout or removed:")+" ")
		text, err := c.Line(ctx)
		if errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("the sensor: %w", console.ErrNobody)
		}
		if err != nil {
			return 0, err
		}
		switch strings.ToLower(text) {
		case "right":
			return device.FingerMatch, nil
		case "wrong":
			return device.FingerNoMatch, nil
		case "lockout":
			return device.FingerTooMany, nil
		case "removed":
			return device.FingerRemoved, nil
		}
	}
}
