//go:build unix && !darwin && !ios

package capture

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/understudy-auth/understudy/core/desktop"
)

// xServer starts an X server without a screen to look at, and ends it with the
// test.
func xServer(t *testing.T) (display string, kill func()) {
	t.Helper()
	if _, err := exec.LookPath("Xvfb"); err != nil {
		if os.Getenv("UNDERSTUDY_REQUIRE_ALL") == "1" {
			t.Fatal("Xvfb is missing: install xvfb")
		}
		t.Skip("Xvfb is missing: install xvfb")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "64x64x24", "-noreset", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{w}
	err = cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = cmd.Process.Kill() }
	t.Cleanup(func() {
		kill()
		_ = cmd.Wait()
	})
	number, err := bufio.NewReader(r).ReadString('\n') // it says so when it is ready
	if err != nil {
		t.Fatal("Xvfb did not start: ", err)
	}
	return ":" + strings.TrimSpace(number), kill
}

// answer is how an owner answers for one target: with the data, as conventions
// have it, or not.
type answer struct {
	data      []byte
	format    byte    // 8 if it is 0
	piece     int     // the length of pieces; 0: all in one property
	announced *uint32 // the length that is announced for pieces, if not the true one
	endless   bool    // begins again at the end
	double    bool    // two pieces in one
	junk      int     // events that mean nothing, before each step

	refuse, nothing, elsewhere bool
	silent                     func() // is called, and no answer is given
	stuck                      func() // is called after the first piece, and no other is given
}

// owner owns the clipboard of an X server.
type owner struct {
	conn    *xgb.Conn
	window  xproto.Window
	answers map[xproto.Atom]answer
	sending map[xproto.Window]*sending // one for each requestor
}

type sending struct {
	answer
	rest             []byte
	property, target xproto.Atom
	last             bool // no other comes
}

// own takes the clipboard until the test ends. Without an answer for the list of
// targets it gives the true one.
func own(t *testing.T, display string, answers map[string]answer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := desktop.X11(ctx, display)
	if err != nil {
		t.Fatal(err)
	}
	o := &owner{conn: conn, answers: map[xproto.Atom]answer{}, sending: map[xproto.Window]*sending{}}
	targets := binaryAtoms(o.atom("TIMESTAMP"))
	for name, a := range answers {
		o.answers[o.atom(name)] = a
		targets = append(targets, binaryAtoms(o.atom(name))...)
	}
	if _, set := answers["TARGETS"]; !set {
		o.answers[o.atom("TARGETS")] = answer{data: targets, format: 32}
	}
	if o.window, err = xproto.NewWindowId(conn); err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(conn).Roots[0].Root
	xproto.CreateWindow(conn, 0, o.window, root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0, 0, nil)
	if err := xproto.SetSelectionOwnerChecked(conn, o.window, o.atom("CLIPBOARD"), 0).Check(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		o.serve()
	}()
	t.Cleanup(func() {
		_ = xproto.DestroyWindowChecked(conn, o.window).Check() // now nobody owns it
		conn.Close()
		<-ended
	})
}

func binaryAtoms(a xproto.Atom) []byte {
	b := make([]byte, 4)
	xgb.Put32(b, uint32(a))
	return b
}

// atom is that of a name, or none at the end of the connection, when nothing
// matters any more.
func (o *owner) atom(name string) xproto.Atom {
	reply, err := xproto.InternAtom(o.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return xproto.AtomNone
	}
	return reply.Atom
}

func (o *owner) serve() {
	for {
		event, err := o.conn.WaitForEvent()
		switch e := event.(type) {
		case nil:
			if err == nil {
				return
			} // else a requestor that is gone
		case xproto.SelectionRequestEvent:
			o.request(e)
		case xproto.PropertyNotifyEvent:
			if s := o.sending[e.Window]; s != nil && e.State == xproto.PropertyDelete && e.Atom == s.property {
				o.next(e.Window, s)
			}
		}
	}
}

func (o *owner) request(e xproto.SelectionRequestEvent) {
	a, known := o.answers[e.Target]
	if a.silent != nil {
		a.silent()
		return
	}
	o.junk(e.Requestor, a.junk)
	delete(o.sending, e.Requestor)
	property := e.Property
	switch {
	case !known || a.refuse:
		property = xproto.AtomNone
	case a.elsewhere:
		property = o.atom("ELSEWHERE")
	case a.nothing:
	case a.piece > 0:
		o.sending[e.Requestor] = &sending{answer: a, rest: a.data, property: e.Property, target: e.Target}
		xproto.ChangeWindowAttributes(o.conn, e.Requestor, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange})
		length := uint32(len(a.data))
		if a.announced != nil {
			length = *a.announced
		}
		o.put(e.Requestor, e.Property, o.atom("INCR"), 32, binaryAtoms(xproto.Atom(length)))
	default:
		o.put(e.Requestor, e.Property, e.Target, a.format, a.data)
	}
	done := xproto.SelectionNotifyEvent{Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: property}
	xproto.SendEvent(o.conn, false, e.Requestor, 0, string(done.Bytes()))
}

// next sends the next piece, or two.
func (o *owner) next(to xproto.Window, s *sending) {
	if s.last {
		return
	}
	if s.stuck != nil && len(s.rest) < len(s.data) {
		s.last = true
		s.stuck()
		return
	}
	o.junk(to, s.junk)
	if s.double {
		xproto.GrabServer(o.conn) // so that both are there when the first is seen
		defer xproto.UngrabServer(o.conn)
		o.piece(to, s)
	}
	o.piece(to, s)
}

func (o *owner) piece(to xproto.Window, s *sending) {
	if len(s.rest) == 0 && s.endless {
		s.rest = s.data
	}
	n := min(s.answer.piece, len(s.rest))
	s.last = n == 0
	o.put(to, s.property, s.target, s.format, s.rest[:n])
	s.rest = s.rest[n:]
}

// put adds to a property, in requests that are no longer than the server takes.
func (o *owner) put(to xproto.Window, property, kind xproto.Atom, format byte, data []byte) {
	const most = 200_000
	if format == 0 {
		format = 8
	}
	for {
		n := min(most, len(data))
		xproto.ChangeProperty(o.conn, xproto.PropModeAppend, to, property, kind, format, uint32(n)*8/uint32(format), data[:n])
		if data = data[n:]; len(data) == 0 {
			return
		}
	}
}

// junk sends what answers no question.
func (o *owner) junk(to xproto.Window, n int) {
	other := o.atom("OTHER")
	for range n / 2 {
		for _, event := range []xgb.Event{
			xproto.SelectionNotifyEvent{Requestor: to, Selection: o.atom("CLIPBOARD"), Target: other, Property: other},
			xproto.PropertyNotifyEvent{Window: to, Atom: other, State: xproto.PropertyNewValue},
		} {
			xproto.SendEvent(o.conn, false, to, 0, string(event.Bytes()))
		}
	}
}
