package frame

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func begin(t *testing.T, a fyne.App, first func(*Window)) *Window {
	t.Helper()
	w := New(a, Options{Now: time.Now, Do: fyne.Do, Motion: func() bool { return true }, LockAfter: 10}, Actions{
		Go: func(Place) {}, Used: func() {}, Free: func() bool { return true },
	})
	t.Cleanup(w.Close)
	w.Begin(func() { first(w) })
	return w
}

// A window has its fonts before anything is put into it: reading one takes several
// megabytes, measuring a text with it next to none.
func TestFontsAreReadWithTheWindow(t *testing.T) {
	begin(t, test.NewTempApp(t), func(*Window) {})
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fyne.MeasureText("not measured before", theme.TextSize(), style)
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("%+v: measuring took %d bytes: the font was read", style, took)
		}
	}
}

// shop sells windows that note in which order they are made.
type shop struct {
	fyne.App
	calls []string
}

func (s *shop) NewWindow(title string) fyne.Window { return noted{s.App.NewWindow(title), s} }

type noted struct {
	fyne.Window
	by *shop
}

func (n noted) note(call string)               { n.by.calls = append(n.by.calls, call) }
func (n noted) Show()                          { n.note("show"); n.Window.Show() }
func (n noted) SetCloseIntercept(f func())     { n.note("close"); n.Window.SetCloseIntercept(f) }
func (n noted) SetContent(o fyne.CanvasObject) { n.note("content"); n.Window.SetContent(o) }

// The window is asked for before what is in it is made, which is done once; and it
// can be closed as soon as it is there.
func TestWindowComesFirst(t *testing.T) {
	s := &shop{App: test.NewTempApp(t)}
	w := begin(t, s, func(w *Window) {
		s.calls = append(s.calls, "first screen")
		w.Show(&Screen{Content: container.NewStack()})
	})
	if want := []string{"content", "close", "show", "content", "first screen"}; !slices.Equal(s.calls, want) {
		t.Errorf("%v, want %v", s.calls, want)
	}
	if least := w.win.Content().MinSize(); least.Width < 360 {
		t.Errorf("the window may be as small as %v", least)
	}
}

// The first screen is there with the window's first picture: a veil over it would
// make the start longer.
func TestFirstScreenDoesNotFadeIn(t *testing.T) {
	w := begin(t, test.NewTempApp(t), func(*Window) {})
	for n, fades := range []bool{false, true, true} {
		w.Show(&Screen{Content: container.NewStack()})
		if got := w.fade.run != nil; got != fades {
			t.Errorf("screen %d: fades %t, want %t", n+1, got, fades)
		}
	}
}
