package terminal

import (
	"os"

	"golang.org/x/sys/windows"
)

const Path = "CONIN$"

// StopEcho keeps what is typed off the screen until the returned function is
// called.
func StopEcho(terminal *os.File) (restore func()) {
	console := windows.Handle(terminal.Fd())
	var before uint32
	if windows.GetConsoleMode(console, &before) != nil {
		return func() {}
	}
	_ = windows.SetConsoleMode(console, before&^windows.ENABLE_ECHO_INPUT)
	return func() { _ = windows.SetConsoleMode(console, before) }
}

// DiscardTypeahead throws away what was typed before a question was shown.
func DiscardTypeahead(terminal *os.File) {
	_ = windows.FlushConsoleInputBuffer(windows.Handle(terminal.Fd()))
}
