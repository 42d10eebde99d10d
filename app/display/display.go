// Package display tells whether a window can be opened, and opens web pages. The
// window toolkit has no gentle way to find out: without a display it panics.
package display

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/understudy-auth/understudy/core/desktop"
)

// patience is for one display server. One that works answers in milliseconds.
const patience = 2 * time.Second

// ErrNone tells that the environment names no display: a text terminal, a service
// or a login from afar.
var ErrNone = errors.New("there is no desktop to show a window on: neither WAYLAND_DISPLAY nor DISPLAY is set")

// DeadError tells a display that is named, but takes no connection or does not
// answer.
type DeadError struct {
	Name  string // as the environment has it, such as ":0" or "wayland-1"
	Cause error
}

func (e *DeadError) Error() string {
	return fmt.Sprintf("the display %q cannot be used: %v", e.Name, e.Cause)
}
func (e *DeadError) Unwrap() error { return e.Cause }

// Find returns nil if there is a display on which a window can open, else ErrNone
// or a *DeadError, or the context's error when that ends. As the toolkit does, it
// looks for Wayland first and then for X11, or only for what FYNE_PLATFORM says.
// macOS and Windows always have a display.
func Find(ctx context.Context, getenv func(string) string) error {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		return nil
	}
	only := getenv("FYNE_PLATFORM")
	found := ErrNone
	if name := getenv("WAYLAND_DISPLAY"); name != "" && only != "x11" {
		if found = try(ctx, name, func(ctx context.Context) error { return desktop.Wayland(ctx, getenv) }); found == nil {
			return nil
		}
	}
	if name := getenv("DISPLAY"); name != "" && only != "wayland" {
		found = try(ctx, name, func(ctx context.Context) error {
			conn, err := desktop.X11(ctx, name)
			if err == nil {
				conn.Close()
			}
			return err
		})
	}
	return found
}

func try(ctx context.Context, name string, connect func(context.Context) error) error {
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := connect(short)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		err = errors.New("it does not answer")
	}
	return &DeadError{name, err}
}
