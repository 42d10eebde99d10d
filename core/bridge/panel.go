package bridge

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// Phone is what a phone shows beside the app: a window, a terminal or a rule. Its
// methods are called by several goroutines; but for Sensor, without locks of the
// bridge, whose Devices and Airplane they may call. All but OpenPage return at once.
type Phone interface {
	// OpenPage shows a registration page to the person, and returns when it is
	// shown. An error ends the registration.
	OpenPage(ctx context.Context, on Info, page string) error
	// Sensor is the fingerprint sensor of a device, nil where it has none. It is asked
	// once, while the device is made: the bridge takes no calls until it returns.
	// Package sensor has sensors.
	Sensor(on Info) device.Sensor
	// Changed tells that something in a device's Info is new. Calls may overtake each
	// other: Devices has what is so now.
	Changed(on Info)
	// Asked tells that an app made a call.
	Asked(on Info, call Asked)
}

// Info is a device, as whoever stands beside the bridge sees it. Origin and Name
// are which one.
type Info struct {
	Origin string // of its pages; empty for a shared one
	Name   string
	Pages  int // that are connected now
	// LoggedIn is the id of the profile that is logged in; empty where nobody is.
	LoggedIn string
	// Waits is what an app's user has to answer now, by the event's name, such as
	// onPinRequest or onConfirmationRequest; empty where nothing.
	Waits    string
	Airplane bool
}

// Asked is a call that an app made: a service and an action of the plugin. It
// holds nothing of what the app said.
type Asked struct {
	Service, Action string
	At              time.Time
}

// silent is a phone without anybody beside it.
type silent struct{}

func (silent) OpenPage(context.Context, Info, string) error {
	return wire.Errorf(wire.CodeConfiguration, "nobody is there to open the registration page")
}
func (silent) Sensor(Info) device.Sensor { return nil }
func (silent) Changed(Info)              {}
func (silent) Asked(Info, Asked)         {}

// Devices lists the devices that there are.
func (b *Bridge) Devices() []Info {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Info
	for _, p := range b.phones {
		list = append(list, p.info())
	}
	slices.SortFunc(list, func(a, b Info) int {
		return cmp.Or(cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// Airplane takes a device off the network, or brings it back; it reports whether
// there is such a device.
func (b *Bridge) Airplane(on Info, off bool) bool {
	origin := on.Origin
	if origin == "" && slices.Contains(b.gate.share, on.Name) {
		origin = sharedOrigin
	}
	b.mu.Lock()
	p := b.phones[phoneKey{origin, on.Name}]
	b.mu.Unlock()
	if p == nil {
		return false
	}
	p.airplane.Store(off)
	p.changed()
	return true
}

func (p *phone) info() Info {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := Info{Origin: p.key.origin, Name: p.key.name, Pages: p.pages, Airplane: p.airplane.Load()}
	if i.Origin == sharedOrigin {
		i.Origin = ""
	}
	if p.user != "" && p.device != nil && p.device.LoggedIn(p.user) {
		i.LoggedIn = p.user
	}
	if n := len(p.waits); n > 0 {
		i.Waits = p.waits[n-1]
	}
	return i
}

func (p *phone) changed() { p.b.opt.Phone.Changed(p.info()) }

// waitsFor tells that an app's user has to answer an event, until the answer.
func (p *phone) waitsFor(event string) (answered func()) {
	p.mu.Lock()
	p.waits = append(p.waits, event)
	p.mu.Unlock()
	p.changed()
	return func() {
		p.mu.Lock()
		i := slices.Index(p.waits, event)
		p.waits = slices.Delete(p.waits, i, i+1)
		p.mu.Unlock()
		p.changed()
	}
}
