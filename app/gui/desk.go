package gui

import (
	"context"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// desk holds all that the window knows. Its fields belong to the goroutine that
// draws; flows reach them through do.
type desk struct {
	opt    Options
	frame  *frame.Window
	phone  *phone.Phone
	site   string   // the demo's website
	pin    string   // of the demo's user
	end    []func() // what is closed with the window
	locked bool
	lockIs lockState
	at     frame.Place

	cards   map[string]trouble // what is the matter with profiles, by id
	history historyState
	waiting []mobileauth.Waiting // at the servers, the soonest to run out first
	watcher *mobileauth.Watcher
	unwatch func()

	missed int       // scans of the screen since one found a code
	used   time.Time // when the person last did something
	notice []string  // what happened by itself, told on the home screen once

	flow struct {
		sync.Mutex
		cancel context.CancelCauseFunc
		again  func(context.Context) last // what it begins with when it is run again
		done   chan struct{}              // closed when the flow has ended
	}
	ctx context.Context // ends with the window
}

// do runs f on the goroutine that draws.
func (d *desk) do(f func()) { d.opt.Do(f) }

// show replaces the screen.
func (d *desk) show(s *screen) {
	if s.Place != "" {
		d.at = s.Place
	}
	d.frame.Show(s)
}

// last makes the screen with which a flow ends, on the goroutine that draws; nil
// stands for the place where the person was.
type last func() *screen

// nothing ends a flow without a screen of its own.
func nothing() *screen { return nil }

// start runs a flow, unless one is under way: one thing at a time. When it has
// ended without a screen of its own, the place is shown again.
func (d *desk) start(run func(ctx context.Context) last) {
	d.flow.Lock()
	defer d.flow.Unlock()
	if d.flow.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancelCause(d.ctx)
	done := make(chan struct{})
	d.flow.cancel, d.flow.done, d.flow.again = cancel, done, run
	locked := d.locked
	d.patient()
	go func() {
		defer close(done)
		end := run(ctx)
		cancel(nil)
		d.do(func() {
			d.flow.Lock()
			d.flow.cancel = nil
			d.flow.Unlock()
			if d.ctx.Err() != nil { // the window is gone
				return
			}
			same := d.locked == locked // else it was locked meanwhile
			if s := end(); s != nil && same {
				d.show(s)
				return
			}
			d.goTo(d.at)
		})
	}()
}

// begins moves the place to which the flow returns when it is run again.
func (d *desk) begins(run func(ctx context.Context) last) {
	d.flow.Lock()
	defer d.flow.Unlock()
	d.flow.again = run
}

// stop ends the flow that is under way.
func (d *desk) stop() {
	d.flow.Lock()
	defer d.flow.Unlock()
	if d.flow.cancel != nil {
		d.flow.cancel(errBack())
	}
}

// finish waits until the flow that is under way has ended, but not for long.
func (d *desk) finish(limit time.Duration) {
	d.flow.Lock()
	done := d.flow.done
	d.flow.Unlock()
	if done == nil {
		return
	}
	select {
	case <-done:
	case <-time.After(limit):
	}
}

// busy reports whether a flow is under way.
func (d *desk) busy() bool {
	d.flow.Lock()
	defer d.flow.Unlock()
	return d.flow.cancel != nil
}

// goTo shows one of the main parts.
func (d *desk) goTo(p frame.Place) {
	if d.phone == nil {
		return
	}
	d.stayLocked()
	switch {
	case d.locked:
		d.show(d.lockScreen())
	case len(d.phone.Device.Profiles()) == 0 && p == frame.Home && d.site == "":
		d.show(d.welcomeScreen())
	case p == frame.History:
		d.show(d.historyScreen())
	case p == frame.Settings:
		d.show(d.settingsScreen())
	default:
		d.at = frame.Home
		d.show(d.homeScreen())
	}
}

func (d *desk) now() time.Time { return d.opt.Now() }

// touch notes that the person does something.
func (d *desk) touch() { d.used = d.now() }

// failed ends a flow with an error, or with nothing where the person ended it and
// needs not be told. Again is what trying again means; nil: nothing.
func (d *desk) failed(err error, about words.About, again func()) last {
	if err == nil || wire.CodeOf(err) == wire.CodeCanceled {
		return nothing
	}
	return func() *screen {
		if s := d.vaultTrouble(err, again); s != nil {
			return s
		}
		if wire.CodeOf(err) == wire.CodeUserDeregistered {
			return d.removedScreen(err, about)
		}
		return d.errorScreen(err, about, again)
	}
}

// say ends a flow with a page.
func (d *desk) say(page words.Page, actions ...action) last {
	return func() *screen { return d.pageScreen(page, actions...) }
}

func aboutProfile(p device.Profile) words.About {
	return words.About{Profile: p.Name(), Server: p.Server}
}
