package camera

import (
	"context"
	"fmt"
	"image"
)

// MaxPixels limits a frame, its width times its height. A camera for 8K sends
// 33 million.
const MaxPixels = 40_000_000

// Source is where frames come from. It can be opened again after its stream was
// closed, and then looks again which cameras there are.
type Source interface {
	Open(ctx context.Context) (Stream, error)
}

// Stream is a source that runs.
type Stream interface {
	// Next waits for a frame that it did not give yet: of a camera the newest, of
	// files the next. After the last one of files it returns io.EOF. One goroutine at
	// a time may call it.
	Next(ctx context.Context) (Frame, error)
	About() About
	// Close stops it; a Next that waits then ends.
	Close() error
}

// About describes a stream.
type About struct {
	Device Device // its Name only where the source are files
	Mode   Mode
	// Live: frames come at their own pace, and are lost if nobody takes them.
	Live bool
}

// Frame is one picture of a stream.
type Frame struct {
	Image image.Image // an *image.YCbCr of nearly every camera; luma only is an *image.Gray
	// Number counts the frames of a stream that were given, from 1.
	Number int
	// Damaged is how many arrived damaged since the one before, and were skipped.
	Damaged int
}

// Formats of a camera.
const (
	FormatMJPEG = "MJPG"
	FormatJPEG  = "JPEG" // some drivers' name for it
	FormatYUYV  = "YUYV"
)

// Mode is one way in which a camera sends frames.
type Mode struct {
	Format string      // its FourCC
	Size   image.Point // in pixels
	FPS    float64     // the most frames a second; 0 where it does not say
}

func (m Mode) String() string {
	if m.FPS == 0 {
		return fmt.Sprintf("%dx%d %s", m.Size.X, m.Size.Y, m.Format)
	}
	return fmt.Sprintf("%dx%d %s %.4g/s", m.Size.X, m.Size.Y, m.Format, m.FPS)
}

// spoken reports whether frames of this mode can be read.
func (m Mode) spoken() bool {
	return m.Format == FormatMJPEG || m.Format == FormatJPEG || m.Format == FormatYUYV
}

// Options choose a camera and how it is to send.
type Options struct {
	// Device is the camera: the ID, name or Path of a Device, or a part of one's
	// name. Empty: the first one that sends what can be read.
	Device string
	// Size is the resolution that is wanted; of those that the camera has, the
	// nearest is taken. Zero: 1280 x 720.
	Size image.Point
	// Format is wanted before others; empty: the one that costs least.
	Format string
}
