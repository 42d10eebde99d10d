//go:build unix && !darwin && !ios

package screentest

import (
	"bufio"
	"context"
	"encoding/binary"
	"image"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"

	"github.com/understudy-auth/understudy/core/desktop"
	"github.com/understudy-auth/understudy/core/desktop/bustest"
)

// X is an X server.
type X struct {
	Display string
	t       testing.TB
	conn    *xgb.Conn
	server  *os.Process
}

// NewX starts an X server with these screens, each such as "640x480x24", until the
// test ends.
func NewX(t *testing.T, screens ...string) *X {
	t.Helper()
	bustest.Need(t, "Xvfb", "xvfb")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	// With -noreset the server keeps its monitors when a client leaves.
	args := []string{"-displayfd", "3", "-noreset", "-nolisten", "tcp"}
	for n, s := range screens {
		args = append(args, "-screen", strconv.Itoa(n), s)
	}
	cmd := exec.Command("Xvfb", args...)
	cmd.ExtraFiles = []*os.File{write}
	err = cmd.Start()
	_ = write.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	number, err := bufio.NewReader(read).ReadString('\n') // it says so when it is ready
	if err != nil {
		t.Fatal("Xvfb did not start: ", err)
	}
	x := &X{Display: ":" + strings.TrimSpace(number), t: t, server: cmd.Process}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if x.conn, err = desktop.X11(ctx, x.Display); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.conn.Close)
	return x
}

// Use makes the server the desktop of this test and what it starts.
func (x *X) Use(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"DISPLAY": x.Display, "WAYLAND_DISPLAY": "", "XDG_SESSION_TYPE": "x11"} {
		t.Setenv(name, value)
	}
}

// Process is the server's.
func (x *X) Process() *os.Process { return x.server }

func (x *X) root(screen int) xproto.ScreenInfo { return xproto.Setup(x.conn).Roots[screen] }

// Monitor adds a monitor to the first screen. The first one takes the place of the
// one that the server has by itself.
func (x *X) Monitor(name string, bounds image.Rectangle) {
	x.t.Helper()
	if _, err := desktop.X11Extension(x.conn, "RANDR"); err != nil {
		x.t.Fatal(err)
	}
	root := x.root(0).Root
	_, err := randr.QueryVersion(x.conn, 1, 5).Reply()
	if err != nil {
		x.t.Fatal(err)
	}
	there, err := randr.GetMonitors(x.conn, root, true).Reply()
	if err != nil {
		x.t.Fatal(err)
	}
	info := randr.MonitorInfo{
		Name: x.atom(name), X: int16(bounds.Min.X), Y: int16(bounds.Min.Y), Width: uint16(bounds.Dx()), Height: uint16(bounds.Dy()),
		WidthInMillimeters: 300, HeightInMillimeters: 200,
	}
	for _, m := range there.Monitors {
		if m.Automatic {
			info.Outputs, info.NOutput = m.Outputs, m.NOutput
		}
	}
	if err := randr.SetMonitorChecked(x.conn, root, info).Check(); err != nil {
		x.t.Fatal(err)
	}
}

func (x *X) atom(name string) xproto.Atom {
	x.t.Helper()
	reply, err := xproto.InternAtom(x.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		x.t.Fatal(err)
	}
	return reply.Atom
}

// Paint puts a picture on the screen, of 16 or 24 bits, over everything.
func (x *X) Paint(picture image.Image, at image.Point) { x.PaintOn(0, picture, at) }

// PaintOn is Paint for one of several screens.
func (x *X) PaintOn(screen int, picture image.Image, at image.Point) {
	x.t.Helper()
	root := x.root(screen)
	gc, err := xproto.NewGcontextId(x.conn)
	if err != nil {
		x.t.Fatal(err)
	}
	xproto.CreateGC(x.conn, gc, xproto.Drawable(root.Root), xproto.GcSubwindowMode, []uint32{xproto.SubwindowModeIncludeInferiors})
	defer xproto.FreeGC(x.conn, gc)
	b := picture.Bounds()
	for y := range b.Dy() {
		var row []byte
		for i := range b.Dx() {
			r, g, bl, _ := picture.At(b.Min.X+i, b.Min.Y+y).RGBA()
			if root.RootDepth == 16 {
				row = binary.LittleEndian.AppendUint16(row, uint16(r>>11<<11|g>>10<<5|bl>>11))
				continue
			}
			row = append(row, byte(bl>>8), byte(g>>8), byte(r>>8), 0)
		}
		row = append(row, make([]byte, len(row)%4)...)
		xproto.PutImage(x.conn, xproto.ImageFormatZPixmap, xproto.Drawable(root.Root), gc,
			uint16(b.Dx()), 1, int16(at.X), int16(at.Y+y), 0, root.RootDepth, row)
	}
	if _, err := xproto.GetInputFocus(x.conn).Reply(); err != nil { // the server has done all that was asked before
		x.t.Fatal(err)
	}
}
