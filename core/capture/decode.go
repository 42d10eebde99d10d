package capture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"

	"github.com/understudy-auth/understudy/core/capture/internal/await"
)

const (
	// MaxBytes limits a file, MaxPixels its width times its height. The screens of
	// three 4K monitors have 25 million pixels.
	MaxBytes  = 64 << 20
	MaxPixels = 64_000_000
)

// format is a kind of picture file.
type format struct {
	start  string // its first bytes; a question mark stands for any
	size   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

var formats = []format{
	{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"\xff\xd8", jpeg.DecodeConfig, jpeg.Decode},
	{"GIF8?a", gif.DecodeConfig, gif.Decode}, // the first frame
	{"RIFF????WEBPVP8", webp.DecodeConfig, webp.Decode},
	{"BM????\x00\x00\x00\x00", bmp.DecodeConfig, bmp.Decode},
}

// Decode reads a picture. When the context ends it returns at once; a read that
// is under way then goes on until the reader gives something, in a goroutine of
// its own, which gives up after that.
func Decode(ctx context.Context, r io.Reader) (image.Image, error) {
	return await.Do(ctx, func() (image.Image, error) {
		data, err := io.ReadAll(io.LimitReader(&reader{ctx: ctx, r: r}, MaxBytes+1))
		switch {
		case err != nil:
			return nil, fmt.Errorf("the picture cannot be read: %w", err)
		case len(data) > MaxBytes:
			return nil, &TooLargeError{}
		}
		return decode(ctx, data, formats)
	})
}

// DecodeBytes is Decode for a picture in memory.
func DecodeBytes(ctx context.Context, data []byte) (image.Image, error) {
	if len(data) > MaxBytes {
		return nil, &TooLargeError{}
	}
	return await.Do(ctx, func() (image.Image, error) { return decode(ctx, data, formats) })
}

func decode(ctx context.Context, data []byte, formats []format) (picture image.Image, err error) {
	in := &reader{ctx: ctx, r: bytes.NewReader(data)}
	failed := func() error {
		if in.past {
			return ErrCutOff
		}
		return ErrDamaged
	}
	defer func() { // decoders meet what their authors did not think of
		if recover() != nil {
			picture, err = nil, failed()
		}
	}()
	for _, f := range formats {
		if !starts(data, f.start) {
			continue
		}
		config, err := f.size(in)
		if err != nil || config.Width <= 0 || config.Height <= 0 {
			return nil, failed()
		}
		if pixels := int64(config.Width) * int64(config.Height); pixels > MaxPixels {
			return nil, &TooLargeError{pixels}
		}
		in.r = bytes.NewReader(data)
		if picture, err = f.decode(in); err != nil {
			return nil, failed()
		}
		return picture, nil
	}
	return nil, ErrNotPicture
}

func starts(data []byte, with string) bool {
	if len(data) < len(with) {
		return false
	}
	for i := range len(with) {
		if with[i] != '?' && with[i] != data[i] {
			return false
		}
	}
	return true
}

// reader ends when its context does, and knows if more was asked for than there
// is: the decoders' own errors do not always tell that from damage.
type reader struct {
	ctx  context.Context
	r    io.Reader
	past bool
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(p)
	if n == 0 && err == io.EOF {
		r.past = true
	}
	return n, err
}
