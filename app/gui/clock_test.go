package gui

import (
	"testing"
	"time"
	"unsafe"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/core/mobileauth"
)

// wound is a clock like that of a computer: time goes by, and somebody may set it.
type wound struct {
	began   time.Time // with a monotonic reading
	passed  time.Duration
	setBy   time.Duration // what the wall clock was set by
	stopped time.Duration // that the computer slept
}

func (w *wound) now() time.Time {
	return set(w.began.Add(w.passed), w.setBy+w.stopped)
}

// set gives a time another wall clock and leaves its monotonic reading, which a
// program cannot do without knowing how package time keeps both.
func set(t time.Time, by time.Duration) time.Time {
	const secondsShift = 30
	*(*uint64)(unsafe.Pointer(&t)) += uint64(by/time.Second) << secondsShift
	return t
}

func TestSet(t *testing.T) {
	began := time.Now()
	for _, by := range []time.Duration{time.Hour, -time.Hour} {
		if moved := set(began, by); moved.Sub(began) != 0 || moved.Round(0).Sub(began.Round(0)) != by {
			t.Errorf("%v: %v of the one clock, %v of the other", by, moved.Sub(began), moved.Round(0).Sub(began.Round(0)))
		}
	}
}

// timed is a question at a clock that can be set; it runs out after two minutes.
func timed(t *testing.T) (*person, *wound) {
	w := &wound{began: time.Now()}
	p := adasComputer(t)
	p.edit = func(o *Options) { o.Now = w.now }
	p.start()
	p.looks("Home")
	p.puts(request(t, func(r *mobileauth.Request) { r.ExpiresAt = w.now().Add(2 * time.Minute) }))
	p.draws()
	return p, w
}

// timeLeft is what the question says of its time.
func timeLeft(p *person) string {
	said := ""
	walk(p.w.frame.Canvas(), func(n node) bool {
		if left, ok := n.CanvasObject.(*kit.TimeLeft); ok {
			said = left.AccessibilityLabel()
		}
		return true
	})
	return said
}

// A clock that is set back makes no request live longer, and none unanswerable.
func TestClockSetBack(t *testing.T) {
	p, w := timed(t)
	w.passed, w.setBy = 2*time.Second, -time.Hour
	p.w.frame.Look(w.now())
	if got := timeLeft(p); got != "2 minutes left" {
		t.Errorf("%q", got)
	}
	w.passed = 119 * time.Second
	p.w.frame.Look(w.now())
	if got := timeLeft(p); got != "1 second left" {
		t.Errorf("%q", got)
	}
	p.alt(fyne.KeyD)
	if len(p.answers) != 1 {
		t.Errorf("%q", p.answers)
	}
}

func TestClockSetBackAndRunOut(t *testing.T) {
	p, w := timed(t)
	w.passed, w.setBy = 121*time.Second, -time.Hour
	p.w.frame.Look(w.now())
	p.alt(fyne.KeyA)
	if got := timeLeft(p); got != "No time left" || len(p.answers) != 0 {
		t.Errorf("%q, %q", got, p.answers)
	}
}

// A computer that slept, or a clock that is set forward, has let the request run
// out: nothing answers it any more.
func TestSleepWhileAsked(t *testing.T) {
	p, w := timed(t)
	w.passed, w.stopped = 2*time.Second, time.Hour
	p.w.frame.Look(w.now())
	p.alt(fyne.KeyA)
	p.chooses("Accept")
	if got := timeLeft(p); got != "No time left" || len(p.answers) != 0 {
		t.Errorf("%q, %q", got, p.answers)
	}
}

// The window locks itself after ten minutes without use, whatever happens to the
// clock.
func TestLockAndClock(t *testing.T) {
	for name, c := range map[string]struct {
		wound
		locked bool
	}{
		"used":             {wound{passed: 9 * time.Minute}, false},
		"unused":           {wound{passed: 11 * time.Minute}, true},
		"slept":            {wound{stopped: time.Hour}, true},
		"set back":         {wound{setBy: -time.Hour}, false},
		"set back, unused": {wound{passed: 11 * time.Minute, setBy: -time.Hour}, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := sit(t)
			now := &wound{began: time.Now()}
			p.edit = func(o *Options) { o.Now = now.now }
			p.registered(true)
			p.start()
			p.looks("Home")
			p.chooses("Unlock, Anna Example, " + p.bed.Origin.Host())
			p.looks(annaPIN)
			p.types(testPIN)
			p.press(fyne.KeyReturn)
			p.looks("Home")
			now.passed, now.setBy, now.stopped = c.passed, c.setBy, c.stopped
			p.w.frame.Look(now.now())
			if p.w.locked != c.locked {
				t.Errorf("locked: %v", p.w.locked)
			}
		})
	}
}

// Requests that wait at home run out by the same clocks.
func TestSleepWhileWaiting(t *testing.T) {
	w := &wound{began: time.Now()}
	p := adasComputer(t)
	p.edit = func(o *Options) { o.Now = w.now }
	p.start()
	p.looks("Home")
	p.w.setWaiting([]mobileauth.Waiting{{TransactionID: "T", Profile: ada(t), Portal: "Example Bank", ExpiresAt: w.now().Add(2 * time.Minute)}})
	p.draws()
	p.tabTo("Review, Example Bank")
	w.stopped = time.Hour
	p.w.frame.Look(w.now())
	p.draws()
	if rows := p.named("Review"); len(rows) != 0 {
		t.Errorf("%q", rows)
	}
	if got := p.focused(); got != "Scan screen" {
		t.Errorf("the focus is on %q", got)
	}
}

// The focus stays at the request at which it is when others come and go.
func TestWaitingKeepsTheFocus(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	waits := func(names ...string) {
		var list []mobileauth.Waiting
		for i, n := range names {
			list = append(list, mobileauth.Waiting{TransactionID: n, Profile: ada(t), Portal: n, ExpiresAt: noon.Add(time.Duration(20+i) * time.Second)})
		}
		p.w.setWaiting(list)
		p.draws()
	}
	waits("one", "two")
	p.tabTo("Review, two")
	waits("zero", "one", "two")
	if got := p.focused(); got != "Review, two" {
		t.Errorf("the focus is on %q", got)
	}
	p.tabTo("two is waiting for your answer. For Ada. 22 seconds left.")
	waits("one", "two", "three")
	if got := p.focused(); got != "two is waiting for your answer. For Ada. 21 seconds left." {
		t.Errorf("the focus is on %q", got)
	}
}
