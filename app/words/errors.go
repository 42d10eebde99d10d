package words

import (
	"context"
	"errors"
	"strings"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/wire"
)

// About says whom an error is about, as far as it is known. Each field may be
// empty.
type About struct {
	Profile string // the profile's name
	Portal  string // who asked
	Server  wire.Origin
	Pushed  bool // the request came by itself: there is no code
}

func (a About) profile() string {
	if a.Profile == "" {
		return T("This profile")
	}
	return a.Profile
}

func (a About) portal() string {
	if a.Portal == "" {
		return T("the people of the website")
	}
	return a.Portal
}

// Error says what happened (the title), what it means and what to do next. An
// error that has no words of its own shows its text.
func Error(err error, about About) (title string, sentences []string) {
	if title, sentences = settingsError(err); title != "" { // whatever its cause
		return title, sentences
	}
	if title, sentences = vaultError(err); title != "" { // also as the cause of a coded one
		return title, sentences
	}
	if e, ok := errors.AsType[*wire.Error](err); ok {
		if title, sentences = codeError(e, about); title != "" {
			return title, sentences
		}
	}
	if title, sentences = screenError(err); title != "" { // whatever its cause
		return title, sentences
	}
	if title, sentences = pictureError(err); title != "" {
		return title, sentences
	}
	if title, sentences = clipboardError(err); title != "" {
		return title, sentences
	}
	if title, sentences = cameraError(err); title != "" { // before the files, as a camera is one
		return title, sentences
	}
	if title, sentences = fileError(err); title != "" {
		return title, sentences
	}
	if errors.Is(err, context.Canceled) {
		return T("Canceled"), []string{T("Nothing was changed.")}
	}
	return T("This did not work"), []string{
		Sentence(err.Error()),
		T("Try again. If it happens again, report it with the technical details."),
	}
}

// Sentence makes one of an error's text, which says what to do next where the
// program knows.
func Sentence(text string) string {
	return strings.TrimRight(capital(wire.CleanText(text, 500)), ".") + "."
}

func pictureError(err error) (title string, sentences []string) {
	if large, ok := errors.AsType[*capture.TooLargeError](err); ok {
		if large.Pixels == 0 {
			return T("This picture is too large"), []string{T("A file of at most 64 megabytes can be read. Cut out the part with the code.")}
		}
		return T("This picture is too large"), []string{
			T("It has {n} megapixels; {most} can be read. Cut out the part with the code.", "n", (large.Pixels+999_999)/1_000_000, "most", capture.MaxPixels/1_000_000),
		}
	}
	switch {
	case errors.Is(err, capture.ErrNotPicture):
		return T("This file is not a picture"), []string{T("PNG, JPEG, GIF, WebP and BMP can be read.")}
	case errors.Is(err, capture.ErrDroppedAddress):
		return T("This is not a file"), []string{T("The dropped item is a web address, not a file."), T("Save the picture first, then drop it here.")}
	case errors.Is(err, capture.ErrDamaged):
		return T("This picture is damaged"), []string{T("Its content could not be read. Save it again, then try again.")}
	case errors.Is(err, capture.ErrCutOff):
		return T("This picture is cut off"), []string{T("It could not be read to its end. Save it again, then try again.")}
	}
	return "", nil
}

// TechnicalDetails is the line for those who help: code and name, and the text
// for developers. It holds nothing secret.
func TechnicalDetails(err error) string {
	text := wire.CleanText(err.Error(), 500)
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return T("Technical details: code {code}, {name}. {text}", "code", e.Code, "name", e.Name, "text", text)
	}
	return T("Technical details: {text}", "text", text)
}
