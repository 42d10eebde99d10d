package capture

import (
	"errors"
	"fmt"
)

// Why a picture was not read.
var (
	ErrNotPicture = errors.New("this file is not a picture; PNG, JPEG, GIF, WebP and BMP can be read")
	ErrCutOff     = errors.New("this picture is cut off; save or send it again")
	ErrDamaged    = errors.New("this picture is damaged, or of a kind that cannot be read; save it as PNG")
)

// ErrDroppedAddress tells that what was dropped on a window is the address of
// something and no file.
var ErrDroppedAddress = errors.New("the dropped item is a web address, not a file; save the picture first, or look at the screen")

// Why the clipboard gave nothing.
var (
	ErrClipboardEmpty       = errors.New("the clipboard is empty; copy the code, or a picture of it")
	ErrClipboardOther       = errors.New("the clipboard holds no picture and no text; copy the code, or a picture of it")
	ErrClipboardSeveral     = errors.New("the clipboard holds several files; copy only the picture with the code")
	ErrClipboardLong        = errors.New("the clipboard holds a long text; copy only the code")
	ErrClipboardRemote      = errors.New("the clipboard holds a piece of a page whose pictures are on the web, and they are not fetched; copy the picture itself")
	ErrClipboardSilent      = errors.New("the program that filled the clipboard does not answer; copy the code again")
	ErrClipboardTime        = errors.New("the picture in the clipboard could not be read in time; save it as a file and use that")
	ErrClipboardTool        = errors.New("reading the clipboard under Wayland needs the program wl-paste; install wl-clipboard")
	ErrNoClipboard          = errors.New("no clipboard can be reached")
	ErrClipboardUnsupported = errors.New("the clipboard cannot be read on this system; save the picture as a file and use that")
)

// TooLargeError tells a picture that is over MaxPixels, or a file that is over
// MaxBytes.
type TooLargeError struct {
	Pixels int64 // 0 where the file itself is too large
}

func (e *TooLargeError) Error() string {
	const mega = 1_000_000
	if e.Pixels == 0 {
		return fmt.Sprintf("this file is too large for a picture (%d MB can be read); cut out the part with the code", MaxBytes>>20)
	}
	return fmt.Sprintf("this picture is too large (%d megapixels; %d can be read); cut out the part with the code",
		(e.Pixels+mega-1)/mega, MaxPixels/mega)
}

// fileError says in words why a file was not read; the cause is for programs.
type fileError struct {
	words string
	cause error
}

func (e *fileError) Error() string { return e.words }
func (e *fileError) Unwrap() error { return e.cause }
