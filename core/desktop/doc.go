// Package desktop reaches the display server: the program that shows windows and
// carries the clipboard, either a Wayland compositor or an X server. None that is
// dead or hangs makes a caller wait beyond its context.
//
// It also hears of the locking of the screen, see [ScreenLocks].
package desktop
