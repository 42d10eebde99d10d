//go:build unix && !darwin && !ios

package screen

import (
	"context"
	"fmt"
	"os"

	"github.com/understudy-auth/understudy/core/desktop"
)

// findWay finds the desktop. Under Wayland there may be an X server as well, but
// that one shows an empty screen.
func findWay(ctx context.Context) (way, error) {
	none := desktop.Wayland(ctx, os.Getenv)
	if none == nil || os.Getenv("XDG_SESSION_TYPE") == "wayland" {
		return portal{lateTime}, nil
	}
	if display := os.Getenv("DISPLAY"); display != "" {
		conn, err := openX11(ctx, display)
		if err == nil {
			defer conn.Close()
			if isXwayland(conn) {
				return portal{lateTime}, nil
			}
			return x11{display}, nil
		}
		none = err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("%w (%w)", ErrNoDisplay, none)
}
