package desktop

import (
	"context"
	"errors"
	"io"
	"log"
	"strings"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// xgb writes to standard error of its own accord, also where all is well: that
// there is no file with a cookie, which most servers do not ask for.
func init() { xgb.Logger = log.New(io.Discard, "", 0) }

// X11 opens a connection to an X server, which is named as in DISPLAY and has a
// screen. xgb knows no deadline: at the end of the context an attempt that still waits is left to
// itself, and closes what it gets later.
func X11(ctx context.Context, display string) (*xgb.Conn, error) {
	type result struct {
		conn *xgb.Conn
		err  error
	}
	got := make(chan result)
	go func() {
		conn, err := open(display)
		select {
		case got <- result{conn, err}:
		case <-ctx.Done():
			if err == nil {
				conn.Close()
			}
		}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-got:
		return r.conn, r.err
	}
}

func open(display string) (conn *xgb.Conn, err error) {
	if display == "" { // for which xgb would look at the environment
		return nil, errors.New("no X display is named")
	}
	defer func() { // xgb believes the lengths that it is told
		if recover() == nil && err == nil {
			return
		}
		if conn != nil {
			conn.Close()
		}
		if err == nil {
			err = errors.New("this is not an X server")
		}
		conn = nil
	}()
	if conn, err = xgb.NewConnDisplay(display); err != nil {
		return nil, errors.New(strings.TrimSpace(err.Error())) // a refusal has the server's own line
	}
	if len(xproto.Setup(conn).Roots) == 0 {
		return conn, errors.New("the X server has no screen")
	}
	return conn, nil
}
