//go:build unix && !darwin && !ios

package capture

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/understudy-auth/understudy/core/desktop"
)

// x11Clipboard is the selection CLIPBOARD of an X server, as the Inter-Client
// Communication Conventions have it: a program owns the selection, and is asked
// to put the content in the form of a type (a target) into a property of our
// window.
type x11Clipboard struct {
	conn   *xgb.Conn
	window xproto.Window
	atoms  map[string]xproto.Atom
	stop   func() bool
}

const (
	x11Selection = "CLIPBOARD"
	x11Targets   = "TARGETS" // the list of targets, as one of them
	x11Pieces    = "INCR"    // the type that announces the content in pieces
)

var errGone = fmt.Errorf("%w (the connection to the X server has ended)", ErrNoClipboard)

func openX11(ctx context.Context, display string) (_ clipboard, err error) {
	conn, err := desktop.X11(ctx, display)
	if err != nil {
		return nil, err
	}
	x := &x11Clipboard{conn: conn, atoms: map[string]xproto.Atom{}, stop: context.AfterFunc(ctx, conn.Close)}
	defer func() {
		if err != nil {
			x.close()
		}
	}()
	if err := x.intern(x11Selection, x11Targets, x11Pieces); err != nil {
		return nil, err
	}
	if err := x.intern(readTypes...); err != nil {
		return nil, err
	}
	return x, x.makeWindow()
}

func (x *x11Clipboard) intern(names ...string) error {
	for _, name := range names {
		reply, err := xproto.InternAtom(x.conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return err
		}
		x.atoms[name] = reply.Atom
	}
	return nil
}

// makeWindow makes a window that is never shown: the place of the properties.
func (x *x11Clipboard) makeWindow() error {
	window, err := xproto.NewWindowId(x.conn)
	if err != nil {
		return err
	}
	x.window = window
	root := xproto.Setup(x.conn).Roots[0].Root
	return xproto.CreateWindowChecked(x.conn, 0, window, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0,
		xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
}

// close ends the connection and with it what xgb runs for it, which may wait for
// its events to be taken.
func (x *x11Clipboard) close() {
	x.stop()
	x.conn.Close()
	for {
		if event, err := x.conn.WaitForEvent(); event == nil && err == nil {
			return
		}
	}
}

func (x *x11Clipboard) types() ([]string, error) {
	owner, err := xproto.GetSelectionOwner(x.conn, x.atoms[x11Selection]).Reply()
	if err != nil {
		return nil, err
	}
	if owner.Owner == xproto.WindowNone {
		return nil, ErrClipboardEmpty
	}
	list, err := x.convert(x11Targets, 32, MaxText)
	if errors.Is(err, errRefused) || errors.Is(err, errTooMuch) {
		return textTypes, nil // who gives no list has a text, if anything
	}
	if err != nil {
		return nil, err
	}
	offered := make([]xproto.Atom, 0, len(list)/4)
	for atom := range slices.Chunk(list, 4) {
		if len(atom) == 4 {
			offered = append(offered, xproto.Atom(xgb.Get32(atom)))
		}
	}
	var types []string
	for name, atom := range x.atoms {
		if slices.Contains(offered, atom) {
			types = append(types, name)
		}
	}
	return types, nil
}

func (x *x11Clipboard) get(kind string, most int) ([]byte, error) { return x.convert(kind, 8, most) }
