//go:build amd64 || arm64 || riscv64 || loong64

package camera

import (
	"context"
	"errors"
	"os"
	"testing"
)

// TestRealCamera needs a camera: see make test-camera.
func TestRealCamera(t *testing.T) {
	if os.Getenv("UNDERSTUDY_REAL_CAMERA") == "" {
		t.Skip("make test-camera runs this where there is a camera")
	}
	source := New(Options{})
	stream, err := source.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	frame, err := stream.Next(t.Context())
	if err != nil || frame.Image.Bounds().Size() != stream.About().Mode.Size {
		t.Fatal(frame, err)
	}
	if _, err := New(Options{}).Open(t.Context()); !errors.Is(err, ErrBusy) {
		t.Errorf("opened twice: %v", err)
	}
	waits := make(chan error)
	go func() {
		for {
			if _, err := stream.Next(t.Context()); err != nil {
				waits <- err
				return
			}
		}
	}()
	if err := stream.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waits; !errors.Is(err, context.Canceled) {
		t.Errorf("a Next that waited: %v", err)
	}
	again, err := source.Open(t.Context())
	if err != nil {
		t.Fatalf("after it was closed: %v", err)
	}
	if _, err := again.Next(t.Context()); err != nil {
		t.Error(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
