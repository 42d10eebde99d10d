package frame

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// A window has its fonts before anything is put into it: reading one takes several
// megabytes, measuring a text with it next to none.
func TestFontsAreReadWithTheWindow(t *testing.T) {
	w := New(test.NewTempApp(t), Options{Now: time.Now, Do: fyne.Do, Motion: func() bool { return true }, LockAfter: 10}, Actions{})
	t.Cleanup(w.Close)
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

// The window comes before what is in it, but not before it can be closed.
func TestWindowComesFirst(t *testing.T) {
	s := &shop{App: test.NewTempApp(t)}
	w := New(s, Options{Now: time.Now, Do: fyne.Do, Motion: func() bool { return true }, LockAfter: 10}, Actions{})
	t.Cleanup(w.Close)
	if want := []string{"content", "close", "show", "content"}; !slices.Equal(s.calls, want) {
		t.Errorf("%v, want %v", s.calls, want)
	}
}
