// Package cameratest is a camera that a test holds in its hand.
package cameratest

import (
	"context"
	"image"
	"sync"

	"github.com/understudy-auth/understudy/core/capture/camera"
)

// Source is a camera.Source that shows what a test gives it. Every frame is
// told and read: none is lost, so nothing depends on time.
type Source struct {
	about  camera.About
	frames chan image.Image
	fails  chan error

	mu     sync.Mutex
	absent error
	open   int
}

// New makes a camera that is plugged in.
func New(about camera.About) *Source {
	return &Source{about: about, frames: make(chan image.Image), fails: make(chan error)}
}

// Show waits until the picture is taken as the next frame, or the context ends.
func (s *Source) Show(ctx context.Context, picture image.Image) {
	select {
	case s.frames <- picture:
	case <-ctx.Done():
	}
}

// Fail ends the stream that is open with an error, as when the camera is pulled
// out. Opening it fails with the same until Plug.
func (s *Source) Fail(ctx context.Context, err error) {
	s.Unplug(err)
	select {
	case s.fails <- err:
	case <-ctx.Done():
	}
}

// Unplug lets the next opening fail.
func (s *Source) Unplug(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.absent = err
}

// Plug lets it be opened again.
func (s *Source) Plug() { s.Unplug(nil) }

// Streams is how many streams are open: none when the light must be out.
func (s *Source) Streams() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

func (s *Source) Open(context.Context) (camera.Stream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.absent != nil {
		return nil, s.absent
	}
	s.open++
	return &stream{source: s}, nil
}

type stream struct {
	source *Source
	number int
}

func (s *stream) About() camera.About { return s.source.about }

func (s *stream) Next(ctx context.Context) (camera.Frame, error) {
	select {
	case picture := <-s.source.frames:
		s.number++
		return camera.Frame{Image: picture, Number: s.number}, nil
	case err := <-s.source.fails:
		return camera.Frame{}, err
	case <-ctx.Done():
		return camera.Frame{}, ctx.Err()
	}
}

func (s *stream) Close() error {
	s.source.mu.Lock()
	defer s.source.mu.Unlock()
	s.source.open--
	return nil
}
