package capture

import (
	"context"
	"errors"
	"image"
	"slices"
	"sync/atomic"
	"time"

	"github.com/understudy-auth/understudy/core/capture/internal/await"
)

const (
	// MaxText limits a text in the clipboard, in bytes. A code is far shorter.
	MaxText = 64 << 10

	// clipboardTime is for the program that filled the clipboard, where the caller
	// sets no deadline.
	clipboardTime = 5 * time.Second
)

// Clip is what the clipboard holds: a picture, or else a text.
type Clip struct {
	Picture image.Image // nil where it is a text
	Text    string
}

// Clipboard reads the clipboard. A picture goes before a text, and a copied file
// is read as File does. A text that is a picture written as an address (data:) is
// that picture, and so is a piece of a page with pictures in it, unless its text
// could be a code. Nothing is fetched from the web.
//
// What is in the clipboard comes from the program in which it was copied, and
// only when it is asked for; that program may be slow, silent or gone. Without a
// deadline in the context all of it may take five seconds.
func Clipboard(ctx context.Context) (Clip, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, clipboardTime)
		defer cancel()
	}
	var picture atomic.Bool
	clip, err := await.Do(ctx, func() (Clip, error) {
		board, err := openClipboard(ctx)
		if err != nil {
			return Clip{}, err
		}
		defer board.close()
		return readClip(ctx, board, func() { picture.Store(true) })
	})
	if errors.Is(err, context.DeadlineExceeded) {
		if picture.Load() {
			return Clip{}, ErrClipboardTime
		}
		return Clip{}, ErrClipboardSilent
	}
	return clip, err
}

// clipboard is the clipboard of one kind of desktop. The end of the context that
// it was opened with ends its methods.
type clipboard interface {
	// types are those that the content can be had in, at least of the wanted ones.
	types() ([]string, error)
	// get reads the content in one of them: errRefused if it is not to be had
	// after all, errTooMuch if it is longer than most.
	get(kind string, most int) ([]byte, error)
	close()
}

var (
	errRefused = errors.New("the clipboard's owner does not give what it offered")
	errTooMuch = errors.New("the clipboard holds more than is read")
)

// The types that are read, the best first; the last ones of the pictures are older
// names of BMP, and the names in capitals are those of X.
var (
	pictureTypes = []string{"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/x-bmp", "image/x-ms-bmp", "image/x-MS-bmp"}
	fileTypes    = []string{"text/uri-list"}
	textTypes    = []string{"text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "STRING"}
	htmlTypes    = []string{"text/html"}

	readTypes = slices.Concat(pictureTypes, fileTypes, textTypes, htmlTypes)
)

// source is a clipboard with what it offers.
type source struct {
	board   clipboard
	offered []string
}

// readClip reads the best of what the clipboard offers, and calls picture before
// it begins with one.
func readClip(ctx context.Context, board clipboard, picture func()) (Clip, error) {
	offered, err := board.types()
	if err != nil {
		return Clip{}, err
	}
	s := source{board, offered}
	for _, want := range []struct {
		types   []string
		most    int
		tooMuch error
		read    func(context.Context, []byte) (Clip, error)
	}{
		{pictureTypes, MaxBytes, &TooLargeError{}, clipPicture},
		{fileTypes, MaxInline, ErrClipboardSeveral, clipFile},
	} {
		if s.offers(want.types) {
			picture()
		}
		clip, err := s.read(ctx, want.types, want.most, want.tooMuch, want.read)
		if !errors.Is(err, errRefused) {
			return clip, err
		}
	}
	text, err := s.read(ctx, textTypes, MaxInline, ErrClipboardLong, clipText)
	if err == nil && (text.Picture != nil || isCode(text.Text)) || !s.offers(htmlTypes) || ctx.Err() != nil {
		return text, orOther(err)
	}
	// A piece of a page: its text may be what is written around the code.
	picture()
	page, pageErr := s.read(ctx, htmlTypes, MaxInline, ErrClipboardLong, clipPage)
	switch {
	case pageErr == nil, ctx.Err() != nil, errors.Is(pageErr, ErrClipboardRemote) && (err != nil || isBlank(text.Text)):
		return page, pageErr
	}
	return text, orOther(err)
}

// orOther is the error where nothing was given of all that was offered.
func orOther(err error) error {
	if errors.Is(err, errRefused) {
		return ErrClipboardOther
	}
	return err
}

func (s source) offers(types []string) bool {
	return slices.ContainsFunc(types, func(kind string) bool { return slices.Contains(s.offered, kind) })
}

// read reads the first of the types that is given; errRefused: none is.
func (s source) read(ctx context.Context, types []string, most int, tooMuch error, read func(context.Context, []byte) (Clip, error)) (Clip, error) {
	for _, kind := range types {
		if !slices.Contains(s.offered, kind) {
			continue
		}
		data, err := s.board.get(kind, most)
		if errors.Is(err, errTooMuch) {
			return Clip{}, tooMuch
		}
		var clip Clip
		if err == nil {
			clip, err = read(ctx, data)
		}
		if !errors.Is(err, errRefused) {
			return clip, err
		}
	}
	return Clip{}, errRefused
}
