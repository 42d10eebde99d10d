//go:build unix && !darwin && !ios

package screen

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/understudy-auth/understudy/core/capture/internal/await"
)

// The portal (https://flatpak.github.io/xdg-desktop-portal/docs).
const (
	portalName     = "org.freedesktop.portal.Desktop"
	portalPath     = dbus.ObjectPath("/org/freedesktop/portal/desktop")
	portalShots    = "org.freedesktop.portal.Screenshot"
	portalRequest  = "org.freedesktop.portal.Request"
	portalRequests = string(portalPath) + "/request/"
)

// lateTime is for an answer after the context has ended, whose file has to be
// removed.
const lateTime = time.Second

// portal asks the desktop's portal for a picture.
type portal struct {
	late time.Duration
}

// portalLine is a connection to the portal, and the answers that come on it.
type portalLine struct {
	conn    *dbus.Conn
	end     context.CancelFunc // ends the connection, whatever it is doing
	answers chan *dbus.Signal  // closed with the connection
}

// openPortal connects to the session's bus. The connection outlives the context,
// which is for opening it.
func openPortal(ctx context.Context) (*portalLine, error) {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	conn, err := await.Do(ctx, func() (*dbus.Conn, error) {
		conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(life))
		if err != nil {
			return nil, err
		}
		return conn, errors.Join(conn.Auth(nil), conn.Hello())
	})
	switch {
	case ctx.Err() != nil:
		end()
		return nil, ctx.Err()
	case err != nil:
		end()
		return nil, fmt.Errorf("%w (no message bus: %w)", ErrNoPortal, err)
	}
	l := &portalLine{conn: conn, end: end, answers: make(chan *dbus.Signal, 10)}
	conn.Signal(l.answers)
	return l, nil
}

func (l *portalLine) object() dbus.BusObject { return l.conn.Object(portalName, portalPath) }

// check asks whether there is such a portal, which starts it.
func (portal) check(ctx context.Context) error {
	l, err := openPortal(ctx)
	if err != nil {
		return err
	}
	defer l.end()
	var version dbus.Variant
	return portalError(ctx, l.object().CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, portalShots, "version").Store(&version))
}

func (p portal) take(ctx context.Context, j job) ([]Shot, error) {
	uri, err := p.picture(ctx, j)
	j.taken()
	if err != nil {
		return nil, err
	}
	picture, err := portalFile(ctx, uri)
	if err != nil {
		return nil, err
	}
	// Asked only now: what the desktop takes is what it had when it was asked.
	return within(ctx, j.patience, func(ctx context.Context) ([]Shot, error) {
		return cut(picture, waylandMonitors(ctx), j.monitor)
	})
}

// flashes goes by the desktop's name: the portal does not tell.
func (portal) flashes() bool {
	return slices.Contains(strings.Split(os.Getenv("XDG_CURRENT_DESKTOP"), ":"), "GNOME")
}

// picture gives the address of the file that the portal made.
func (p portal) picture(ctx context.Context, j job) (uri string, err error) {
	var line *portalLine
	handle, err := within(ctx, j.patience, func(ctx context.Context) (dbus.ObjectPath, error) {
		var err error
		if line, err = openPortal(ctx); err != nil {
			return "", err
		}
		return line.request(ctx)
	})
	if line != nil {
		defer line.end()
	}
	if err != nil {
		if handle != "" && (ctx.Err() != nil || errors.Is(err, ErrSilent)) { // it may be at work all the same
			line.giveUp(ctx, handle, p.late)
		}
		return "", err
	}
	soon, cancel := context.WithTimeout(ctx, j.patience)
	defer cancel()
	answer := line.wait(soon, handle)
	if answer == nil && soon.Err() != nil && ctx.Err() == nil && j.waiting != nil {
		j.waiting()
		later, cancel := context.WithTimeout(ctx, askingTime)
		defer cancel()
		answer = line.wait(later, handle)
	}
	switch {
	case answer != nil:
		return answered(answer)
	case line.conn.Context().Err() != nil:
		return "", fmt.Errorf("%w (the message bus is gone)", ErrNoPortal)
	}
	line.giveUp(ctx, handle, p.late)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return "", ErrSilent
}

// request asks for a picture, and gives the path from which the answer comes, or is
// expected where the portal does not tell it. Its signals are asked for before, as
// the answer can come before the path does.
func (l *portalLine) request(ctx context.Context) (dbus.ObjectPath, error) {
	token := "understudy" + rand.Text()
	self := strings.ReplaceAll(strings.TrimPrefix(l.conn.Names()[0], ":"), ".", "_")
	expected := dbus.ObjectPath(portalRequests + self + "/" + token)
	if err := l.listen(ctx, expected); err != nil {
		return "", portalError(ctx, err)
	}
	options := map[string]dbus.Variant{
		"handle_token": dbus.MakeVariant(token), "interactive": dbus.MakeVariant(false), "modal": dbus.MakeVariant(false),
	}
	var handle dbus.ObjectPath
	if err := l.object().CallWithContext(ctx, portalShots+".Screenshot", 0, "", options).Store(&handle); err != nil {
		return expected, portalError(ctx, err)
	}
	if handle != expected { // before version 0.9
		return handle, portalError(ctx, l.listen(ctx, handle))
	}
	return handle, nil
}

func (l *portalLine) listen(ctx context.Context, path dbus.ObjectPath) error {
	return l.conn.AddMatchSignalContext(ctx, dbus.WithMatchObjectPath(path), dbus.WithMatchInterface(portalRequest), dbus.WithMatchMember("Response"))
}

// wait gives the answer of a request, or nil at the end of the context or of the
// connection.
func (l *portalLine) wait(ctx context.Context, handle dbus.ObjectPath) []any {
	for {
		select {
		case <-ctx.Done():
			return nil
		case s, ok := <-l.answers:
			if !ok {
				return nil
			}
			if s.Path == handle && s.Name == portalRequest+".Response" {
				return s.Body
			}
		}
	}
}

// giveUp ends a request that nobody waits for any more, and removes the picture if
// it was on its way.
func (l *portalLine) giveUp(ctx context.Context, handle dbus.ObjectPath, wait time.Duration) {
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer cancel()
	l.conn.Object(portalName, handle).CallWithContext(late, portalRequest+".Close", dbus.FlagNoReplyExpected)
	if uri, err := answered(l.wait(late, handle)); err == nil {
		if name, err := filePath(uri); err == nil {
			remove(name)
		}
	}
}

// answered reads an answer: a number, and what was asked for.
func answered(body []any) (uri string, err error) {
	if len(body) < 2 {
		return "", fmt.Errorf("%w (its answer is empty)", ErrPicture)
	}
	if code, ok := body[0].(uint32); !ok || code != 0 {
		// 1 is for a person who cancelled. 2 is for all other ends, mostly that of a person
		// who said no, or had said so before.
		return "", ErrRefused
	}
	results, _ := body[1].(map[string]dbus.Variant)
	uri, ok := results["uri"].Value().(string)
	if !ok || uri == "" {
		return "", fmt.Errorf("%w (its answer names no file)", ErrPicture)
	}
	return uri, nil
}

// portalError tells what an error of the bus or the portal means.
func portalError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if failed, ok := errors.AsType[dbus.Error](err); ok {
		switch failed.Name {
		case "org.freedesktop.portal.Error.NotAllowed", "org.freedesktop.portal.Error.Cancelled", "org.freedesktop.DBus.Error.AccessDenied":
			return ErrRefused
		case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Timeout", "org.freedesktop.DBus.Error.TimedOut":
			return ErrSilent
		}
	}
	return fmt.Errorf("%w (%w)", ErrNoPortal, err)
}

// cut makes a shot of each monitor of a picture of the whole desktop, in which all
// are at the scale of the finest. If the monitors are not known, or are not those
// of the picture, it is one shot.
func cut(picture image.Image, monitors []monitor, wanted int) ([]Shot, error) {
	var whole image.Rectangle
	for _, m := range monitors {
		whole = whole.Union(m.bounds)
	}
	size := picture.Bounds().Size()
	scale := float64(size.X) / float64(max(1, whole.Dx()))
	if off := float64(whole.Dy())*scale - float64(size.Y); whole.Empty() || off < -2 || off > 2 {
		monitors = []monitor{{bounds: image.Rectangle{Max: size}}}
		whole, scale = monitors[0].bounds, 1
	}
	monitors, err := arranged(monitors, wanted)
	if err != nil {
		return nil, err
	}
	shots := make([]Shot, 0, len(monitors))
	for _, m := range monitors {
		part := scaled(m.bounds.Sub(whole.Min), scale).Add(picture.Bounds().Min).Intersect(picture.Bounds())
		shots = append(shots, Shot{Number: m.number, Name: m.name, Image: partOf(picture, part), Bounds: m.bounds, Scale: scale})
	}
	return shots, nil
}
