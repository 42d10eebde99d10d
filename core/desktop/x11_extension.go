package desktop

import (
	"encoding/binary"
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// xgb keeps what events and errors of extensions are in maps that the readers of
// all connections look into, and into which the Init of an extension writes, without
// a lock: a connection that gets an event meanwhile ends the program. So no Init is
// ever called (X11Extension does what is needed of it), and the maps are filled once,
// before there is a connection.
func init() {
	for code := firstEvent; code <= lastEvent; code++ {
		xgb.NewEventFuncs[code] = func(event []byte) xgb.Event { return ExtensionEvent(event[0] & lastEvent) }
	}
	for code := firstError; code <= lastError; code++ {
		xgb.NewErrorFuncs[code] = func(e []byte) xgb.Error {
			return extensionError{code, binary.LittleEndian.Uint16(e[2:]), binary.LittleEndian.Uint32(e[4:])}
		}
	}
}

// The codes that belong to extensions.
const (
	firstEvent = 64
	lastEvent  = 127
	firstError = 128
	lastError  = 255
)

// extensionError is an error of an extension.
type extensionError struct {
	code     int
	sequence uint16
	bad      uint32
}

func (e extensionError) Error() string      { return fmt.Sprintf("error %d of an extension", e.code) }
func (e extensionError) SequenceId() uint16 { return e.sequence }
func (e extensionError) BadId() uint32      { return e.bad }

// ExtensionEvent is an event of an extension, by its code: that of the extension's
// first one and its number there.
type ExtensionEvent byte

// Bytes implements xgb.Event; nothing of the event is kept.
func (e ExtensionEvent) Bytes() []byte { return nil }

// String implements xgb.Event.
func (e ExtensionEvent) String() string { return fmt.Sprintf("event %d of an extension", byte(e)) }

// X11Extension lets a connection use an extension of the server's, in place of
// the Init of xgb's package for it. First is the code of the extension's first
// event.
func X11Extension(conn *xgb.Conn, name string) (first ExtensionEvent, err error) {
	reply, err := xproto.QueryExtension(conn, uint16(len(name)), name).Reply()
	switch {
	case err != nil:
		return 0, err
	case !reply.Present:
		return 0, fmt.Errorf("the X server has no extension %s", name)
	}
	conn.ExtLock.Lock()
	conn.Extensions[name] = reply.MajorOpcode
	conn.ExtLock.Unlock()
	return ExtensionEvent(reply.FirstEvent), nil
}
