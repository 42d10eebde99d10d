package camera

import (
	"context"
	"errors"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/wire"
)

// Files are a source in place of a camera.
type Files struct {
	// Path is a folder, of which the pictures (PNG, JPEG, GIF, WebP, BMP, told by
	// the ends of their names) are the frames in the order of their names; one
	// picture; or a file of MJPEG: one JPEG after another.
	Path string
	// Every gives a frame each time that it has passed, as a camera does. Zero: as
	// fast as they are taken, and none is lost.
	Every time.Duration
	// Repeat begins again after the last one.
	Repeat bool
}

var pictures = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"}

func isPicture(name string) bool {
	return slices.Contains(pictures, strings.ToLower(filepath.Ext(name))) && !strings.HasPrefix(filepath.Base(name), ".")
}

// Open looks what Path is. A path with nothing to show is ErrNoFrames.
func (f Files) Open(ctx context.Context) (Stream, error) {
	info, err := os.Stat(f.Path)
	if err != nil {
		return nil, err
	}
	s := &files{Files: f}
	switch {
	case info.IsDir():
		entries, err := os.ReadDir(f.Path) // in the order of names
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if isPicture(e.Name()) && !e.IsDir() {
				s.names = append(s.names, filepath.Join(f.Path, e.Name()))
			}
		}
		if len(s.names) == 0 {
			return nil, ErrNoFrames
		}
	case isPicture(f.Path):
		s.names = []string{f.Path}
	}
	if err := s.rewind(); err != nil {
		return nil, err
	}
	// The first frame is decoded now: it tells the size, and whether there is one.
	if s.first, err = s.decode(ctx); err != nil {
		_ = s.Close()
		if errors.Is(err, io.EOF) {
			err = ErrNoFrames
		}
		return nil, err
	}
	if f.Every > 0 {
		s.tick = time.NewTicker(f.Every)
	}
	return s, nil
}

// files is a stream of Files.
type files struct {
	Files
	names []string // of pictures; none: a file of MJPEG
	next  int      // in names

	file  *os.File
	mjpeg *splitter

	first   image.Image // decoded by Open, until it is given
	size    image.Point
	number  int
	damaged int // since the last frame
	tick    *time.Ticker
}

func (s *files) About() About {
	name := wire.CleanText(filepath.Base(s.Path), 100)
	return About{Device: Device{Name: name}, Mode: Mode{Format: s.format(), Size: s.size}, Live: s.Every > 0}
}

func (s *files) format() string {
	if len(s.names) > 0 {
		return "files"
	}
	return FormatMJPEG
}

func (s *files) Next(ctx context.Context) (Frame, error) {
	if s.tick != nil {
		select {
		case <-s.tick.C:
		case <-ctx.Done():
			return Frame{}, ctx.Err()
		}
	}
	picture := s.first
	if s.first = nil; picture == nil {
		var err error
		if picture, err = s.decode(ctx); err != nil {
			return Frame{}, err
		}
	}
	s.number++
	frame := Frame{Image: picture, Number: s.number, Damaged: s.damaged}
	s.damaged = 0
	return frame, nil
}

// decode is the next picture that is not damaged. With Repeat it begins again at
// the end, if there was anything.
func (s *files) decode(ctx context.Context) (image.Image, error) {
	for again := s.Repeat && s.number > 0; ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		picture, err := s.one(ctx)
		switch {
		case err == nil:
			s.size = picture.Bounds().Size()
			return picture, nil
		case errors.Is(err, errDamagedFrame), errors.Is(err, capture.ErrDamaged), errors.Is(err, capture.ErrCutOff):
			s.damaged++
		case errors.Is(err, io.EOF) && again:
			again = false // it may hold nothing good any more
			if err := s.rewind(); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
}

// one is the next picture, good or not.
func (s *files) one(ctx context.Context) (image.Image, error) {
	if s.mjpeg != nil {
		data, err := s.mjpeg.next()
		if err != nil {
			return nil, err
		}
		return decodeJPEG(data)
	}
	if s.next == len(s.names) {
		return nil, io.EOF
	}
	s.next++
	return capture.File(ctx, s.names[s.next-1])
}

func (s *files) rewind() error {
	s.next = 0
	if len(s.names) > 0 {
		return nil
	}
	if s.file != nil {
		_ = s.file.Close()
	}
	file, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	s.file, s.mjpeg = file, newSplitter(file)
	return nil
}

func (s *files) Close() error {
	if s.tick != nil {
		s.tick.Stop()
	}
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
