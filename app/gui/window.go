package gui

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
)

// tickEvery is how often time that is shown is renewed.
const (
	tickEvery = 200 * time.Millisecond
	restTicks = 25 // of them between two looks at the clock of a window at rest
)

// window is the frame around a screen.
type window struct {
	desk *desk
	app  fyne.App
	win  fyne.Window

	ticking atomic.Bool // the screen shows the time

	now   *screen
	below *screen // under a screen that comes back to it
	body  *fyne.Container
	frame *navFrame
	fade  *fade
}

// Run shows the window until it is closed or ctx ends.
func Run(ctx context.Context, a fyne.App, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := open(ctx, a, o)
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	defer stop()
	w.win.ShowAndRun()
	return nil
}

// open makes the window and begins.
func open(ctx context.Context, a fyne.App, o Options) *window {
	if o.Do == nil {
		o.Do = fyne.Do
	}
	w := &window{app: a}
	w.desk = &desk{opt: o, frame: w, ctx: ctx, at: atHome, cards: map[string]trouble{}}
	w.applyLook()
	w.win = a.NewWindow("Understudy")
	w.win.SetPadded(false)
	w.body = container.NewStack()
	w.frame = newNavFrame(w.desk, w.body)
	w.fade = newFade(w)
	w.win.SetContent(container.NewStack(w.frame.root, w.fade.veil))
	w.win.Resize(fyne.NewSize(900, 720))
	w.win.SetMaster()
	w.win.SetCloseIntercept(w.closeWanted)
	w.win.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) {
		names := make([]string, len(uris))
		for i, u := range uris {
			names[i] = u.Path()
		}
		w.desk.drop(names)
	})
	w.listen()
	a.Lifecycle().SetOnEnteredForeground(func() {
		if w.now != nil && w.now.raised != nil {
			w.now.raised(o.Now())
		}
	})
	w.desk.begin()
	go w.keepTime(ctx)
	return w
}

// begin opens the device and shows the first screen.
func (d *desk) begin() {
	if err := d.opt.SettingsProblem; err != nil {
		d.opt.SettingsProblem = nil
		title, sentences := words.Error(err, words.About{})
		d.show(d.pageScreen(words.Page{Title: title, Sentences: append(sentences, words.T("Understudy can go on with its own settings; the file stays as it is."))},
			action{word: words.T("Go on"), main: true, do: d.begin},
			action{word: words.T("Make a new file"), do: d.replaceSettings}))
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
	d.goTo(atHome)
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
	}, action{word: words.T("Go on"), main: true, do: d.begin}))
}

// show implements frame.
func (w *window) show(s *screen) {
	if s == w.now && !s.over {
		w.draw()
		return
	}
	before := w.now
	if s.over {
		w.below = before
	} else {
		if before != nil && before.over {
			before = w.below
		}
		w.below = nil
		if before != nil && before != s && before.closed != nil {
			before.closed()
		}
	}
	w.now = s
	w.draw()
	w.fade.start()
}

// back implements frame: it leaves a screen over another one.
func (w *window) back(to *screen) {
	w.below = nil
	w.now = to
	w.draw()
}

func (w *window) draw() {
	w.desk.touch()
	w.ticks(w.now.tick != nil && (w.now.waiting == nil || len(w.desk.waiting) > 0))
	w.body.Objects = []fyne.CanvasObject{w.now.content}
	w.frame.show(w.now)
	w.body.Refresh()
	w.win.SetTitle(words.T("{title} - Understudy", "title", w.now.page.Title))
	if w.now.focus != nil {
		w.win.Canvas().Focus(w.now.focus)
	} else {
		w.win.Canvas().Unfocus()
	}
}

// ticks implements frame.
func (w *window) ticks(wanted bool) { w.ticking.Store(wanted) }

// current implements frame.
func (w *window) current() *screen { return w.now }

// focus implements frame.
func (w *window) focus(f fyne.Focusable) { w.win.Canvas().Focus(f) }

// copy implements frame.
func (w *window) copy(text string) { w.app.Clipboard().SetContent(text) }

// openFile implements frame.
func (w *window) openFile(use func(name string)) {
	open := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil || r == nil {
			return
		}
		_ = r.Close()
		use(r.URI().Path())
	}, w.win)
	open.SetFilter(storage.NewExtensionFileFilter([]string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"}))
	open.Show()
}

// applyLook implements frame.
func (w *window) applyLook() {
	w.app.Settings().SetTheme(palette(w.desk.opt.Settings.Current(), w.app.Settings().ThemeVariant()))
}

// closeWanted asks the screen first: closing answers nothing.
func (w *window) closeWanted() {
	if w.now != nil && w.now.asksBeforeClosing {
		w.now.back()
		return
	}
	w.desk.stop()
	w.win.Close()
}

// listen takes keys and shortcuts that no widget uses.
func (w *window) listen() {
	c := w.win.Canvas()
	c.SetOnTypedKey(w.typed)
	c.SetOnTypedRune(func(r rune) {
		if i := int(r - '1'); w.now != nil && i >= 0 && i < min(9, len(w.now.digits)) {
			w.now.digits[i]()
		}
	})
	ctrl := func(k fyne.KeyName, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) { w.unlessAlone(do) })
	}
	d := w.desk
	ctrl(fyne.KeyO, d.openImage)
	ctrl(fyne.Key1, func() { d.goTo(atHome) })
	ctrl(fyne.Key2, func() { d.goTo(atHistory) })
	ctrl(fyne.Key3, func() { d.goTo(atSettings) })
	ctrl(fyne.KeyN, func() { d.show(d.welcomeScreen()) })
	ctrl(fyne.KeyF, func() {
		if w.now.search != nil {
			c.Focus(w.now.search)
		}
	})
	c.AddShortcut(&fyne.ShortcutPaste{Clipboard: w.app.Clipboard()}, func(fyne.Shortcut) { w.unlessAlone(d.paste) })
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) { d.lock() })
	for _, k := range []fyne.KeyName{fyne.KeyA, fyne.KeyD} {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierAlt}, func(fyne.Shortcut) {
			if w.now != nil && w.now.keys[k] != nil {
				w.now.keys[k]()
			}
		})
	}
}

// unlessAlone does what leads elsewhere, unless the screen has to be answered or
// left first.
func (w *window) unlessAlone(do func()) {
	if w.now != nil && w.now.place != "" && !w.desk.locked && !w.desk.busy() {
		do()
	}
}

func (w *window) typed(e *fyne.KeyEvent) {
	w.desk.touch()
	switch e.Name {
	case fyne.KeyEscape:
		if w.now != nil && w.now.back != nil {
			w.now.back()
		}
	case fyne.KeyF1:
		w.unlessAlone(func() { w.desk.show(w.desk.keysScreen()) })
	}
}

// keepTime renews what shows the time, and locks when nobody does anything. A
// window at rest looks at the clock every few seconds only.
func (w *window) keepTime(ctx context.Context) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if w.ticking.Load() || n%restTicks == 0 {
				w.desk.do(func() { w.ticked(w.desk.now()) })
			}
		}
	}
}

func (w *window) ticked(now time.Time) {
	if w.now != nil && w.now.tick != nil {
		w.now.tick(now)
	}
	after := time.Duration(w.desk.opt.Settings.Current().LockAfter) * time.Minute
	if w.desk.phone != nil && now.Round(0).Sub(w.desk.used) > after && !w.desk.locked && w.anybodyLoggedIn() {
		w.desk.lock()
	}
}

func (w *window) anybodyLoggedIn() bool {
	return slices.ContainsFunc(w.desk.phone.Device.Profiles(), func(p device.Profile) bool { return w.desk.phone.Device.LoggedIn(p.ID) })
}
