//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// DiscardTypeahead throws away what was typed before a question was shown.
func DiscardTypeahead(terminal *os.File) {
	const fread = 1 // FREAD of sys/fcntl.h: the input only
	_ = unix.IoctlSetPointerInt(int(terminal.Fd()), unix.TIOCFLUSH, fread)
}
