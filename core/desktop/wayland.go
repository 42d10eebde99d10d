package desktop

import (
	"context"
	"errors"
	"net"
	"path/filepath"
)

// Wayland tells whether the compositor that WAYLAND_DISPLAY names takes a
// connection.
func Wayland(ctx context.Context, getenv func(string) string) error {
	socket, err := WaylandSocket(getenv)
	if err != nil {
		return err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err != nil {
		return err
	}
	return conn.Close()
}

// WaylandSocket is the compositor's socket. The value of WAYLAND_DISPLAY is its name
// in XDG_RUNTIME_DIR, or a whole path.
func WaylandSocket(getenv func(string) string) (string, error) {
	socket := getenv("WAYLAND_DISPLAY")
	if socket == "" {
		return "", errors.New("WAYLAND_DISPLAY is not set")
	}
	if filepath.IsAbs(socket) {
		return socket, nil
	}
	folder := getenv("XDG_RUNTIME_DIR")
	if folder == "" {
		return "", errors.New("XDG_RUNTIME_DIR is not set")
	}
	return filepath.Join(folder, socket), nil
}
