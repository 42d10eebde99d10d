package screen

import (
	"errors"
	"fmt"
)

// Why there is no picture of the screen. Beside these there is
// *capture.TooLargeError, for monitors of more than capture.MaxPixels together.
var (
	// ErrNoDisplay: no desktop is here, or the one that is named cannot be reached.
	ErrNoDisplay = errors.New("there is no screen here to look at; save a picture of the page and use that")
	// ErrNoPortal: under Wayland, nobody here takes pictures for other programs.
	ErrNoPortal = errors.New("this desktop has no service for pictures of the screen; install xdg-desktop-portal with the part for this desktop, or save a picture and use that")
	// ErrRefused: the person, or a setting, said no.
	ErrRefused = errors.New("the desktop did not allow a picture of the screen; allow it when the desktop asks, or in its settings")
	// ErrSilent: it did not answer in time.
	ErrSilent = errors.New("the desktop did not answer; try again, or save a picture and use that")
	// ErrPicture: what it gave cannot be read.
	ErrPicture = errors.New("the desktop gave no picture of the screen that can be read; save a picture and use that")
	// ErrUnsupported: this program cannot do it on this system.
	ErrUnsupported = errors.New("the screen cannot be read on this system yet; save a picture of the page and use that")
)

// MonitorError tells that Options.Monitor names none that there is.
type MonitorError struct {
	Wanted int
	There  int // how many there are
}

func (e *MonitorError) Error() string {
	if e.There == 1 {
		return fmt.Sprintf("there is no monitor %d; there is one", e.Wanted)
	}
	return fmt.Sprintf("there is no monitor %d; name one from 1 to %d", e.Wanted, e.There)
}
