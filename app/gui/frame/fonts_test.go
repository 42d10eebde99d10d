package frame

import (
	"runtime"
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
