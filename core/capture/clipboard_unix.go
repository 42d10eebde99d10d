//go:build unix && !darwin && !ios

package capture

import (
	"context"
	"fmt"
	"os"

	"github.com/understudy-auth/understudy/core/desktop"
)

// openClipboard finds the clipboard of the desktop. Where there are both, that of
// X is one behind Wayland's, and may not show what was copied outside of X.
func openClipboard(ctx context.Context) (clipboard, error) {
	none := desktop.Wayland(ctx, os.Getenv)
	if none == nil {
		return openWayland(ctx)
	}
	if display := os.Getenv("DISPLAY"); display != "" {
		board, err := openX11(ctx, display)
		if err == nil {
			return board, nil
		}
		none = err
	}
	return nil, fmt.Errorf("%w (%w)", ErrNoClipboard, none)
}
