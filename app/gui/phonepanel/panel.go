// Package phonepanel is what a phone shows beside an app that runs in a browser
// (LOOK 10): a finger for the sensor, registration pages, airplane mode, and what
// the app asked. Each connected app has a window of its own.
package phonepanel

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/bridging"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/device/sensor"
)

// which is a device of the bridge.
type which struct{ origin, name string }

// Panel shows the phone's side of every device of a bridge. Its fields belong to
// the goroutine that draws.
type Panel struct {
	ctx     context.Context
	app     fyne.App
	do      func(func())
	browser func(ctx context.Context, page string) error

	after func(time.Duration, func()) // runs a function later, on the goroutine that draws

	running bridging.Running
	first   fyne.Window // the one without an app, until there is one
	sides   map[which]*side
}

var _ bridge.Phone = (*Panel)(nil)

// Run shows the panel, and serves the bridge, until the first window is closed or
// ctx ends.
func Run(ctx context.Context, a fyne.App, o bridging.Panel) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	a.Settings().SetTheme(look.New(look.Choose(string(o.Settings.Look), a.Settings().ThemeVariant(), false), float32(o.Settings.Text)/100))
	p := open(ctx, a, fyne.Do, o.OpenBrowser)
	ended := make(chan error, 1)
	go func() {
		ended <- o.Serve(ctx, p, func(r bridging.Running) { p.do(func() { p.runs(r) }) })
		p.do(a.Quit)
	}()
	a.Run()
	cancel()
	return <-ended
}

func open(ctx context.Context, a fyne.App, do func(func()), browser func(context.Context, string) error) *Panel {
	p := &Panel{ctx: ctx, app: a, do: do, browser: browser, sides: map[which]*side{}}
	p.after = func(d time.Duration, f func()) { time.AfterFunc(d, func() { p.do(f) }) }
	p.first = p.window()
	p.first.SetMaster()
	p.first.Show()
	return p
}

func (p *Panel) window() fyne.Window {
	w := p.app.NewWindow(words.T("Phone panel"))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(360, 752))
	return w
}

// runs tells where apps find the bridge.
func (p *Panel) runs(r bridging.Running) {
	p.running = r
	if len(p.sides) > 0 {
		return
	}
	address, _, _ := strings.Cut(r.Address, "#") // the token need not be seen
	page := words.NoApp(address)
	p.first.SetContent(panel.New(page, nil, nil, panel.Action{
		Word: words.T("Copy address"), Icon: look.Copy, Main: true, Do: func() { p.copySecret(r.Address) },
	}).Content)
}

// side is that of a device; it is made, with its window, when it is needed.
func (p *Panel) side(on bridge.Info) *side {
	key := which{on.Origin, on.Name}
	s := p.sides[key]
	if s == nil {
		w := p.first
		if len(p.sides) > 0 {
			w = p.window()
		}
		s = newSide(p, w, on)
		p.sides[key] = s
		w.Show()
	}
	return s
}

// OpenPage implements bridge.Phone: the person opens the page, or takes its address
// elsewhere.
func (p *Panel) OpenPage(ctx context.Context, on bridge.Info, page string) error {
	opened := make(chan struct{})
	p.do(func() {
		p.side(on).offer(&offer{
			open: func() bool { return p.browser(ctx, page) == nil },
			copy: func() { p.copySecret(page) },
			done: func() { close(opened) },
		})
	})
	defer p.do(func() { p.side(on).offer(nil) })
	select {
	case <-opened:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// secretFor is how long what lets somebody in stays in the clipboard (THREATS T7).
const secretFor = 30 * time.Second

// copySecret copies a text, and takes it back later unless something else was
// copied since.
func (p *Panel) copySecret(text string) {
	clipboard := p.app.Clipboard()
	clipboard.SetContent(text)
	p.after(secretFor, func() {
		if clipboard.Content() == text {
			clipboard.SetContent("")
		}
	})
}

// Sensor implements bridge.Phone: one that is touched on the panel.
func (p *Panel) Sensor(on bridge.Info) device.Sensor {
	hand := sensor.NewHand(func(waits bool) { p.do(func() { p.side(on).waitsForFinger(waits) }) })
	p.do(func() { p.side(on).hand = hand })
	return hand
}

// Changed implements bridge.Phone.
func (p *Panel) Changed(on bridge.Info) { p.do(func() { p.side(on).changed(on) }) }

// Asked implements bridge.Phone.
func (p *Panel) Asked(on bridge.Info, call bridge.Asked) {
	if name := words.AppCall(call); name != "" {
		p.do(func() { p.side(on).asked(call.At, name) })
	}
}

// touch lays a finger on a sensor, in its own time.
func (p *Panel) touch(hand *sensor.Hand, finger device.Finger) {
	go func() { _ = hand.Touch(p.ctx, finger) }()
}

// airplane takes a device off the network, or brings it back.
func (p *Panel) airplane(on bridge.Info, off bool) {
	if p.running.Airplane != nil {
		go p.running.Airplane(on, off)
	}
}

// card is a part of the panel.
func card(parts ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Card(kit.Pad(14, 16, kit.Flow(12, 0, parts...)))
}
