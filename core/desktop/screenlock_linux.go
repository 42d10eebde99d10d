package desktop

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// TellsScreenLocks reports whether ScreenLocks can hear of anything on this system.
const TellsScreenLocks = true

// The service of logins. All sessions of the computer are told of on its bus.
const (
	loginName    = "org.freedesktop.login1"
	loginPath    = dbus.ObjectPath("/org/freedesktop/login1")
	loginManager = loginName + ".Manager"
	loginSession = loginName + ".Session"
)

// loginPatience is for the one question that is put to the service of logins.
const loginPatience = 2 * time.Second

// ScreenLocks calls locked each time the screen is locked or the computer goes to
// sleep, until ctx ends; several times, if several programs tell of it. It returns
// at once, and locked is called from other goroutines.
//
// Screen savers tell of it on the session bus, and the service of logins on the
// system's. A bus that is not there, or goes away, tells nothing.
func ScreenLocks(ctx context.Context, locked func()) {
	go hear(ctx, dbus.SessionBusPrivateNoAutoStartup, saverActive, locked,
		// Each desktop has its own screen saver: org.freedesktop.ScreenSaver,
		// org.gnome.ScreenSaver, org.cinnamon.ScreenSaver and more.
		[]dbus.MatchOption{dbus.WithMatchMember("ActiveChanged")})
	go hear(ctx, dbus.SystemBusPrivate, loginLocks, locked,
		[]dbus.MatchOption{
			dbus.WithMatchSender(loginName), dbus.WithMatchObjectPath(loginPath),
			dbus.WithMatchInterface(loginManager), dbus.WithMatchMember("PrepareForSleep"),
		},
		[]dbus.MatchOption{
			dbus.WithMatchSender(loginName),
			dbus.WithMatchInterface(loginSession), dbus.WithMatchMember("Lock"),
		})
}

// hear calls locked for the signals of a bus that mean it, until the bus or ctx
// ends.
func hear(ctx context.Context, dial func(...dbus.ConnOption) (*dbus.Conn, error),
	means func(context.Context, *dbus.Conn, *dbus.Signal) bool, locked func(), rules ...[]dbus.MatchOption,
) {
	conn, err := dial(dbus.WithContext(ctx)) // ends with ctx, whatever it waits for
	if err != nil {
		return
	}
	defer conn.Close()
	if conn.Auth(nil) != nil || conn.Hello() != nil {
		return
	}
	signals := make(chan *dbus.Signal, 10)
	conn.Signal(signals)
	for _, rule := range rules {
		if conn.AddMatchSignalContext(ctx, rule...) != nil {
			return
		}
	}
	for s := range signals { // closed with the connection
		if means(ctx, conn, s) {
			locked()
		}
	}
}

// saverActive tells a screen saver that covers the screen now. Any program can say
// so; it could as well lock the screen itself.
func saverActive(_ context.Context, _ *dbus.Conn, s *dbus.Signal) bool {
	return strings.HasSuffix(s.Name, ".ScreenSaver.ActiveChanged") && saysTrue(s)
}

// loginLocks tells that the computer goes to sleep or a session is to be locked
// that may be this one.
func loginLocks(ctx context.Context, conn *dbus.Conn, s *dbus.Signal) bool {
	switch s.Name {
	case loginManager + ".PrepareForSleep": // says false when it wakes up
		return saysTrue(s)
	case loginSession + ".Lock":
		return !othersSession(ctx, conn, s.Path)
	}
	return false
}

// othersSession reports whether a session is of another user. Which of the user's
// own sessions this is cannot always be found out (a program that systemd started
// belongs to none), and one too many locks little.
func othersSession(ctx context.Context, conn *dbus.Conn, session dbus.ObjectPath) bool {
	ctx, cancel := context.WithTimeout(ctx, loginPatience)
	defer cancel()
	var user struct {
		ID   uint32
		Path dbus.ObjectPath
	}
	var answer dbus.Variant
	err := conn.Object(loginName, session).
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, loginSession, "User").Store(&answer)
	if err == nil {
		err = answer.Store(&user)
	}
	return err == nil && int(user.ID) != os.Getuid()
}

// saysTrue reports whether that is what a signal carries.
func saysTrue(s *dbus.Signal) bool {
	if len(s.Body) == 0 {
		return false
	}
	yes, ok := s.Body[0].(bool)
	return ok && yes
}
