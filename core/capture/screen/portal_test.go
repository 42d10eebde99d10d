//go:build unix && !darwin && !ios

package screen

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/screen/screentest"
)

// desk is where a portal puts its pictures; nothing may stay there.
type desk struct {
	t      *testing.T
	folder string
}

func newDesk(t *testing.T) *desk {
	d := &desk{t, t.TempDir()}
	t.Cleanup(func() {
		if left, err := os.ReadDir(d.folder); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
	return d
}

// file writes a file, and gives its address as it is.
func (d *desk) file(name string, data []byte) string {
	d.t.Helper()
	name = filepath.Join(d.folder, name)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		d.t.Error(err) // not Fatal: portals answer in goroutines of their own
	}
	return "file://" + name
}

func encoded(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func uri(address any) map[string]any { return map[string]any{"uri": address} }

func TestPortal(t *testing.T) {
	d := newDesk(t)
	data := encoded(t, patch(0))
	for name, answer := range map[string]func(*screentest.Request){
		"after the path":  func(r *screentest.Request) { go r.Answer(0, uri(d.file("a.png", data))) },
		"before the path": func(r *screentest.Request) { r.Answer(0, uri(d.file("a.png", data))) },
		"broadcast":       func(r *screentest.Request) { r.Broadcast(0, uri(d.file("a.png", data))) },
	} {
		t.Run(name, func(t *testing.T) {
			asked := make(chan map[string]dbus.Variant, 1)
			screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
				asked <- r.Options
				answer(r)
				return nil
			})
			if err := Available(t.Context()); err != nil {
				t.Error(err)
			}
			shots, err := Grab(t.Context(), Options{})
			if got := described(shots); err != nil || !slices.Equal(got, []string{"1  (0,0)-(13,7) (0,0)-(13,7) 1"}) {
				t.Fatal(got, err)
			}
			if !shows(shots[0].Image, patch(0), image.Point{}, 0) {
				t.Error("the picture is another one")
			}
			if interactive, ok := (<-asked)["interactive"].Value().(bool); !ok || interactive {
				t.Error("the person is asked to choose what is taken")
			}
		})
	}
}

func TestPortalFileNames(t *testing.T) {
	d := newDesk(t)
	data := encoded(t, patch(0))
	for name, address := range map[string]func(plain string) string{
		"Bildschirmfoto vom 25.11. 17-02-03 ü.png": func(s string) string {
			return strings.NewReplacer(" ", "%20", "ü", "%C3%BC").Replace(s)
		},
		"with blanks ü.png": func(s string) string { return s },
		"what?.png":         func(s string) string { return s },
		"what%3F.png":       func(s string) string { return strings.ReplaceAll(s, "%", "%25") },
		"a#b.png":           func(s string) string { return strings.ReplaceAll(s, "#", "%23") },
		"a#c.png":           func(s string) string { return s },
		"100%.png":          func(s string) string { return s },
		"\xff\n.png":        func(s string) string { return strings.NewReplacer("\xff", "%FF", "\n", "%0A").Replace(s) },
		"-rf.png":           func(s string) string { return s },
		"host.png":          func(s string) string { return strings.Replace(s, "file://", "file://localhost", 1) },
		"one slash.png":     func(s string) string { return strings.Replace(s, "file://", "FILE:", 1) },
		"no ending":         func(s string) string { return s },
	} {
		t.Run(name, func(t *testing.T) {
			screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
				r.Answer(0, uri(address(d.file(name, data))))
				return nil
			})
			shots, err := Grab(t.Context(), Options{})
			if err != nil || !shows(shots[0].Image, patch(0), image.Point{}, 0) {
				t.Error(shots, err)
			}
		})
	}
}

func TestPortalRefuses(t *testing.T) {
	d := newDesk(t)
	data := encoded(t, patch(0))
	huge := slices.Clone(data)
	huge[16+1], huge[20+1] = 1, 1 // its head says 65536 pixels more, each way
	copy(huge[29:33], crc(huge[12:29]))
	folder := t.TempDir()
	for name, c := range map[string]struct {
		code   uint32
		answer map[string]any
		fails  *dbus.Error
		err    error
	}{
		"the person said no":  {code: 1, err: ErrRefused},
		"it may not":          {code: 2, answer: uri("file:///dev/null"), err: ErrRefused},
		"not allowed":         {fails: dbus.NewError("org.freedesktop.portal.Error.NotAllowed", nil), err: ErrRefused},
		"no such thing":       {fails: &dbus.ErrMsgUnknownMethod, err: ErrNoPortal},
		"its backend is slow": {fails: dbus.NewError("org.freedesktop.DBus.Error.NoReply", nil), err: ErrSilent},
		"no address":          {err: ErrPicture},
		"a number":            {answer: uri(uint32(7)), err: ErrPicture},
		"empty":               {answer: uri(""), err: ErrPicture},
		"not a file":          {answer: uri("https://example.com/a.png"), err: ErrPicture},
		"elsewhere":           {answer: uri("file://far/a.png"), err: ErrPicture},
		"relative":            {answer: uri("file:a.png"), err: ErrPicture},
		"with an end mark":    {answer: uri("file:///a%00.png"), err: ErrPicture},
		"missing":             {answer: uri("file://" + d.folder + "/none.png"), err: ErrPicture},
		"a folder":            {answer: uri("file://" + folder), err: ErrPicture},
		"not a picture":       {answer: uri(d.file("text.png", []byte("text"))), err: ErrPicture},
		"nothing":             {answer: uri(d.file("nothing.png", nil)), err: ErrPicture},
		"cut off":             {answer: uri(d.file("cut.png", data[:60])), err: ErrPicture},
		"too large":           {answer: uri(d.file("huge.png", huge)), err: &capture.TooLargeError{}},
	} {
		t.Run(name, func(t *testing.T) {
			screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
				r.Answer(c.code, c.answer)
				return c.fails
			})
			_, err := Grab(t.Context(), Options{})
			large, isLarge := errors.AsType[*capture.TooLargeError](err)
			if _, wantLarge := errors.AsType[*capture.TooLargeError](c.err); wantLarge {
				if !isLarge || large.Pixels == 0 {
					t.Errorf("err = %v", err)
				}
			} else if !errors.Is(err, c.err) || isLarge {
				t.Errorf("err = %v", err)
			}
			if err != nil && strings.Contains(err.Error(), d.folder) {
				t.Errorf("a foreign name is in the error: %v", err)
			}
		})
	}
	if _, err := os.Stat(folder); err != nil {
		t.Error("the folder is gone")
	}
	t.Run("a pipe", func(t *testing.T) {
		name := filepath.Join(d.folder, "pipe")
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
		screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
			r.Answer(0, uri("file://"+name))
			return nil
		})
		if _, err := Grab(t.Context(), Options{}); !errors.Is(err, ErrPicture) {
			t.Errorf("err = %v", err)
		}
	})
}

func crc(data []byte) []byte {
	sum := crc32.ChecksumIEEE(data)
	return []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}
}

func TestNoPortal(t *testing.T) {
	t.Run("nobody there", func(t *testing.T) { screentest.NewBus(t); noPortal(t) })
	t.Run("no bus", func(t *testing.T) {
		screentest.NewBus(t)
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
		noPortal(t)
	})
	t.Run("another service", func(t *testing.T) {
		screentest.NewBus(t).Bus.Connect(t, "org.freedesktop.portal.Desktop")
		noPortal(t)
	})
}

func noPortal(t *testing.T) {
	t.Helper()
	for _, err := range []error{Available(t.Context()), grabbed(t.Context())} {
		if !errors.Is(err, ErrNoPortal) {
			t.Errorf("err = %v", err)
		}
	}
}

func TestFlashes(t *testing.T) {
	screentest.NewBus(t)
	for desktop, want := range map[string]bool{"GNOME": true, "ubuntu:GNOME": true, "sway": false, "KDE": false, "": false} {
		t.Setenv("XDG_CURRENT_DESKTOP", desktop)
		if got := Flashes(t.Context()); got != want {
			t.Errorf("%q: %v", desktop, got)
		}
	}
	t.Setenv("XDG_CURRENT_DESKTOP", "GNOME")
	screentest.NewX(t, "100x100x24").Use(t)
	if Flashes(t.Context()) {
		t.Error("X11 flashes")
	}
}

// Older portals choose the path themselves.
func TestPortalWithAnotherPath(t *testing.T) {
	d := newDesk(t)
	requests := make(chan *screentest.Request, 1)
	p := screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
		r.Path += "other"
		requests <- r
		return nil
	})
	rules := p.Bus.Listeners(t)
	go func() {
		r := <-requests
		for rule := range rules { // it is listened to
			if strings.Contains(rule, string(r.Path)) {
				r.Broadcast(0, uri(d.file("a.png", encoded(t, patch(0)))))
				return
			}
		}
	}()
	if _, err := Grab(t.Context(), Options{Patience: time.Minute}); err != nil {
		t.Error(err)
	}
}

func TestPortalSilent(t *testing.T) {
	short := Options{Patience: 300 * time.Millisecond}
	t.Run("takes no call", func(t *testing.T) {
		end := make(chan struct{})
		screentest.NewPortal(t, func(*screentest.Request) *dbus.Error { <-end; return nil })
		defer close(end)
		if err := grabbedWith(t.Context(), short); !errors.Is(err, ErrSilent) {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("gives no answer", func(t *testing.T) {
		screentest.NewPortal(t, func(*screentest.Request) *dbus.Error { return nil })
		if err := grabbedWith(t.Context(), short); !errors.Is(err, ErrSilent) {
			t.Errorf("err = %v", err)
		}
	})
}

func grabbedWith(ctx context.Context, o Options) error {
	_, err := grab(ctx, o, func(context.Context) (way, error) { return portal{late: 10 * time.Millisecond}, nil })
	return err
}

// The person gives up: the desktop is told, and what it had made already does not
// stay.
func TestPortalCanceled(t *testing.T) {
	for name, when := range map[string]struct{ call, answer bool }{"in the call": {call: true}, "before the answer": {answer: true}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			written := make(chan struct{})
			screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
				if when.call {
					cancel()
				}
				go func() {
					<-r.Closed
					address := d.file("late.png", encoded(t, patch(0)))
					close(written)
					r.Answer(0, uri(address))
				}()
				return nil
			})
			shown := 0
			o := Options{Patience: time.Minute, Hide: func(context.Context) func() { return func() { shown++ } }}
			if when.answer {
				o.Patience, o.Waiting = time.Second, cancel
			}
			_, err := grab(ctx, o, func(context.Context) (way, error) { return portal{late: time.Minute}, nil })
			if !errors.Is(err, context.Canceled) || shown != 1 {
				t.Errorf("err = %v, the window was shown %d times", err, shown)
			}
			<-written
		})
	}
}

// The bus goes away; nobody waits for the deadline.
func TestBusGone(t *testing.T) {
	bus := make(chan *screentest.Portal, 1)
	bus <- screentest.NewPortal(t, func(*screentest.Request) *dbus.Error {
		(<-bus).Bus.Stop()
		return nil
	})
	if err := grabbedWith(t.Context(), Options{Patience: time.Minute}); !errors.Is(err, ErrNoPortal) {
		t.Errorf("err = %v", err)
	}
}

// The desktop asks the person first. Meanwhile the window is back, so a second
// picture is taken without it.
func TestPortalAsks(t *testing.T) {
	d := newDesk(t)
	asking := make(chan *screentest.Request, 1)
	var asked atomic.Bool
	screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
		if !asked.Swap(true) {
			asking <- r
			return nil
		}
		r.Answer(0, uri(d.file("b.png", encoded(t, patch(2)))))
		return nil
	})
	var did []string
	o := Options{
		Patience: 2 * time.Second,
		Hide: func(context.Context) func() {
			did = append(did, "hide")
			return func() { did = append(did, "show") }
		},
		Waiting: func() {
			did = append(did, "waiting")
			(<-asking).Answer(0, uri(d.file("a.png", encoded(t, patch(1)))))
		},
	}
	shots, err := Grab(t.Context(), o)
	if err != nil || !shows(shots[0].Image, patch(2), image.Point{}, 0) {
		t.Error(shots, err)
	}
	if !slices.Equal(did, []string{"hide", "show", "waiting", "hide", "show"}) {
		t.Error(did)
	}
}
