package capture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
)

// File reads a picture file. A name is a name, whatever it starts with.
func File(ctx context.Context, name string) (image.Image, error) {
	f, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no file %q, check its name: %w", name, fs.ErrNotExist)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("the file %q may not be read by this account: %w", name, fs.ErrPermission)
	case err != nil:
		return nil, fmt.Errorf("the file %q cannot be opened: %w", name, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%q is a folder, name a picture in it: %w", name, ErrNotPicture)
	}
	return Decode(ctx, f)
}
