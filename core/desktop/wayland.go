package desktop

import (
	"context"
	"errors"
	"net"
	"path/filepath"
)

// Wayland tells whether the compositor that WAYLAND_DISPLAY names takes a
// connection. Its value is the name of a socket in XDG_RUNTIME_DIR, or a whole
// path.
func Wayland(ctx context.Context, getenv func(string) string) error {
	socket := getenv("WAYLAND_DISPLAY")
	if socket == "" {
		return errors.New("WAYLAND_DISPLAY is not set")
	}
	if !filepath.IsAbs(socket) {
		folder := getenv("XDG_RUNTIME_DIR")
		if folder == "" {
			return errors.New("XDG_RUNTIME_DIR is not set")
		}
		socket = filepath.Join(folder, socket)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	return conn.Close()
}
