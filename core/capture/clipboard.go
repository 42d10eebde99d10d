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
// is read as File does.
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

// wanted are the types that are read, the best first.
var wanted = []struct {
	types   []string
	picture bool
	most    int
	tooMuch error
	read    func(ctx context.Context, data []byte) (Clip, error) // errRefused: try the next
}{
	{
		// The last ones are older names of BMP.
		types:   []string{"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/x-bmp", "image/x-ms-bmp", "image/x-MS-bmp"},
		picture: true, most: MaxBytes, tooMuch: &TooLargeError{}, read: clipPicture,
	},
	{types: []string{"text/uri-list"}, picture: true, most: MaxText, tooMuch: ErrClipboardSeveral, read: clipFile},
	{types: textTypes, most: MaxText, tooMuch: ErrClipboardLong, read: clipText},
}

// textTypes are those of a plain text; the names in capitals are those of X.
var textTypes = []string{"text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "STRING"}

// readClip reads the best of what the clipboard offers, and calls picture before
// it begins with one.
func readClip(ctx context.Context, board clipboard, picture func()) (Clip, error) {
	offered, err := board.types()
	if err != nil {
		return Clip{}, err
	}
	for _, want := range wanted {
		for _, kind := range want.types {
			if !slices.Contains(offered, kind) {
				continue
			}
			if want.picture {
				picture()
			}
			data, err := board.get(kind, want.most)
			if errors.Is(err, errTooMuch) {
				return Clip{}, want.tooMuch
			}
			var clip Clip
			if err == nil {
				clip, err = want.read(ctx, data)
			}
			if !errors.Is(err, errRefused) {
				return clip, err
			}
		}
	}
	return Clip{}, ErrClipboardOther
}
