//go:build unix && !darwin && !ios

package screen

import (
	"context"
	"errors"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/damage"
	"github.com/jezek/xgb/xproto"

	"github.com/understudy-auth/understudy/core/desktop"
)

// x11Painted hears from an X server when something is painted anywhere on its
// screens.
type x11Painted struct {
	conn  *xgb.Conn
	areas []damage.Damage // one for each screen: what was painted since it was forgotten
	stop  func() bool

	notify desktop.ExtensionEvent // something was painted
}

// painted connects to the server for as long as the context lasts.
func (x x11) painted(ctx context.Context) (_ painted, err error) {
	conn, err := openX11(ctx, x.display)
	if err != nil {
		return nil, err
	}
	p := &x11Painted{conn: conn, stop: context.AfterFunc(ctx, conn.Close)}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if p.notify, err = desktop.X11Extension(conn, "DAMAGE"); err != nil { // its only event
		return nil, err
	}
	if _, err := damage.QueryVersion(conn, 1, 1).Reply(); err != nil {
		return nil, err
	}
	for _, root := range xproto.Setup(conn).Roots {
		area, err := damage.NewDamageId(conn)
		if err != nil {
			return nil, err
		}
		// One event, however much is painted, until it is forgotten.
		if err := damage.CreateChecked(conn, area, xproto.Drawable(root.Root), damage.ReportLevelNonEmpty).Check(); err != nil {
			return nil, err
		}
		p.areas = append(p.areas, area)
	}
	return p, nil
}

func (p *x11Painted) forget() error {
	for _, area := range p.areas {
		if err := damage.SubtractChecked(p.conn, area, 0, 0).Check(); err != nil {
			return err
		}
	}
	return nil
}

func (p *x11Painted) wait(ctx context.Context) error {
	defer context.AfterFunc(ctx, p.conn.Close)()
	for {
		event, failed := p.conn.WaitForEvent()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case failed != nil:
			return failed
		case event == nil:
			return errors.New("the connection to the X server has ended")
		}
		if event == p.notify {
			return nil
		}
	}
}

// close ends the connection and with it what xgb runs for it, which may wait for its
// events to be taken.
func (p *x11Painted) close() {
	p.stop()
	p.conn.Close()
	for {
		if event, err := p.conn.WaitForEvent(); event == nil && err == nil {
			return
		}
	}
}
