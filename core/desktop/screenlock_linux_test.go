package desktop_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/understudy-auth/understudy/core/desktop"
	"github.com/understudy-auth/understudy/core/desktop/bustest"
)

const (
	loginName   = "org.freedesktop.login1"
	loginPath   = dbus.ObjectPath("/org/freedesktop/login1")
	ownSession  = loginPath + "/session/c1"
	goneSession = loginPath + "/session/c2"
	otherUser   = loginPath + "/session/c3"
)

// generous is far beyond the milliseconds that a signal takes.
const generous = 10 * time.Second

// desk is a desktop with its two buses, and a program that listens to them.
type desk struct {
	session, system *bustest.Bus
	saver, login    *dbus.Conn
	locked          chan struct{} // gets a value at each call
}

// sit starts a desktop and waits until the program listens.
func sit(t *testing.T) *desk {
	t.Helper()
	d := &desk{session: bustest.Start(t), system: bustest.Start(t), locked: make(chan struct{}, 100)}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", d.session.Address)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", d.system.Address)
	d.saver, d.login = d.session.Connect(t, "org.freedesktop.ScreenSaver"), d.system.Connect(t, loginName)
	for path, uid := range map[dbus.ObjectPath]int{ownSession: os.Getuid(), otherUser: os.Getuid() + 1} {
		err := d.login.ExportMethodTable(map[string]any{"Get": func(_, name string) (dbus.Variant, *dbus.Error) {
			user := struct {
				ID   uint32
				Path dbus.ObjectPath
			}{uint32(uid), loginPath + "/user/u"}
			return dbus.MakeVariant(user), nil
		}}, path, "org.freedesktop.DBus.Properties")
		if err != nil {
			t.Fatal(err)
		}
	}
	onSession, onSystem := d.session.Listeners(t), d.system.Listeners(t)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	desktop.ScreenLocks(ctx, func() { d.locked <- struct{}{} })
	for _, rules := range []<-chan string{onSession, onSystem, onSystem} {
		select {
		case <-rules:
		case <-time.After(generous):
			t.Fatal("nobody listens")
		}
	}
	return d
}

// locks waits for a call; none is left after it.
func (d *desk) locks(t *testing.T) {
	t.Helper()
	select {
	case <-d.locked:
	case <-time.After(generous):
		t.Fatal("the lock was not heard of")
	}
	if n := len(d.locked); n > 0 {
		t.Errorf("%d more calls than locks", n)
	}
}

// emit tells something. What stands for no lock is told before one that is, on the
// same bus: an order that signals keep.
func emit(t *testing.T, conn *dbus.Conn, path dbus.ObjectPath, name string, values ...any) {
	t.Helper()
	if err := conn.Emit(path, name, values...); err != nil {
		t.Fatal(err)
	}
}

func TestScreenSaverLocks(t *testing.T) {
	d := sit(t)
	emit(t, d.saver, "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", false)
	emit(t, d.saver, "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged")
	emit(t, d.saver, "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", "true")
	emit(t, d.saver, "/else", "org.example.Player.ActiveChanged", true)
	for path, name := range map[dbus.ObjectPath]string{
		"/org/freedesktop/ScreenSaver": "org.freedesktop.ScreenSaver",
		"/org/gnome/ScreenSaver":       "org.gnome.ScreenSaver",
	} {
		emit(t, d.saver, path, name+".ActiveChanged", true)
		d.locks(t)
	}
}

func TestLoginLocks(t *testing.T) {
	d := sit(t)
	emit(t, d.login, loginPath, loginName+".Manager.PrepareForSleep", false)
	emit(t, d.login, otherUser, loginName+".Session.Lock")
	emit(t, d.login, ownSession, loginName+".Session.Unlock")
	emit(t, d.system.Connect(t), ownSession, loginName+".Session.Lock") // by a program that is not the service
	emit(t, d.login, loginPath, loginName+".Manager.PrepareForSleep", true)
	d.locks(t)
	for _, session := range []dbus.ObjectPath{ownSession, goneSession} {
		emit(t, d.login, session, loginName+".Session.Lock")
		d.locks(t)
	}
}

// A bus that goes away takes nothing with it.
func TestBusGoesAway(t *testing.T) {
	d := sit(t)
	d.session.Stop()
	emit(t, d.login, loginPath, loginName+".Manager.PrepareForSleep", true)
	d.locks(t)
	d.system.Stop()
}

func TestAbsentBuses(t *testing.T) {
	system := bustest.Start(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", system.Address)
	rules := system.Listeners(t)
	locked := make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(t.Context())
	desktop.ScreenLocks(ctx, func() { locked <- struct{}{} })
	for range 2 {
		<-rules
	}
	emit(t, system.Connect(t, loginName), loginPath, loginName+".Manager.PrepareForSleep", true)
	<-locked
	cancel()
}
