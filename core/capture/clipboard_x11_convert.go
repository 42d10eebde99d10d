//go:build unix && !darwin && !ios

package capture

import (
	"errors"

	"github.com/jezek/xgb/xproto"
)

// convert asks the owner for the content in the form of a target, made of units
// of so many bits. The property has the target's name, so that what was given up
// does not get in the way of what is asked for next.
func (x *x11Clipboard) convert(target string, bits byte, most int) ([]byte, error) {
	atom := x.atoms[target]
	xproto.ConvertSelection(x.conn, x.window, x.atoms[x11Selection], atom, atom, xproto.TimeCurrentTime)
	for answered := false; !answered; {
		event, err := x.event()
		if err != nil {
			return nil, err
		}
		if e, ok := event.(xproto.SelectionNotifyEvent); ok && e.Requestor == x.window && e.Target == atom {
			if e.Property != atom { // none: the owner refuses
				return nil, errRefused
			}
			answered = true
		}
	}
	value, err := x.property(atom, most)
	switch {
	case err != nil:
		return nil, err
	case value.kind == x.atoms[x11Pieces]:
		// What is announced is a length, which is not believed.
		return x.pieces(atom, bits, most)
	case value.bits != bits: // also where there is none, for all that the owner said
		return nil, errRefused
	}
	return value.data, nil
}

// pieces reads content that is too long for one property: the owner puts in the
// next piece when the last one has been deleted, and an empty one at the end.
func (x *x11Clipboard) pieces(atom xproto.Atom, bits byte, most int) ([]byte, error) {
	var data []byte
	for {
		event, err := x.event()
		if err != nil {
			return nil, err
		}
		e, ok := event.(xproto.PropertyNotifyEvent)
		if !ok || e.State != xproto.PropertyNewValue || e.Window != x.window || e.Atom != atom {
			continue
		}
		piece, err := x.property(atom, most-len(data))
		switch {
		case err != nil:
			return nil, err
		case piece.kind == xproto.AtomNone:
			continue // this piece came along with the one before
		case len(piece.data) == 0:
			return data, nil
		case piece.bits != bits:
			return nil, errRefused
		}
		data = append(data, piece.data...)
	}
}

// event waits for the next event.
func (x *x11Clipboard) event() (any, error) {
	event, failed := x.conn.WaitForEvent()
	switch {
	case failed != nil:
		return nil, failed
	case event == nil:
		return nil, errGone
	}
	return event, nil
}

// value is what a property holds; its kind is AtomNone where there is no
// property.
type value struct {
	kind xproto.Atom
	bits byte
	data []byte
}

// property reads and deletes a property of our window.
func (x *x11Clipboard) property(atom xproto.Atom, most int) (value, error) {
	const step = 1 << 20 // no answer of the server is longer
	var v value
	for {
		reply, err := xproto.GetProperty(x.conn, true, x.window, atom, xproto.GetPropertyTypeAny,
			uint32(len(v.data)/4), step/4).Reply()
		if err != nil {
			return value{}, err
		}
		v.kind, v.bits = reply.Type, reply.Format
		v.data = append(v.data, reply.Value...)
		switch {
		case len(v.data) > most:
			return value{}, errTooMuch
		case reply.BytesAfter == 0:
			return v, nil
		case len(reply.Value) != step: // the next would begin elsewhere
			return value{}, errors.New("the X server answers with less than it was asked for")
		}
	}
}
