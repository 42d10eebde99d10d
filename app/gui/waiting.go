package gui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
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
	d.news()
}

// news tells the screen that something changed by itself.
func (d *desk) news() {
	if s := d.frame.Current(); s != nil && s.News != nil {
		s.News()
	}
}

// serverTrouble notes that a server cannot be asked, or can again.
func (d *desk) serverTrouble(server wire.Origin, err error) {
	for _, p := range d.phone.Device.Profiles() {
		if p.Server == server {
			d.note(p.ID, err)
		}
	}
	d.news()
}

// waitingPart is the part of the home screen with the requests that wait.
type waitingPart struct {
	desk *desk
	box  *fyne.Container
	rows []waitingRow
	all  bool
	lost fyne.Focusable // gets the focus of what has run out
}

// waitingRow is one of them as it is shown.
type waitingRow struct {
	mobileauth.Waiting
	banner *kit.Banner
	left   *kit.Paragraph
	review *kit.Button
}

func (d *desk) newWaitingPart(lost fyne.Focusable) *waitingPart {
	p := &waitingPart{desk: d, box: kit.Flow(12, 0), lost: lost}
	p.draw()
	return p
}

// draw shows what waits, the soonest first.
func (p *waitingPart) draw() {
	d := p.desk
	list := slices.DeleteFunc(slices.Clone(d.waiting), func(w mobileauth.Waiting) bool { return w.TimeLeft(d.now()) == 0 })
	shown := list
	if !p.all {
		shown = list[:min(len(list), waitingAtOnce)]
	}
	before := p.rows
	p.rows, p.box.Objects = nil, nil
	for _, w := range shown {
		row := p.row(w)
		p.rows = append(p.rows, row)
		p.box.Add(row.banner)
	}
	if more := len(list) - len(shown); more > 0 {
		p.box.Add(kit.Row(0, kit.NewButton(kit.Quiet, kit.NoIcon, words.T("Show all {n}", "n", len(list)), func() {
			p.all = true
			p.draw()
			d.frame.Focus(p.rows[min(waitingAtOnce, len(p.rows)-1)].review)
		})))
	}
	p.tick(d.now())
	p.box.Refresh()
	p.keepFocus(before)
	d.frame.Ticks(len(p.rows) > 0)
}

func (p *waitingPart) row(w mobileauth.Waiting) waitingRow {
	d := p.desk
	row := waitingRow{
		Waiting: w, left: kit.Text(kit.Body, ""),
		review: kit.NewButton(kit.Plain, kit.NoIcon, words.T("Review"), func() { d.review(w) }).Named(words.T("Review, {portal}", "portal", w.Portal)),
	}
	row.banner = kit.NewBanner(kit.KindAccent, words.Waits(w.Portal), "", row.left, kit.Row(12, row.review))
	return row
}

// keepFocus leaves the focus at the request at which it was.
func (p *waitingPart) keepFocus(before []waitingRow) {
	focused := p.desk.frame.Canvas().Focused()
	for _, was := range before {
		onReview := focused == fyne.Focusable(was.review)
		if !onReview && focused != fyne.Focusable(was.banner) {
			continue
		}
		to := p.lost
		for _, is := range p.rows {
			if is.TransactionID == was.TransactionID && onReview {
				to = is.review
			} else if is.TransactionID == was.TransactionID {
				to = is.banner
			}
		}
		p.desk.frame.Focus(to)
	}
}

// tick renews the time, and drops what has run out.
func (p *waitingPart) tick(now time.Time) {
	for _, row := range p.rows {
		left := row.TimeLeft(now)
		if left == 0 {
			p.draw()
			return
		}
		if text := words.WaitsFor(row.Profile.Name(), left); row.left.String() != text {
			row.left.SetText(text)
			row.banner.SetReading(facts.Joined(words.WaitsLines(row.Waiting, now)))
		}
	}
}

// lines are what a reader tells of them.
func (p *waitingPart) lines() []string {
	var lines []string
	for _, row := range p.rows {
		lines = append(lines, words.WaitsLines(row.Waiting, p.desk.now())...)
	}
	return lines
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
			func(s mobileauth.Sending) { d.do(func() { open.shown.NotThrough(s.TimeLeft) }) }, d.ask(&open))
		d.watcher.Poke()
		return d.answered(ctx, &open, result, err, about)
	})
}
