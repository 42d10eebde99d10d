//go:build unix && !darwin && !ios

package screen

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strings"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/internal/await"
	"github.com/understudy-auth/understudy/core/desktop"
)

// x11 asks an X server for its pixels. Its unit is the pixel.
type x11 struct{ display string }

func (x x11) check(context.Context) error { return nil } // it was reached

func (x x11) take(ctx context.Context, j job) ([]Shot, error) {
	return within(ctx, j.patience, func(ctx context.Context) ([]Shot, error) {
		shots, err := await.Do(ctx, func() ([]Shot, error) { return x.shots(ctx, j.monitor) })
		j.taken()
		return shots, err
	})
}

func openX11(ctx context.Context, display string) (*xgb.Conn, error) {
	return desktop.X11(ctx, display)
}

func (x x11) shots(ctx context.Context, wanted int) (shots []Shot, err error) {
	conn, err := openX11(ctx, x.display)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNoDisplay, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, conn.Close)()
	defer func() { // xgb believes the lengths that it is told
		if recover() != nil {
			shots, err = nil, fmt.Errorf("%w (the X server's answer makes no sense)", ErrPicture)
		}
	}()
	screens, monitors := x11Monitors(conn)
	monitors, err = arranged(monitors, wanted)
	if err != nil {
		return nil, err
	}
	pixels := int64(0)
	for _, m := range monitors {
		pixels += int64(m.bounds.Dx()) * int64(m.bounds.Dy())
	}
	if pixels > capture.MaxPixels {
		return nil, &capture.TooLargeError{Pixels: pixels}
	}
	for _, m := range monitors {
		for _, s := range screens {
			if !m.bounds.In(s.bounds) {
				continue
			}
			picture, err := s.picture(conn, m.bounds.Sub(s.bounds.Min))
			if err != nil {
				return nil, fmt.Errorf("%w (%w)", ErrPicture, err)
			}
			shots = append(shots, Shot{Number: m.number, Name: m.name, Image: picture, Bounds: m.bounds, Scale: 1})
		}
	}
	return shots, nil
}

// x11Screen is one of an X server's screens, which mostly has one for all of its
// monitors. If there are others, they stand to its right.
type x11Screen struct {
	root   xproto.Window
	bounds image.Rectangle
	format x11Format
}

func x11Monitors(conn *xgb.Conn) (screens []x11Screen, monitors []monitor) {
	setup := xproto.Setup(conn)
	_, err := desktop.X11Extension(conn, "RANDR")
	tells := err == nil
	if tells { // RandR speaks only to those who said which version they know
		_, err := randr.QueryVersion(conn, 1, 5).Reply()
		tells = err == nil
	}
	left := 0
	for _, root := range setup.Roots {
		at := image.Pt(left, 0)
		left += int(root.WidthInPixels)
		s := x11Screen{
			root: root.Root, format: formatOf(setup, root),
			bounds: image.Rectangle{Max: image.Pt(int(root.WidthInPixels), int(root.HeightInPixels))}.Add(at),
		}
		screens = append(screens, s)
		var of []monitor
		if tells {
			of = x11MonitorsOf(conn, s)
		}
		if len(of) == 0 { // a server from before 2015, or one without monitors
			of = []monitor{{bounds: s.bounds}}
		}
		monitors = append(monitors, of...)
	}
	return screens, monitors
}

func x11MonitorsOf(conn *xgb.Conn, s x11Screen) (monitors []monitor) {
	list, err := randr.GetMonitors(conn, s.root, true).Reply()
	if err != nil {
		return nil
	}
	for _, m := range list.Monitors {
		at := image.Pt(int(m.X), int(m.Y)).Add(s.bounds.Min)
		bounds := image.Rectangle{Min: at, Max: at.Add(image.Pt(int(m.Width), int(m.Height)))}.Intersect(s.bounds)
		if bounds.Empty() {
			continue
		}
		name := ""
		if atom, err := xproto.GetAtomName(conn, m.Name).Reply(); err == nil {
			name = atom.Name
		}
		monitors = append(monitors, monitor{name: name, bounds: bounds})
	}
	return monitors
}

// isXwayland reports whether a server is the one that Wayland compositors keep for
// older programs: it sees only the windows of those.
func isXwayland(conn *xgb.Conn) bool {
	const name = "XWAYLAND"
	if ext, err := xproto.QueryExtension(conn, uint16(len(name)), name).Reply(); err == nil && ext.Present {
		return true
	}
	_, monitors := x11Monitors(conn) // before version 23 its monitors are called so
	for _, m := range monitors {
		if strings.HasPrefix(m.name, name) {
			return true
		}
	}
	return false
}

// band is how many bytes are asked for at once: one answer holds up everything
// else on the connection, its end included.
const band = 8 << 20

// picture reads a part of the screen.
func (s x11Screen) picture(conn *xgb.Conn, part image.Rectangle) (image.Image, error) {
	if !s.format.known() {
		return nil, errors.New("the X server keeps its pixels in a way that cannot be read; it needs colours of at least 15 bits")
	}
	out := image.NewRGBA(image.Rectangle{Max: part.Size()})
	stride := s.format.stride(part.Dx())
	rows := max(1, band/stride)
	for y := 0; y < part.Dy(); y += rows {
		n := min(rows, part.Dy()-y)
		reply, err := xproto.GetImage(conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root),
			int16(part.Min.X), int16(part.Min.Y+y), uint16(part.Dx()), uint16(n), ^uint32(0)).Reply()
		switch {
		case err != nil:
			return nil, err
		case len(reply.Data) < n*stride:
			return nil, errors.New("the X server gave fewer pixels than it was asked for")
		}
		for row := range n {
			s.format.convert(out.Pix[(y+row)*out.Stride:][:out.Stride], reply.Data[row*stride:][:stride])
		}
	}
	return out, nil
}
