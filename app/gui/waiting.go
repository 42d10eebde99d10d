package gui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// waitingAtOnce is how many waiting requests the home screen shows at first.
const waitingAtOnce = 3

// watch looks for requests that wait at the servers of the device until the
// window, or the use of that device, ends.
func (d *desk) watch() {
	if d.unwatch != nil {
		d.unwatch()
	}
	ctx, cancel := context.WithCancel(d.ctx)
	d.unwatch = cancel
	w := d.phone.Client.NewWatcher(func(list []mobileauth.Waiting) { d.do(func() { d.setWaiting(list) }) })
	w.OnTrouble(func(server wire.Origin, err error) { d.do(func() { d.serverTrouble(server, err) }) })
	d.watcher = w
	go w.Run(ctx)
}

// setWaiting takes over what waits now, and shows it where the person is at home.
// A request that comes by itself never raises the window.
func (d *desk) setWaiting(list []mobileauth.Waiting) {
	slices.SortStableFunc(list, func(a, b mobileauth.Waiting) int { return a.ExpiresAt.Compare(b.ExpiresAt) })
	d.waiting = list
	if s := d.frame.Current(); s != nil && s.Waiting != nil {
		s.Waiting()
	}
}

// serverTrouble notes that a server cannot be asked, or can again.
func (d *desk) serverTrouble(server wire.Origin, err error) {
	for _, p := range d.phone.Device.Profiles() {
		if p.Server == server {
			d.note(p.ID, err)
		}
	}
	if s := d.frame.Current(); s != nil && s.Place == frame.Home && !d.busy() {
		d.show(d.homeScreen())
	}
}

// waitingPart is the part of the home screen with the requests that wait.
type waitingPart struct {
	desk  *desk
	box   *fyne.Container
	left  []*kit.Paragraph // beside each that is shown
	shown []mobileauth.Waiting
	first *kit.Button // opens the one that runs out first
	all   bool
}

func (d *desk) newWaitingPart() *waitingPart {
	p := &waitingPart{desk: d, box: kit.Flow(12, 0)}
	p.draw()
	return p
}

// draw shows what waits, the soonest first.
func (p *waitingPart) draw() {
	d := p.desk
	list := slices.DeleteFunc(slices.Clone(d.waiting), func(w mobileauth.Waiting) bool { return w.TimeLeft(d.now()) == 0 })
	p.shown = list
	if !p.all {
		p.shown = list[:min(len(list), waitingAtOnce)]
	}
	p.left, p.first = nil, nil
	p.box.Objects = nil
	for _, w := range p.shown {
		left := kit.Text(kit.Body, "")
		p.left = append(p.left, left)
		review := kit.NewButton(kit.Plain, kit.NoIcon, words.T("Review"), func() { d.review(w) }).Named(words.T("Review, {portal}", "portal", w.Portal))
		if p.first == nil {
			p.first = review
		}
		title := words.Waits(w.Portal)
		p.box.Add(kit.NewBanner(kit.KindAccent, title, joined(words.WaitsLines(w, d.now())), left).WithAction(review))
	}
	if more := len(list) - len(p.shown); more > 0 {
		p.box.Add(kit.Row(0, kit.NewButton(kit.Quiet, kit.NoIcon, words.T("Show all {n}", "n", len(list)), func() {
			p.all = true
			p.draw()
		})))
	}
	p.tick(d.now())
	p.box.Refresh()
	d.frame.Ticks(len(p.shown) > 0)
}

// tick renews the time, and drops what has run out.
func (p *waitingPart) tick(now time.Time) {
	for i, w := range p.shown {
		left := w.TimeLeft(now)
		if left == 0 {
			p.draw()
			return
		}
		if text := words.WaitsFor(w.Profile.Name(), left); p.left[i].String() != text {
			p.left[i].SetText(text)
		}
	}
}

// review opens a request that waits.
func (d *desk) review(w mobileauth.Waiting) {
	d.start(func(ctx context.Context) last {
		about := aboutProfile(w.Profile)
		about.Portal, about.Pushed = w.Portal, true
		if err := d.unlock(ctx, w.Profile); err != nil {
			return d.failed(err, about, nil)
		}
		var open question
		result, err := d.phone.Client.HandlePending(ctx, w.Profile.ID, w.TransactionID,
			func(s mobileauth.Sending) { d.do(func() { open.shown.notThrough(s.TimeLeft) }) }, d.ask(&open))
		d.watcher.Poke()
		return d.answered(&open, result, err, about)
	})
}
