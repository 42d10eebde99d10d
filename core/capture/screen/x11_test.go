//go:build unix && !darwin && !ios

package screen

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"net"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/screen/screentest"
)

// patch is a small picture whose pixels are all different.
func patch(seed int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, 13, 7))
	for i := range m.Pix {
		m.Pix[i] = byte(seed + 3*i)
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

// shows reports whether a picture shows a patch at a place; each colour may be off
// by a little, where the screen has fewer.
func shows(picture image.Image, patch image.Image, at image.Point, off int) bool {
	b := patch.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			want := color.NRGBAModel.Convert(patch.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			got := color.NRGBAModel.Convert(picture.At(at.X+x, at.Y+y)).(color.NRGBA)
			for _, d := range []int{int(want.R) - int(got.R), int(want.G) - int(got.G), int(want.B) - int(got.B), int(want.A) - int(got.A)} {
				if d > off || d < -off {
					return false
				}
			}
		}
	}
	return true
}

// described is what shots say of themselves, and where they are.
func described(shots []Shot) (list []string) {
	for _, s := range shots {
		list = append(list, fmt.Sprintf("%d %s %v %v %g", s.Number, s.Name, s.Bounds, s.Image.Bounds(), s.Scale))
	}
	return list
}

func TestX11Monitors(t *testing.T) {
	x := screentest.NewX(t, "900x400x24")
	x.Use(t)
	x.Paint(patch(0), image.Pt(20, 30))
	x.Paint(patch(100), image.Pt(520, 300))

	shots, err := Grab(t.Context(), Options{})
	if got := described(shots); err != nil || !slices.Equal(got, []string{"1 screen (0,0)-(900,400) (0,0)-(900,400) 1"}) {
		t.Fatal(got, err)
	}
	if !shows(shots[0].Image, patch(0), image.Pt(20, 30), 0) || !shows(shots[0].Image, patch(100), image.Pt(520, 300), 0) {
		t.Error("the picture is not that of the screen")
	}

	// The right one first, as X servers have them in any order.
	x.Monitor("right", image.Rect(500, 0, 1200, 400)) // further than the screen goes
	x.Monitor("left", image.Rect(0, 0, 500, 400))
	x.Monitor("mirror", image.Rect(0, 0, 500, 400))
	shots, err = Grab(t.Context(), Options{})
	want := []string{"1 left (0,0)-(500,400) (0,0)-(500,400) 1", "2 right (500,0)-(900,400) (0,0)-(400,400) 1"}
	if got := described(shots); err != nil || !slices.Equal(got, want) {
		t.Fatal(got, err)
	}
	if !shows(shots[0].Image, patch(0), image.Pt(20, 30), 0) || !shows(shots[1].Image, patch(100), image.Pt(20, 300), 0) {
		t.Error("a picture is not that of its monitor")
	}

	shots, err = Grab(t.Context(), Options{Monitor: 2})
	if got := described(shots); err != nil || !slices.Equal(got, want[1:]) || !shows(shots[0].Image, patch(100), image.Pt(20, 300), 0) {
		t.Error(got, err)
	}
	for _, n := range []int{3, -1} {
		_, err = Grab(t.Context(), Options{Monitor: n})
		if missing, ok := errors.AsType[*MonitorError](err); !ok || *missing != (MonitorError{n, 2}) {
			t.Errorf("monitor %d: %v", n, err)
		}
	}
	if err := Available(t.Context()); err != nil {
		t.Error(err)
	}
}

// A server with several screens, one of them of few colours, and one so large that
// its pixels come in several answers.
func TestX11Screens(t *testing.T) {
	x := screentest.NewX(t, "2100x2050x24", "101x60x16")
	x.Use(t)
	x.PaintOn(0, patch(7), image.Pt(2080, 2040))
	x.PaintOn(1, patch(50), image.Pt(88, 50))
	shots, err := Grab(t.Context(), Options{})
	if err != nil || len(shots) != 2 {
		t.Fatal(shots, err)
	}
	if shots[1].Bounds != image.Rect(2100, 0, 2201, 60) {
		t.Error(shots[1].Bounds)
	}
	if !shows(shots[0].Image, patch(7), image.Pt(2080, 2040), 0) || !shows(shots[1].Image, patch(50), image.Pt(88, 50), 8) {
		t.Error("a picture is not that of its screen")
	}
}

func TestX11TooLarge(t *testing.T) {
	x := screentest.NewX(t, "9000x8000x24")
	x.Use(t)
	_, err := Grab(t.Context(), Options{})
	if large, ok := errors.AsType[*capture.TooLargeError](err); !ok || large.Pixels != 72_000_000 {
		t.Errorf("err = %v", err)
	}
	x.Monitor("part", image.Rect(0, 0, 100, 100))
	if shots, err := Grab(t.Context(), Options{Monitor: 1}); err != nil || len(shots) != 1 {
		t.Error(shots, err)
	}
}

// Servers of which no pixels can be had: with a palette, and before Wayland.
func TestX11Unreadable(t *testing.T) {
	x := screentest.NewX(t, "100x100x8")
	x.Use(t)
	if _, err := Grab(t.Context(), Options{}); !errors.Is(err, ErrPicture) {
		t.Errorf("err = %v", err)
	}
	screentest.NewBus(t) // without a portal
	x.Use(t)
	x.Monitor("XWAYLAND0", image.Rect(0, 0, 100, 100))
	for _, err := range []error{Available(t.Context()), grabbed(t.Context())} {
		if !errors.Is(err, ErrNoPortal) {
			t.Errorf("err = %v", err)
		}
	}
}

func grabbed(ctx context.Context) error {
	_, err := Grab(ctx, Options{})
	return err
}

// The window is gone before a pixel is taken, and back on every way out.
func TestHide(t *testing.T) {
	x := screentest.NewX(t, "100x100x24")
	x.Use(t)
	var did []string
	hide := func(context.Context) func() {
		did = append(did, "hide")
		x.Paint(patch(1), image.Point{})
		return func() {
			did = append(did, "show")
			x.Paint(patch(2), image.Point{})
		}
	}
	for _, monitor := range []int{0, 2} {
		did = nil
		shots, err := Grab(t.Context(), Options{Hide: hide, Monitor: monitor})
		if (err == nil) != (monitor == 0) || !slices.Equal(did, []string{"hide", "show"}) {
			t.Error(did, err)
		}
		if err == nil && !shows(shots[0].Image, patch(1), image.Point{}, 0) {
			t.Error("the window is in the picture")
		}
	}
	if _, err := Grab(t.Context(), Options{Hide: func(context.Context) func() { return nil }}); err != nil {
		t.Error(err)
	}
}

// A server that stops in the middle of it, and one that only takes the connection.
func TestX11Silent(t *testing.T) {
	x := screentest.NewX(t, "100x100x24")
	x.Use(t)
	stop := func(context.Context) func() {
		_ = x.Process().Signal(syscall.SIGSTOP)
		return func() { _ = x.Process().Signal(syscall.SIGCONT) }
	}
	if _, err := Grab(t.Context(), Options{Hide: stop, Patience: 300 * time.Millisecond}); !errors.Is(err, ErrSilent) {
		t.Errorf("err = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := Grab(ctx, Options{Hide: func(ctx context.Context) func() {
		show := stop(ctx)
		cancel()
		return show
	}}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}

	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "X:9"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv("DISPLAY", l.Addr().String()) // a path that ends like a display is the socket's
	if _, err := Grab(t.Context(), Options{Patience: 100 * time.Millisecond}); !errors.Is(err, ErrSilent) {
		t.Errorf("err = %v", err)
	}
}

// The server goes away in the middle of it; nobody waits for the deadline.
func TestX11Gone(t *testing.T) {
	x := screentest.NewX(t, "100x100x24")
	x.Use(t)
	_, err := Grab(t.Context(), Options{Patience: time.Minute, Hide: func(context.Context) func() {
		_ = x.Process().Kill()
		return nil
	}})
	if !errors.Is(err, ErrNoDisplay) && !errors.Is(err, ErrPicture) {
		t.Errorf("err = %v", err)
	}
}

func TestNoDisplay(t *testing.T) {
	for name, env := range map[string][2]string{"none is named": {"", ""}, "all are dead": {"/dead", "/dead:0"}} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_SESSION_TYPE", "")
			t.Setenv("WAYLAND_DISPLAY", env[0])
			t.Setenv("DISPLAY", env[1])
			for _, err := range []error{Available(t.Context()), grabbed(t.Context())} {
				if !errors.Is(err, ErrNoDisplay) {
					t.Errorf("err = %v", err)
				}
			}
		})
	}
}

func TestX11Painted(t *testing.T) {
	x := screentest.NewX(t, "100x100x24", "100x100x24")
	p, err := x11{x.Display}.painted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	// A new area of a screen may begin with all of it.
	for range 3 {
		if err := p.forget(); err != nil {
			t.Fatal(err)
		}
		for _, screen := range []int{0, 1} {
			x.PaintOn(screen, patch(1), image.Pt(50, 50))
		}
		for range 2 {
			if err := p.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	for err == nil { // at most the two of the beginning
		err = p.wait(ctx)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if _, err := (x11{"/dead:0"}).painted(t.Context()); err == nil {
		t.Error("a dead server tells of paint")
	}
}

// The server's word is good for a whole watch: what comes is seen, once.
func TestWatchX11(t *testing.T) {
	x := screentest.NewX(t, "100x100x24")
	x.Use(t)
	looks := 0
	err := Watch(t.Context(), Options{}, func(_ context.Context, shots []Shot) (bool, error) {
		looks++
		if looks == 1 {
			x.Paint(patch(1), image.Point{})
			return false, nil
		}
		if !shows(shots[0].Image, patch(1), image.Point{}, 0) {
			return false, errors.New("it shows something else")
		}
		return true, nil
	})
	if err != nil || looks != 2 {
		t.Errorf("%d looks, %v", looks, err)
	}
}

func TestX11Formats(t *testing.T) {
	for name, c := range map[string]struct {
		format   x11Format
		from, to []byte
	}{
		"usual":               {x11Format{32, 32, binary.LittleEndian, 0xff0000, 0xff00, 0xff}, []byte{3, 2, 1, 9}, []byte{1, 2, 3, 255}},
		"big endian":          {x11Format{32, 32, binary.BigEndian, 0xff0000, 0xff00, 0xff}, []byte{9, 1, 2, 3}, []byte{1, 2, 3, 255}},
		"blue first":          {x11Format{32, 32, binary.LittleEndian, 0xff, 0xff00, 0xff0000}, []byte{1, 2, 3, 9}, []byte{1, 2, 3, 255}},
		"30 bits":             {x11Format{32, 32, binary.LittleEndian, 0x3ff00000, 0xffc00, 0x3ff}, []byte{0xff, 3, 0, 0x20}, []byte{127, 0, 255, 255}},
		"24 bits":             {x11Format{24, 32, binary.LittleEndian, 0xff0000, 0xff00, 0xff}, []byte{3, 2, 1, 6, 5, 4}, []byte{1, 2, 3, 255, 4, 5, 6, 255}},
		"24 bits, big endian": {x11Format{24, 32, binary.BigEndian, 0xff0000, 0xff00, 0xff}, []byte{1, 2, 3}, []byte{1, 2, 3, 255}},
		"16 bits":             {x11Format{16, 32, binary.LittleEndian, 0xf800, 0x7e0, 0x1f}, []byte{0x1f, 0xf8, 0xe0, 7}, []byte{255, 0, 255, 255, 0, 255, 0, 255}},
		"15 bits":             {x11Format{16, 32, binary.BigEndian, 0x7c00, 0x3e0, 0x1f}, []byte{0x7c, 0x1f}, []byte{255, 0, 255, 255}},
	} {
		got := make([]byte, len(c.to))
		c.format.convert(got, c.from)
		if !c.format.known() || !slices.Equal(got, c.to) {
			t.Errorf("%s: %v, want %v", name, got, c.to)
		}
	}
	if n := (x11Format{bits: 24, pad: 32}).stride(5); n != 16 {
		t.Errorf("5 pixels of 24 bits take %d bytes", n)
	}
}
