//go:build unix && !darwin && !ios

package screen

import (
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/understudy-auth/understudy/core/desktop"
)

// waylandMonitors asks the compositor where its monitors are, in its own units. None
// where it does not tell: there are no pixels in this, so it is not worth an error.
func waylandMonitors(ctx context.Context) []monitor {
	socket, err := desktop.WaylandSocket(os.Getenv)
	if err != nil {
		return nil
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	w := &waylandLine{conn: conn, next: 2}
	monitors, err := w.monitors()
	if err != nil {
		return nil
	}
	return monitors
}

// waylandLine speaks the protocol (https://wayland.freedesktop.org/docs): messages
// of 32-bit words to and from numbered objects; the first is the display.
type waylandLine struct {
	conn    io.ReadWriter
	next    uint32 // number of the next object
	globals []waylandGlobal
	outputs []*waylandOutput
}

// waylandGlobal is something that the compositor has.
type waylandGlobal struct {
	name, version uint32
	kind          string
}

// waylandOutput is one monitor.
type waylandOutput struct {
	object, logical uint32 // its own number, and that of its place on the desktop
	name            string
	at, size        image.Point // logical
}

const (
	waylandDisplay  = 1
	waylandRegistry = 2

	maxGlobals = 1000
	maxMessage = 4096 // as in the compositors' own library
)

func (w *waylandLine) monitors() ([]monitor, error) {
	if err := w.send(waylandDisplay, 1, w.object()); err != nil { // get_registry
		return nil, err
	}
	if err := w.sync(); err != nil {
		return nil, err
	}
	placer := uint32(0)
	for _, g := range w.globals {
		if g.kind == "zxdg_output_manager_v1" {
			var err error
			if placer, err = w.bind(g, 3); err != nil {
				return nil, err
			}
		}
	}
	if placer == 0 {
		return nil, errors.New("the compositor does not tell the places of its monitors")
	}
	for _, g := range w.globals {
		if g.kind != "wl_output" {
			continue
		}
		object, err := w.bind(g, 4)
		if err != nil {
			return nil, err
		}
		o := &waylandOutput{object: object, logical: w.object()}
		w.outputs = append(w.outputs, o)
		if err := w.send(placer, 1, o.logical, o.object); err != nil { // get_xdg_output
			return nil, err
		}
	}
	if err := w.sync(); err != nil {
		return nil, err
	}
	var monitors []monitor
	for _, o := range w.outputs {
		monitors = append(monitors, monitor{name: o.name, bounds: image.Rectangle{Min: o.at, Max: o.at.Add(o.size)}})
	}
	return monitors, nil
}

func (w *waylandLine) object() uint32 {
	w.next++
	return w.next - 1
}

// bind makes an object of something that the compositor has, in the newest version
// that both know.
func (w *waylandLine) bind(g waylandGlobal, known uint32) (uint32, error) {
	object := w.object()
	words := []uint32{g.name, uint32(len(g.kind) + 1)}
	text := make([]byte, (len(g.kind)+4)/4*4)
	copy(text, g.kind)
	for word := range slices.Chunk(text, 4) {
		words = append(words, binary.NativeEndian.Uint32(word))
	}
	return object, w.send(waylandRegistry, 0, append(words, min(g.version, known), object)...)
}

func (w *waylandLine) send(object, request uint32, words ...uint32) error {
	message := binary.NativeEndian.AppendUint32(nil, object)
	message = binary.NativeEndian.AppendUint32(message, uint32(8+4*len(words))<<16|request)
	for _, word := range words {
		message = binary.NativeEndian.AppendUint32(message, word)
	}
	_, err := w.conn.Write(message)
	return err
}

// sync takes events until the compositor has done all that was asked before.
func (w *waylandLine) sync() error {
	done := w.object()
	if err := w.send(waylandDisplay, 0, done); err != nil {
		return err
	}
	for {
		head := make([]byte, 8)
		if _, err := io.ReadFull(w.conn, head); err != nil {
			return err
		}
		object, what := binary.NativeEndian.Uint32(head), binary.NativeEndian.Uint32(head[4:])
		size := what >> 16
		if size < 8 || size > maxMessage {
			return errors.New("the compositor's message makes no sense")
		}
		body := make([]byte, size-8)
		if _, err := io.ReadFull(w.conn, body); err != nil {
			return err
		}
		switch {
		case object == done:
			return nil
		case object == waylandDisplay && what&0xffff == 0:
			return errors.New("the compositor refuses")
		}
		if err := w.event(object, what&0xffff, waylandWords(body)); err != nil {
			return err
		}
	}
}

func (w *waylandLine) event(object, event uint32, body waylandWords) error {
	if object == waylandRegistry && event == 0 { // global
		if len(w.globals) == maxGlobals {
			return errors.New("the compositor has too much")
		}
		g := waylandGlobal{name: body.word(0), kind: body.text(4)}
		g.version = body.word(4 + 4 + (len(g.kind)+4)/4*4)
		w.globals = append(w.globals, g)
	}
	for _, o := range w.outputs {
		switch {
		case object == o.object && event == 4: // name
			o.name = body.text(0)
		case object == o.logical && event == 3 && o.name == "":
			o.name = body.text(0)
		case object == o.logical && event == 0: // logical_position
			o.at = body.point()
		case object == o.logical && event == 1: // logical_size
			o.size = body.point()
		}
	}
	return nil
}

// waylandWords is what a message holds. What is not there is zero.
type waylandWords []byte

func (b waylandWords) word(at int) uint32 {
	if at+4 > len(b) {
		return 0
	}
	return binary.NativeEndian.Uint32(b[at:])
}

// text is a text, which its length with the end mark goes before.
func (b waylandWords) text(at int) string {
	length := int64(b.word(at))
	if length == 0 || int64(at)+4+length > int64(len(b)) {
		return ""
	}
	return strings.TrimRight(string(b[at+4:at+4+int(length)]), "\x00")
}

func (b waylandWords) point() image.Point {
	return image.Pt(int(int32(b.word(0))), int(int32(b.word(4))))
}
