//go:build unix && !darwin && !ios

package screen

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/understudy-auth/understudy/core/capture"
)

// portalFile reads the picture that the portal made, and removes its file, whatever
// comes of it.
func portalFile(ctx context.Context, uri string) (image.Image, error) {
	name, err := filePath(uri)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrPicture, err)
	}
	data, err := readFile(name)
	remove(name) // before it is decoded: that takes time, and may fail
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrPicture, err)
	}
	picture, err := capture.DecodeBytes(ctx, data)
	if _, tooLarge := errors.AsType[*capture.TooLargeError](err); err == nil || tooLarge || ctx.Err() != nil {
		return opaque(picture), err
	}
	return nil, fmt.Errorf("%w (%w)", ErrPicture, err)
}

// opaque makes a picture's pixels all count: what a compositor keeps as their
// opacity means nothing, and wlroots leaves zeros there.
func opaque(picture image.Image) image.Image {
	if m, ok := picture.(*image.NRGBA); ok {
		for i := 3; i < len(m.Pix); i += 4 {
			m.Pix[i] = 0xff
		}
	}
	return picture
}

// filePath is the file of this computer that an address names (RFC 8089). What
// follows the host is all name: some programs write an address without the percent
// signs that a question mark or a blank in it needs.
func filePath(uri string) (string, error) {
	scheme, name, _ := strings.Cut(uri, ":")
	if !strings.EqualFold(scheme, "file") {
		return "", errors.New("its answer is not the address of a file")
	}
	if rest, ok := strings.CutPrefix(name, "//"); ok {
		host, path, _ := strings.Cut(rest, "/")
		if host != "" && !strings.EqualFold(host, "localhost") {
			return "", errors.New("its answer names a file of another computer")
		}
		name = "/" + path
	}
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if !filepath.IsAbs(name) || strings.ContainsRune(name, 0) {
		return "", errors.New("its answer names no file")
	}
	return name, nil
}

func readFile(name string) ([]byte, error) {
	// With O_NONBLOCK a pipe is opened at once; it is not read.
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, withoutName(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.New("what its answer names is not a file")
	}
	data, err := io.ReadAll(io.LimitReader(f, capture.MaxBytes+1))
	return data, withoutName(err)
}

// withoutName is an error of a file without the file's name, which is foreign text.
func withoutName(err error) error {
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		return failed.Err
	}
	return err
}

// remove takes a file away, and no folder.
func remove(name string) { _ = syscall.Unlink(name) }

// scaled is a rectangle in other units.
func scaled(r image.Rectangle, by float64) image.Rectangle {
	at := func(v int) int { return int(math.Round(float64(v) * by)) }
	return image.Rect(at(r.Min.X), at(r.Min.Y), at(r.Max.X), at(r.Max.Y))
}

// partOf is a part of a picture that begins at (0, 0). The usual kinds share their
// pixels.
func partOf(picture image.Image, part image.Rectangle) image.Image {
	rect := image.Rectangle{Max: part.Size()}
	if !part.Empty() {
		switch m := picture.(type) {
		case *image.RGBA:
			return &image.RGBA{Pix: m.Pix[m.PixOffset(part.Min.X, part.Min.Y):], Stride: m.Stride, Rect: rect}
		case *image.NRGBA:
			return &image.NRGBA{Pix: m.Pix[m.PixOffset(part.Min.X, part.Min.Y):], Stride: m.Stride, Rect: rect}
		}
	}
	out := image.NewRGBA(rect)
	draw.Draw(out, rect, picture, part.Min, draw.Src)
	return out
}
