//go:build unix && !darwin && !ios

package screen

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/understudy-auth/understudy/core/capture/screen/screentest"
)

// compositor stands in for one: it has globals, and says of each monitor what it is
// told to.
type compositor struct {
	globals  []string
	monitors []said // of wl_output, in their order
	odd      []byte // is sent in place of the answer to the last sync
}

// said is what a compositor says of a monitor.
type said struct {
	name, older string // by wl_output, and by xdg_output
	bounds      image.Rectangle
}

// start makes it the one of this test.
func (c *compositor) start(t *testing.T) {
	t.Helper()
	folder, err := os.MkdirTemp("", "wl") // a short path, for the socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	l, err := net.Listen("unix", filepath.Join(folder, "wayland-0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	t.Setenv("XDG_RUNTIME_DIR", folder)
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.serve(conn)
			_ = conn.Close()
		}
	}()
}

func message(object, event uint32, body []byte) []byte {
	out := binary.NativeEndian.AppendUint32(nil, object)
	out = binary.NativeEndian.AppendUint32(out, uint32(8+len(body))<<16|event)
	return append(out, body...)
}

func words(values ...uint32) (out []byte) {
	for _, v := range values {
		out = binary.NativeEndian.AppendUint32(out, v)
	}
	return out
}

func text(s string) []byte {
	out := append(words(uint32(len(s)+1)), s...)
	return append(out, make([]byte, 4-len(s)%4)...)
}

func (c *compositor) serve(conn net.Conn) {
	kinds := map[uint32]string{1: "wl_display"} // of objects
	var outputs, places []uint32
	for syncs := 0; ; {
		head := make([]byte, 8)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		object, what := binary.NativeEndian.Uint32(head), binary.NativeEndian.Uint32(head[4:])
		body := make([]byte, what>>16-8)
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		first, last := binary.NativeEndian.Uint32(body), binary.NativeEndian.Uint32(body[len(body)-4:])
		var answer []byte
		switch request := what & 0xffff; kinds[object] {
		case "wl_display":
			if request == 1 {
				kinds[first] = "wl_registry"
				for n, g := range c.globals {
					answer = append(answer, message(first, 0, slices.Concat(words(uint32(n+1)), text(g), words(9)))...)
				}
				break
			}
			if syncs++; syncs == 2 {
				answer = c.tell(outputs, places)
				if c.odd != nil {
					_, _ = conn.Write(append(answer, c.odd...))
					return
				}
			}
			answer = append(answer, message(first, 0, words(0))...)
		case "wl_registry":
			kinds[last] = c.globals[first-1]
			if kinds[last] == "wl_output" {
				outputs = append(outputs, last)
			}
		case "zxdg_output_manager_v1":
			places = append(places, first)
		}
		if _, err := conn.Write(answer); err != nil {
			return
		}
	}
}

func (c *compositor) tell(outputs, places []uint32) (answer []byte) {
	for n, m := range c.monitors {
		if n >= len(places) {
			break
		}
		min, size := m.bounds.Min, m.bounds.Size()
		answer = slices.Concat(answer,
			message(outputs[n], 3, words(1)), // its scale, which does not matter
			message(places[n], 3, text(m.older)),
			message(places[n], 0, words(uint32(min.X), uint32(min.Y))),
			message(places[n], 1, words(uint32(size.X), uint32(size.Y))))
		if m.name != "" {
			answer = append(answer, message(outputs[n], 4, text(m.name))...)
		}
	}
	return answer
}

var usualGlobals = []string{"wl_compositor", "wl_output", "zxdg_output_manager_v1", "wl_seat", "wl_output"}

// desktopPicture is a picture of that many pixels, each of another colour.
func desktopPicture(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{byte(x), byte(y), byte(x>>8 | y>>8<<4), 255})
		}
	}
	return m
}

func TestWaylandMonitors(t *testing.T) {
	d := newDesk(t)
	two := []said{{"DP-1", "DP-1", image.Rect(0, 0, 200, 100)}, {"", "eDP-1", image.Rect(200, -20, 280, 40)}}
	for name, c := range map[string]struct {
		compositor compositor
		picture    image.Image
		monitor    int
		want       []string
		first      image.Point // of the picture, that the first shot begins with
		err        bool
	}{
		"one scale": {
			compositor{usualGlobals, two, nil},
			desktopPicture(280, 120), 0,
			[]string{"1 DP-1 (0,0)-(200,100) (0,0)-(200,100) 1", "2 eDP-1 (200,-20)-(280,40) (0,0)-(80,60) 1"},
			image.Pt(0, 20), false,
		},
		"the finest is of two": {
			compositor{usualGlobals, two, nil},
			desktopPicture(560, 240), 0,
			[]string{"1 DP-1 (0,0)-(200,100) (0,0)-(400,200) 2", "2 eDP-1 (200,-20)-(280,40) (0,0)-(160,120) 2"},
			image.Pt(0, 40), false,
		},
		"of one and a half": {
			compositor{usualGlobals, two, nil},
			desktopPicture(420, 180), 2,
			[]string{"2 eDP-1 (200,-20)-(280,40) (0,0)-(120,90) 1.5"},
			image.Pt(300, 0), false,
		},
		"no such monitor": {compositor{usualGlobals, two, nil}, desktopPicture(280, 120), 3, nil, image.Point{}, true},
		"others than in the picture": {
			compositor{usualGlobals, two, nil},
			desktopPicture(300, 200), 0,
			[]string{"1  (0,0)-(300,200) (0,0)-(300,200) 1"},
			image.Point{},
			false,
		},
		"no places": {
			compositor{[]string{"wl_output", "wl_output"}, two, nil},
			desktopPicture(280, 120), 0,
			[]string{"1  (0,0)-(280,120) (0,0)-(280,120) 1"},
			image.Point{},
			false,
		},
		"an error": {
			compositor{usualGlobals, two, message(1, 0, words(1, 2))},
			desktopPicture(280, 120), 0,
			[]string{"1  (0,0)-(280,120) (0,0)-(280,120) 1"},
			image.Point{},
			false,
		},
		"a message without a length": {
			compositor{usualGlobals, two, words(3, 4<<16)},
			desktopPicture(280, 120), 0,
			[]string{"1  (0,0)-(280,120) (0,0)-(280,120) 1"},
			image.Point{},
			false,
		},
		"a message that ends early": {
			compositor{usualGlobals, two, words(3, 40<<16, 1)},
			desktopPicture(280, 120), 0,
			[]string{"1  (0,0)-(280,120) (0,0)-(280,120) 1"},
			image.Point{},
			false,
		},
		"texts that are too long": {
			compositor{usualGlobals, two, slices.Concat(message(2, 0, words(1, 1<<31, 7)), message(5, 4, words(^uint32(0), 7)))},
			desktopPicture(280, 120), 0,
			[]string{"1  (0,0)-(280,120) (0,0)-(280,120) 1"},
			image.Point{},
			false,
		},
		"transparent": {
			compositor{usualGlobals, two, nil},
			transparent(280, 120), 0,
			[]string{"1 DP-1 (0,0)-(200,100) (0,0)-(200,100) 1", "2 eDP-1 (200,-20)-(280,40) (0,0)-(80,60) 1"},
			image.Pt(0, 20), false,
		},
		"of 16 bits": {
			compositor{usualGlobals, two, nil},
			of16Bits(280, 120), 0,
			[]string{"1 DP-1 (0,0)-(200,100) (0,0)-(200,100) 1", "2 eDP-1 (200,-20)-(280,40) (0,0)-(80,60) 1"},
			image.Pt(0, 20), false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			data := encoded(t, c.picture)
			screentest.NewPortal(t, func(r *screentest.Request) *dbus.Error {
				r.Answer(0, uri(d.file("a.png", data)))
				return nil
			})
			c.compositor.start(t)
			shots, err := Grab(t.Context(), Options{Monitor: c.monitor})
			if got := described(shots); (err != nil) != c.err || !slices.Equal(got, c.want) {
				t.Fatal(got, err)
			}
			if c.err {
				return
			}
			size := c.picture.Bounds().Size()
			want := partOf(desktopPicture(size.X, size.Y), image.Rectangle{Min: c.first, Max: c.first.Add(shots[0].Image.Bounds().Size())})
			if !shows(shots[0].Image, want, image.Point{}, 0) {
				t.Error("the first shot is of another part")
			}
		})
	}
}

// transparent is a desktopPicture as wlroots leaves it.
func transparent(w, h int) image.Image {
	m := desktopPicture(w, h)
	out := &image.NRGBA{Pix: m.Pix, Stride: m.Stride, Rect: m.Rect}
	for i := 3; i < len(out.Pix); i += 4 {
		out.Pix[i] = 0
	}
	return out
}

func of16Bits(w, h int) image.Image {
	out := image.NewRGBA64(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Rect, desktopPicture(w, h), image.Point{}, draw.Src)
	return out
}

// FuzzWayland lets a compositor say anything.
func FuzzWayland(f *testing.F) {
	c := compositor{globals: usualGlobals, monitors: []said{{"DP-1", "", image.Rect(0, 0, 9, 9)}}}
	f.Add(slices.Concat(message(2, 0, slices.Concat(words(1), text("wl_output"), words(4))), message(3, 0, words(0)), c.tell([]uint32{5}, []uint32{6}), message(7, 0, nil)))
	f.Fuzz(func(t *testing.T, data []byte) {
		w := &waylandLine{conn: struct {
			io.Reader
			io.Writer
		}{bytes.NewReader(data), io.Discard}, next: 2}
		if monitors, err := w.monitors(); err == nil {
			if _, err := cut(desktopPicture(40, 30), monitors, 0); err != nil {
				t.Error(err)
			}
		}
	})
}
