package capture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"

	// The formats that are read. TIFF is left out: its decoder has been a source of
	// trouble, and no login page shows one.
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/webp"
)

const (
	// MaxBytes and MaxPixels limit a picture. A screenshot of two large monitors
	// has 30 million pixels.
	MaxBytes  = 64 << 20
	MaxPixels = 64_000_000
)

// Why a picture was not read.
var (
	ErrNotPicture = errors.New("this file is not a picture; PNG, JPEG, GIF, WebP and BMP can be read")
	ErrCutOff     = errors.New("this picture is cut off or damaged; save it again")
)

// TooLargeError tells a picture that is over MaxPixels or MaxBytes.
type TooLargeError struct {
	Pixels int64 // 0 where the file itself is too large
}

func (e *TooLargeError) Error() string {
	if e.Pixels == 0 {
		return fmt.Sprintf("this file is too large for a picture (over %d MB)", MaxBytes>>20)
	}
	return fmt.Sprintf("this picture is too large (%d megapixels; %d can be read)", e.Pixels/1_000_000, MaxPixels/1_000_000)
}

// Decode reads one picture: PNG, JPEG, GIF (its first frame), WebP or BMP. The
// size is checked before any pixel is decoded.
func Decode(ctx context.Context, r io.Reader) (image.Image, error) {
	data, err := io.ReadAll(io.LimitReader(contextReader{ctx, r}, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("the picture cannot be read: %w", err)
	}
	if len(data) > MaxBytes {
		return nil, &TooLargeError{}
	}
	return DecodeBytes(ctx, data)
}

// DecodeBytes is Decode for a picture in memory.
func DecodeBytes(ctx context.Context, data []byte) (picture image.Image, err error) {
	defer func() { // decoders meet what their authors did not think of
		if recover() != nil {
			picture, err = nil, ErrCutOff
		}
	}()
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case errors.Is(err, image.ErrFormat):
		return nil, ErrNotPicture
	case err != nil || config.Width <= 0 || config.Height <= 0:
		return nil, ErrCutOff
	}
	if pixels := int64(config.Width) * int64(config.Height); pixels > MaxPixels {
		return nil, &TooLargeError{pixels}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	picture, _, err = image.Decode(contextReader{ctx, bytes.NewReader(data)})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, ErrCutOff
	}
	return picture, nil
}

// contextReader ends reading when its context does.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
