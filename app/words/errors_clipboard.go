package words

import (
	"errors"

	"github.com/understudy-auth/understudy/core/capture"
)

// clipboardError has the words for a clipboard that gave nothing.
func clipboardError(err error) (title string, sentences []string) {
	switch {
	case errors.Is(err, capture.ErrClipboardEmpty):
		return T("The clipboard holds no picture and no code"), []string{T("It is empty."), T("Copy the code or a picture of it, then try again.")}
	case errors.Is(err, capture.ErrClipboardOther):
		return T("The clipboard holds no picture and no code"), []string{T("It holds something of another kind."), T("Copy the code or a picture of it, then try again.")}
	case errors.Is(err, capture.ErrClipboardSeveral):
		return T("The clipboard holds several files"), []string{T("Copy only the picture with the code, then try again.")}
	case errors.Is(err, capture.ErrClipboardLong):
		return T("The text in the clipboard is too long"), []string{T("It is longer than any code."), T("Copy only the code, then try again.")}
	case errors.Is(err, capture.ErrClipboardRemote):
		return T("The clipboard holds only the address of a picture"), []string{
			T("The picture itself is on the web. Understudy does not fetch it."),
			T("In the browser, choose to copy the picture, then try again."),
		}
	case errors.Is(err, capture.ErrClipboardTime):
		return T("The picture in the clipboard could not be read in time"), []string{
			T("The program in which you copied it answers slowly or not at all."),
			T("Copy the picture again and try again, or save it as a file and use that."),
		}
	case errors.Is(err, capture.ErrClipboardSilent):
		return T("The clipboard does not answer"), []string{
			T("Its content comes from the program in which you copied it, and that is silent or was closed."),
			T("Copy the code or a picture of it again, then try again."),
		}
	case errors.Is(err, capture.ErrClipboardTool):
		return T("A program for the clipboard is missing"), []string{T("Under Wayland, Understudy reads the clipboard with wl-paste."), T("Install the package wl-clipboard, then try again.")}
	case errors.Is(err, capture.ErrNoClipboard):
		return T("No clipboard can be reached"), []string{T("There is no desktop here, or it does not answer."), T("Save the picture as a file and use that.")}
	case errors.Is(err, capture.ErrClipboardUnsupported):
		return T("The clipboard cannot be read on this system"), []string{T("Save the picture as a file and use that.")}
	}
	return "", nil
}
