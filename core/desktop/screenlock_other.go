//go:build !linux

package desktop

import "context"

// TellsScreenLocks reports whether ScreenLocks can hear of anything on this system.
const TellsScreenLocks = false

// ScreenLocks calls locked each time the screen is locked; on this system nobody
// tells of it, and it does nothing.
func ScreenLocks(context.Context, func()) {}
