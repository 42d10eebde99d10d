package capture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/understudy-auth/understudy/core/capture/internal/await"
)

// File reads a picture file. A name is a name, whatever it starts with, and "-"
// is a file like others: who means standard input calls Decode.
func File(ctx context.Context, name string) (image.Image, error) {
	// Opening waits too, where the name is that of a pipe.
	return await.Do(ctx, func() (image.Image, error) {
		f, err := os.Open(name)
		if err != nil {
			return nil, explained(name, err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, fmt.Errorf("%q is a folder; name a picture in it", name)
		}
		return Decode(ctx, f)
	})
}

// Dropped reads what was dropped on a window, by the name that the window toolkit
// gives. That takes whatever is dropped for the name of a file: an address comes as
// one that is not there, with two slashes of it made one. ErrDroppedAddress then,
// but for a picture that is written as an address and survived that.
func Dropped(ctx context.Context, name string) (image.Image, error) {
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENAMETOOLONG) {
		return File(ctx, name)
	}
	if at := strings.Index(name, "data:image/"); at >= 0 {
		if picture, err := DataURL(ctx, name[at:]); err == nil || ctx.Err() != nil {
			return picture, err
		}
	}
	return nil, ErrDroppedAddress
}

func explained(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &fileError{fmt.Sprintf("there is no file %q; check the name", name), err}
	case errors.Is(err, fs.ErrPermission):
		return &fileError{fmt.Sprintf("this account may not read the file %q; change its permissions or copy it", name), err}
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		err = failed.Err // without the name, which is there already
	}
	return fmt.Errorf("the file %q cannot be opened: %w", name, err)
}
