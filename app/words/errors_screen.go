package words

import (
	"errors"

	"github.com/understudy-auth/understudy/core/capture/screen"
)

// screenError has the words for a screen that gave no picture.
func screenError(err error) (title string, sentences []string) {
	if missing, ok := errors.AsType[*screen.MonitorError](err); ok {
		return T("There is no monitor {n}", "n", missing.Wanted), []string{
			N(missing.There, "There is one.", "There are {n}. They are counted from left to right, then from top to bottom."),
		}
	}
	switch {
	case errors.Is(err, screen.ErrRefused):
		return T("The desktop did not allow a screenshot"), []string{
			T("Nothing was read. Allow it when the desktop asks, or use another way."),
			T("If it does not ask any more, its settings have a list of programs that may take screenshots."),
		}
	case errors.Is(err, screen.ErrSilent):
		return T("The desktop did not answer"), []string{T("Its screenshot service is silent. Nothing was read."), T("Try again, or use another way.")}
	case errors.Is(err, screen.ErrNoPortal):
		return T("This desktop takes no screenshots for other programs"), []string{
			T("It has no screenshot service, or that does not run. Nothing was read."),
			T("Install the package xdg-desktop-portal and the one of the same name for your desktop, or save a picture of the page and use that."),
		}
	case errors.Is(err, screen.ErrPicture):
		return T("The screenshot could not be read"), []string{T("The desktop gave something else than a picture."), T("Try again, or save a picture of the page and use that.")}
	case errors.Is(err, screen.ErrNoDisplay):
		return T("There is no screen to look at"), []string{T("There is no desktop here, or it does not answer."), T("Save a picture of the page and use that.")}
	case errors.Is(err, screen.ErrUnsupported):
		return T("The screen cannot be read on this system yet"), []string{T("Save a picture of the page and use that.")}
	}
	return "", nil
}
