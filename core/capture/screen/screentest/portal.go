//go:build unix && !darwin && !ios

package screentest

import (
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/understudy-auth/understudy/core/desktop/bustest"
)

const (
	portalName = "org.freedesktop.portal.Desktop"
	portalPath = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	shots      = "org.freedesktop.portal.Screenshot"
	request    = "org.freedesktop.portal.Request"
)

// Portal is a portal on a bus of its own.
type Portal struct {
	Bus  *bustest.Bus
	conn *dbus.Conn
}

// Request is a screenshot that was asked for.
type Request struct {
	Path    dbus.ObjectPath // from which the answer comes
	Options map[string]dbus.Variant
	Closed  <-chan struct{} // closed when nobody waits for the answer any more

	portal *Portal
	sender string
}

// NewPortal starts a bus with a portal, which calls answer for each screenshot; it
// tells the path when answer returns, or its error. It is the desktop of this test,
// which is one of Wayland without a compositor.
func NewPortal(t *testing.T, answer func(*Request) *dbus.Error) *Portal {
	t.Helper()
	p := NewBus(t)
	p.conn = p.Bus.Connect(t)
	take := func(sender dbus.Sender, _ string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
		r, err := p.request(string(sender), options)
		if err != nil {
			return "/", dbus.MakeFailedError(err)
		}
		return r.Path, answer(r)
	}
	get := func(_, _ string) (dbus.Variant, *dbus.Error) { return dbus.MakeVariant(uint32(2)), nil }
	for name, methods := range map[string]map[string]any{shots: {"Screenshot": take}, "org.freedesktop.DBus.Properties": {"Get": get}} {
		if err := p.conn.ExportMethodTable(methods, portalPath, name); err != nil {
			t.Fatal(err)
		}
	}
	if reply, err := p.conn.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(reply, err)
	}
	return p
}

// NewBus is NewPortal without the portal.
func NewBus(t *testing.T) *Portal {
	t.Helper()
	p := &Portal{Bus: bustest.Start(t)}
	for name, value := range map[string]string{
		"DBUS_SESSION_BUS_ADDRESS": p.Bus.Address, "DISPLAY": "", "WAYLAND_DISPLAY": "", "XDG_SESSION_TYPE": "wayland",
	} {
		t.Setenv(name, value)
	}
	return p
}

func (p *Portal) request(sender string, options map[string]dbus.Variant) (*Request, error) {
	token, _ := options["handle_token"].Value().(string)
	self := []byte(sender[1:]) // ":1.5" is 1_5
	for i, c := range self {
		if c == '.' {
			self[i] = '_'
		}
	}
	closed := make(chan struct{})
	r := &Request{
		Path: dbus.ObjectPath(string(portalPath) + "/request/" + string(self) + "/" + token), Options: options, Closed: closed,
		portal: p, sender: sender,
	}
	once := sync.OnceFunc(func() { close(closed) })
	return r, p.conn.ExportMethodTable(map[string]any{"Close": func() *dbus.Error {
		once()
		return nil
	}}, r.Path, request)
}

// Answer answers the one who asked, and nobody else.
func (r *Request) Answer(code uint32, results map[string]any) {
	_ = r.portal.conn.Send(r.message(code, results, true), nil)
}

// Broadcast answers so that everybody hears it, as some portals do.
func (r *Request) Broadcast(code uint32, results map[string]any) {
	_ = r.portal.conn.Send(r.message(code, results, false), nil)
}

func (r *Request) message(code uint32, results map[string]any, alone bool) *dbus.Message {
	values := map[string]dbus.Variant{}
	for name, value := range results {
		values[name] = dbus.MakeVariant(value)
	}
	m := &dbus.Message{Type: dbus.TypeSignal, Body: []any{code, values}, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldInterface: dbus.MakeVariant(request), dbus.FieldMember: dbus.MakeVariant("Response"),
		dbus.FieldPath: dbus.MakeVariant(r.Path), dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(code, values)),
	}}
	if alone {
		m.Headers[dbus.FieldDestination] = dbus.MakeVariant(r.sender)
	}
	return m
}
