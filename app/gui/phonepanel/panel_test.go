package phonepanel

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/bridging"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/core/bridge"
	"github.com/understudy-auth/understudy/core/device"
)

var phone1 = bridge.Info{Origin: "http://localhost:8000", Name: "phone-1", Pages: 1}

// desk is a panel whose drawing is done by the test's goroutine.
type desk struct {
	*Panel
	t     *testing.T
	queue chan func()
}

func sit(t *testing.T, browser func(context.Context, string) error) *desk {
	a := test.NewTempApp(t)
	a.Settings().SetTheme(look.New(look.Light, 1))
	d := &desk{t: t, queue: make(chan func(), 100)}
	d.Panel = open(t.Context(), a, func(f func()) { d.queue <- f }, browser)
	return d
}

// until draws what comes until something is so.
func (d *desk) until(what string, so func() bool) {
	d.t.Helper()
	for !so() {
		select {
		case f := <-d.queue:
			f()
		case <-d.t.Context().Done():
			d.t.Fatal("waited for " + what)
		}
	}
}

// shown is what the window of a device says.
func (d *desk) shown(on bridge.Info) (texts []string, buttons map[string]*kit.Button) {
	buttons = map[string]*kit.Button{}
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *kit.Button:
			buttons[o.AccessibilityLabel()] = o
		case *kit.Paragraph:
			texts = append(texts, o.String())
		case *fyne.Container:
			for _, inner := range o.Objects {
				walk(inner)
			}
			return
		}
		if w, ok := o.(fyne.Widget); ok {
			for _, inner := range test.WidgetRenderer(w).Objects() {
				walk(inner)
			}
		}
	}
	walk(d.side(on).content)
	return texts, buttons
}

func (d *desk) says(on bridge.Info, text string) func() bool {
	return func() bool {
		texts, _ := d.shown(on)
		return slices.Contains(texts, text)
	}
}

func (d *desk) press(on bridge.Info, word string) {
	d.t.Helper()
	_, buttons := d.shown(on)
	if buttons[word] == nil {
		d.t.Fatalf("there is no %q", word)
	}
	buttons[word].Press()
}

// The browser does not open: the page stays offered, and its address can be taken
// elsewhere, which goes on with the registration.
func TestRegistrationPage(t *testing.T) {
	asked := ""
	d := sit(t, func(_ context.Context, page string) error { asked = page; return errors.New("no browser") })
	var later func()
	d.after = func(_ time.Duration, f func()) { later = f }
	d.Changed(phone1)
	ended := make(chan error, 1)
	go func() { ended <- d.OpenPage(t.Context(), phone1, "http://127.0.0.1/login") }()
	d.until("the page", d.says(phone1, "Registration page"))
	d.press(phone1, "Open")
	d.until("the failure", d.says(phone1, "The browser did not open. Copy the address, and open it in a browser on this computer."))
	d.press(phone1, "Copy address")
	if err := <-ended; err != nil || asked != "http://127.0.0.1/login" || d.app.Clipboard().Content() != asked {
		t.Errorf("%v, %q", err, asked)
	}
	if later(); d.app.Clipboard().Content() != "" {
		t.Error("the address stays in the clipboard")
	}
	d.until("the card to go", func() bool { return !d.says(phone1, "Registration page")() })
}

// A flow that ends takes its page away.
func TestRegistrationPageCanceled(t *testing.T) {
	d := sit(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.OpenPage(ctx, phone1, "http://127.0.0.1/login") }()
	d.until("the page", d.says(phone1, "Registration page"))
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	d.until("the card to go", func() bool { return !d.says(phone1, "Registration page")() })
}

// Each finger that is pressed is what the sensor of that device reads.
func TestFinger(t *testing.T) {
	d := sit(t, nil)
	windows := len(d.app.Driver().AllWindows())
	other := bridge.Info{Origin: "http://localhost:8100", Name: "phone-2"}
	d.Sensor(other)
	hand := d.Sensor(phone1)
	for word, want := range map[string]device.Finger{
		"Matching finger": device.FingerMatch, "Wrong finger": device.FingerNoMatch, "Too many tries": device.FingerTooMany, "Finger removed": device.FingerRemoved,
	} {
		got := make(chan device.Finger, 1)
		go func() {
			finger, _ := hand.Read(t.Context())
			got <- finger
		}()
		d.until("the sensor to wait", d.says(phone1, "The app waits for a finger"))
		if d.says(other, "The app waits for a finger")() {
			t.Error("the other phone's sensor waits, too")
		}
		d.press(phone1, word)
		if finger := <-got; finger != want {
			t.Errorf("%s: %v", word, finger)
		}
		d.until("the card to go", func() bool { return !d.says(phone1, "The app waits for a finger")() })
	}
	if more := len(d.app.Driver().AllWindows()) - windows; len(d.sides) != 2 || more != 1 {
		t.Errorf("%d phones, %d more windows", len(d.sides), more)
	}
}

// Who is at a button stays there, whatever else the app does meanwhile.
func TestFocusStays(t *testing.T) {
	d := sit(t, nil)
	d.Changed(phone1)
	hand := d.Sensor(phone1)
	read := make(chan device.Finger, 1)
	go func() {
		finger, _ := hand.Read(t.Context())
		read <- finger
	}()
	d.until("the sensor to wait", d.says(phone1, "The app waits for a finger"))
	_, buttons := d.shown(phone1)
	wrong := buttons["Wrong finger"]
	d.first.Canvas().Focus(wrong)
	d.Asked(phone1, bridge.Asked{Service: "OneginiMobileAuthClient", Action: "enroll", At: time.Now()})
	in := phone1
	in.LoggedIn = "W8DUJ2"
	d.Changed(in)
	d.until("the call", d.says(phone1, "Enroll"))
	d.until("the login", d.says(phone1, "Logged in"))
	if _, buttons := d.shown(phone1); buttons["Wrong finger"] != wrong || d.first.Canvas().Focused() != fyne.Focusable(wrong) {
		t.Error("the focus is lost")
	}
	wrong.Press()
	if finger := <-read; finger != device.FingerNoMatch {
		t.Error(finger)
	}
}

// What the app does is told in words, and nothing that has none.
func TestTold(t *testing.T) {
	d := sit(t, nil)
	flown := make(chan bool, 1)
	d.runs(bridging.Running{Address: "http://127.0.0.1:8710/#token=x", Airplane: func(on bridge.Info, off bool) bool { flown <- off; return true }})
	d.Changed(phone1)
	d.until("the app", d.says(phone1, "Connected"))
	d.Asked(phone1, bridge.Asked{Service: "OneginiMobileAuthClient", Action: "isEnrolled", At: time.Now()})
	d.Asked(phone1, bridge.Asked{Service: "OneginiMobileAuthClient", Action: "enroll", At: time.Now()})
	d.until("the call", d.says(phone1, "Enroll"))
	if n := len(d.side(phone1).list.Objects); n != 1 {
		t.Errorf("%d calls are told", n)
	}
	in := phone1
	in.LoggedIn, in.Waits = "W8DUJ2", "onPinRequest"
	d.Changed(in)
	d.until("the login", d.says(phone1, "Logged in"))
	if !d.says(phone1, "The app waits for the PIN. Enter it there.")() {
		t.Error("what the app waits for is not told")
	}
	test.Tap(d.side(phone1).airplane)
	if !<-flown {
		t.Error("the airplane mode is off")
	}
	in.Pages = 0
	d.Changed(in)
	d.until("the page to go", d.says(phone1, "Waiting for the app"))
}
