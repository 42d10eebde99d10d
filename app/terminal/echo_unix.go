//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

const Path = "/dev/tty"

// StopEcho keeps what is typed off the screen until the returned function is
// called. It does so before a prompt asks for a secret: who types as soon as the
// prompt stands there would otherwise see the first characters.
func StopEcho(terminal *os.File) (restore func()) {
	fd := int(terminal.Fd())
	before, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil {
		return func() {}
	}
	quiet := *before
	quiet.Lflag &^= unix.ECHO
	_ = unix.IoctlSetTermios(fd, setTermios, &quiet)
	return func() { _ = unix.IoctlSetTermios(fd, setTermios, before) }
}
