package frame

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// The first screen is there with the window's first picture: a veil over it would
// make the start longer.
func TestFirstScreenDoesNotFadeIn(t *testing.T) {
	w := New(test.NewTempApp(t), Options{Now: time.Now, Do: fyne.Do, Motion: func() bool { return true }, LockAfter: 10}, Actions{
		Go: func(Place) {}, Used: func() {}, Free: func() bool { return true },
	})
	t.Cleanup(w.Close)
	for n, fades := range []bool{false, true, true} {
		w.Show(&Screen{Content: container.NewStack()})
		if got := w.fade.run != nil; got != fades {
			t.Errorf("screen %d: fades %t, want %t", n+1, got, fades)
		}
	}
}
