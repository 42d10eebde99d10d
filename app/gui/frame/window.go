package frame

import (
	"context"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"

	"github.com/understudy-auth/understudy/app/words"
)

const (
	tickEvery = 200 * time.Millisecond // how often time that is shown is renewed
	restTicks = 25                     // of them between two looks at the clock of a window at rest
)

// Actions is what the window's own keys, buttons and drops do.
type Actions struct {
	Go                     func(Place)
	Scan, Camera           func() // look for a code, unless something is under way
	Image, Paste, Lock     func()
	AddProfile, ListOfKeys func()
	Drop                   func(names []string)
	// Free reports whether something may lead away from the screen.
	Free func() bool
	// Used is called when the person does something, Looked at each look at the
	// clock, Closing when the window is about to close.
	Used    func()
	Looked  func(now time.Time)
	Closing func()
}

// Options is what a window needs beside its actions.
type Options struct {
	Now       func() time.Time
	Do        func(func()) // runs a function on the goroutine that draws
	Motion    func() bool  // whether screens may fade in
	LockAfter int          // minutes, as it is told below Lock
	// Rest has the toolkit sleep until something happens, at most for a while, and
	// reports whether nothing did. It must not be called where things are drawn.
	Rest func(most time.Duration) (quiet bool)
}

// Window is the frame around a screen. Its methods belong to the goroutine that
// draws.
type Window struct {
	opt Options
	act Actions
	app fyne.App
	win fyne.Window

	ticking atomic.Bool // the screen shows the time
	now     *Screen
	below   *Screen // under a screen that comes back to it
	body    *fyne.Container
	late    late
	fonts   <-chan struct{} // closed when they are read
	around  *around
	fade    *fade
}

// New makes a window, which is not shown yet.
func New(a fyne.App, o Options, act Actions) *Window {
	w := &Window{opt: o, act: act, app: a, body: container.NewStack(), fonts: readFonts()}
	w.win = a.NewWindow("Understudy")
	w.late.win = w.win
	w.win.SetPadded(false)
	w.win.SetContent(container.New(&w.late))
	w.win.Resize(fyne.NewSize(900, 720))
	w.win.SetMaster()
	w.win.SetCloseIntercept(w.CloseWanted)
	w.win.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) {
		names := make([]string, len(uris))
		for i, u := range uris {
			names[i] = u.Path()
		}
		act.Drop(names)
	})
	w.listen()
	a.Lifecycle().SetOnEnteredForeground(w.raised)
	return w
}

// Begin shows the window. What is in it is made, and first called, on the way:
// while the window system is asked for a window, which takes longer than all else
// of a start, another processor reads the fonts.
func (w *Window) Begin(first func()) {
	w.late.make = func() {
		<-w.fonts
		w.around = newAround(w.act, w.opt.LockAfter, w.body)
		w.fade = newFade(w)
		w.win.SetContent(container.NewStack(w.around.root, w.fade.veil))
		first()
	}
	w.win.Show()
	w.late.MinSize(nil) // if showing the window did not ask for its size
}

// late is the layout of a window in which there is nothing yet. The toolkit asks
// for its size when it has a window of the system's and before that is seen: then
// it makes what will be there.
type late struct {
	win  fyne.Window
	make func()
}

// MinSize implements fyne.Layout.
func (l *late) MinSize([]fyne.CanvasObject) fyne.Size {
	if l.make == nil {
		return fyne.Size{}
	}
	do := l.make
	l.make = nil
	do()
	return l.win.Content().MinSize()
}

// Layout implements fyne.Layout.
func (l *late) Layout([]fyne.CanvasObject, fyne.Size) {}

// readFonts has the toolkit read the fonts of the theme. Nothing else may measure
// text before it is done.
func readFonts() (done <-chan struct{}) {
	read := make(chan struct{})
	go func() {
		defer close(read)
		for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
			fyne.MeasureText("A", theme.TextSize(), style)
		}
	}()
	return read
}

// Run shows the window until it is closed or ctx ends.
func (w *Window) Run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() { fyne.Do(w.app.Quit) })
	defer stop()
	w.app.Run()
}

// Show replaces the screen.
func (w *Window) Show(s *Screen) {
	if s == w.now && !s.Over {
		w.Draw()
		return
	}
	before := w.now
	if s.Over {
		w.below = before
	} else {
		if before != nil && before.Over {
			before = w.below
		}
		w.below = nil
		if before != nil && before != s && before.Closed != nil {
			before.Closed()
		}
	}
	first := w.now == nil // nothing to fade from: the window is there at once
	w.now = s
	w.Draw()
	if !first {
		w.fade.start()
	}
}

// BackTo leaves a screen that is over another one.
func (w *Window) BackTo(s *Screen) {
	w.below, w.now = nil, s
	w.raised()
	w.Draw()
}

// raised tells the screen that it comes into sight.
func (w *Window) raised() {
	if w.now != nil && w.now.Raised != nil {
		w.now.Raised(w.opt.Now())
	}
}

// Draw shows the present screen anew.
func (w *Window) Draw() {
	w.act.Used()
	for over := w.win.Canvas().Overlays(); over.Top() != nil; { // a menu or a choice of files that was open
		over.Remove(over.Top())
	}
	w.Ticks(w.now.Tick != nil && w.now.News == nil)
	w.body.Objects = []fyne.CanvasObject{w.now.Content}
	w.around.show(w.now)
	w.body.Refresh()
	w.win.SetTitle(words.T("{title} - Understudy", "title", w.now.Page.Title))
	if w.now.Focus != nil {
		w.win.Canvas().Focus(w.now.Focus)
	} else {
		w.win.Canvas().Unfocus()
	}
	if w.now.News != nil {
		w.now.News()
	}
}

// Current is the screen that is shown.
func (w *Window) Current() *Screen { return w.now }

// Focus moves the focus.
func (w *Window) Focus(f fyne.Focusable) { w.win.Canvas().Focus(f) }

// Canvas is what the window draws on.
func (w *Window) Canvas() fyne.Canvas { return w.win.Canvas() }

// Resize sets the size of what the window shows.
func (w *Window) Resize(size fyne.Size) { w.win.Resize(size) }

// Close closes the window without a question.
func (w *Window) Close() { w.win.Close() }

// Copy puts a text into the clipboard.
func (w *Window) Copy(text string) { w.app.Clipboard().SetContent(text) }

// Wear sets the theme.
func (w *Window) Wear(t fyne.Theme) { w.app.Settings().SetTheme(t) }

// Ticks says whether the screen shows the time.
func (w *Window) Ticks(wanted bool) { w.ticking.Store(wanted) }

// OpenFile lets the person choose a picture file.
func (w *Window) OpenFile(use func(name string)) {
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

// CloseWanted is what the window's close button does. It asks the screen first:
// closing answers nothing.
func (w *Window) CloseWanted() {
	if w.below != nil && w.below.AsksBeforeClosing {
		w.BackTo(w.below)
	}
	if w.now != nil && w.now.AsksBeforeClosing {
		w.now.Back()
		return
	}
	w.act.Closing()
	w.win.Close()
}

// KeepTime has the screen renew the time that it shows, until ctx ends. A window
// at rest looks at the clock every few seconds only.
func (w *Window) KeepTime(ctx context.Context) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if w.ticking.Load() || n%restTicks == 0 {
				w.opt.Do(func() { w.Look(w.opt.Now()) })
			}
		}
	}
}

// Look is one look at the clock.
func (w *Window) Look(now time.Time) {
	if w.now != nil && w.now.Tick != nil {
		w.now.Tick(now)
	}
	w.act.Looked(now)
}

// awayFor is how long a desktop may take to draw what a window hid.
const awayFor = 300 * time.Millisecond

// Away takes the window off the screen, and returns when the desktop has had time
// to draw what it hid; back shows it again. Both may be called by any goroutine.
func (w *Window) Away(ctx context.Context) (back func()) {
	w.opt.Do(w.win.Hide)
	select {
	case <-ctx.Done():
	case <-time.After(awayFor):
	}
	return func() {
		w.opt.Do(func() {
			w.win.Show()
			w.win.RequestFocus()
		})
	}
}
