package gui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
)

// screen is what the window shows.
type screen = frame.Screen

// Run shows the window until it is closed or ctx ends.
func Run(ctx context.Context, a fyne.App, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	d := open(ctx, a, o)
	d.frame.Run(ctx)
	cancel()
	d.closed()
	return nil
}

// closeWithin is how long what is under way may take to end when the window has
// been closed: a request that was open is noted in the history.
const closeWithin = 2 * time.Second

// closed tidies up behind a window that is gone: who was logged in is logged out,
// and a demo that was started here ends.
func (d *desk) closed() {
	d.stop()
	d.finish(closeWithin)
	d.logOut().Wait()
	for _, f := range d.end {
		f()
	}
}

// open makes the window and begins.
func open(ctx context.Context, a fyne.App, o Options) *desk {
	if o.Do == nil {
		o.Do = fyne.Do
	}
	d := &desk{opt: o, ctx: ctx, at: frame.Home, cards: map[string]trouble{}}
	a.Settings().SetTheme(palette(o.Settings.Current(), a.Settings().ThemeVariant()))
	d.frame = frame.New(a, frame.Options{
		Now: o.Now, Do: o.Do, Rest: o.Rest, LockAfter: o.Settings.Current().LockAfter,
		Motion: func() bool { return o.Settings.Current().Motion },
	}, frame.Actions{
		Go: d.goTo, Lock: func() { d.lock("") }, Scan: d.scanScreen, Camera: d.lookThroughCamera, Image: d.openImage, Paste: d.paste, Drop: d.drop,
		AddProfile: func() { d.show(d.welcomeScreen()) },
		ListOfKeys: func() { d.show(d.keysScreen()) },
		Free:       d.free, Used: d.touch, Looked: d.looked, Closing: d.stop,
	})
	d.frame.Begin(d.begin)
	if o.ScreenLocks != nil {
		o.ScreenLocks(ctx, func() { d.do(d.screenLocked) })
	}
	go d.frame.KeepTime(ctx)
	if o.Rest != nil {
		go d.frame.KeepStill(ctx)
	}
	return d
}

// free reports whether something may lead away from the screen: it is one of the
// main parts, and nothing is under way.
func (d *desk) free() bool {
	return d.frame.Current().Place != "" && !d.locked && !d.busy()
}

// looked locks the window when nobody has done anything for a while.
func (d *desk) looked(now time.Time) {
	after := time.Duration(d.opt.Settings.Current().LockAfter) * time.Minute
	// A computer that sleeps stops the monotonic clock, and a clock that is set back
	// stops the other one: the longer time counts.
	idle := max(now.Sub(d.used), now.Round(0).Sub(d.used.Round(0)))
	if d.phone != nil && idle > after && !d.locked && d.anybodyLoggedIn() {
		d.lock(words.N(d.opt.Settings.Current().LockAfter,
			"Understudy locked itself after {n} minute without use.", "Understudy locked itself after {n} minutes without use."))
	}
}

// screenLocked locks the window with the screen, where the person wants that.
func (d *desk) screenLocked() {
	if d.opt.Settings.Current().LockWithScreen {
		d.lock(words.T("Understudy locked itself with the screen."))
	}
}

func (d *desk) anybodyLoggedIn() bool {
	return slices.ContainsFunc(d.phone.Device.Profiles(), func(p device.Profile) bool { return d.phone.Device.LoggedIn(p.ID) })
}

// begin opens the device and shows the first screen.
func (d *desk) begin() {
	if err := d.opt.SettingsProblem; err != nil {
		d.opt.SettingsProblem = nil
		title, sentences := words.Error(err, words.About{})
		d.show(d.pageScreen(words.Page{Title: title, Sentences: append(sentences, words.T("Understudy can go on with its own settings; the file stays as it is."))},
			action{Word: words.T("Go on"), Main: true, Do: d.begin},
			action{Word: words.T("Make a new file"), Do: d.replaceSettings}))
		return
	}
	d.site, d.pin = d.opt.Site, d.opt.PIN
	opened, err := d.opt.Open(d.opt.Vault, d.askPassphrase)
	if err != nil {
		d.show(d.errorScreen(err, words.About{}, d.begin))
		return
	}
	d.phone = opened
	d.watch()
	d.prune()
	d.goTo(frame.Home)
}

// replaceSettings moves a settings file that cannot be used aside.
func (d *desk) replaceSettings() {
	ctx, cancel := d.limited()
	defer cancel()
	aside, err := d.opt.Settings.Replace(ctx)
	if err != nil {
		d.show(d.errorScreen(err, words.About{}, d.begin))
		return
	}
	d.show(d.pageScreen(words.Page{
		Title:     words.T("A new settings file was made"),
		Sentences: []string{words.T("The old one is kept as {file}.", "file", aside)},
	}, action{Word: words.T("Go on"), Main: true, Do: d.begin}))
}
