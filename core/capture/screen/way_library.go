//go:build windows || (darwin && cgo)

package screen

import (
	"context"
	"fmt"

	"github.com/kbinani/screenshot"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/internal/await"
)

// library is what kbinani/screenshot does on systems with one kind of desktop.
type library struct{}

func findWay(context.Context) (way, error) { return library{}, nil }

func (library) check(context.Context) error {
	if screenshot.NumActiveDisplays() == 0 {
		return ErrNoDisplay
	}
	return nil
}

func (library) take(ctx context.Context, j job) ([]Shot, error) {
	return within(ctx, j.patience, func(ctx context.Context) ([]Shot, error) {
		shots, err := await.Do(ctx, func() ([]Shot, error) {
			inPixels()
			return libraryShots(j.monitor)
		})
		j.taken()
		return shots, err
	})
}

func libraryShots(wanted int) ([]Shot, error) {
	var monitors []monitor
	for n := range screenshot.NumActiveDisplays() {
		monitors = append(monitors, monitor{bounds: screenshot.GetDisplayBounds(n)})
	}
	if len(monitors) == 0 {
		return nil, ErrNoDisplay
	}
	monitors, err := arranged(monitors, wanted)
	if err != nil {
		return nil, err
	}
	pixels := int64(0)
	var shots []Shot
	for _, m := range monitors {
		if pixels += int64(m.bounds.Dx()) * int64(m.bounds.Dy()); pixels > capture.MaxPixels {
			return nil, &capture.TooLargeError{Pixels: pixels}
		}
		picture, err := screenshot.CaptureRect(m.bounds)
		if err != nil {
			return nil, fmt.Errorf("%w (%w)", ErrPicture, err)
		}
		scale := float64(picture.Rect.Dx()) / float64(m.bounds.Dx())
		shots = append(shots, Shot{Number: m.number, Name: m.name, Image: picture, Bounds: m.bounds, Scale: scale})
	}
	return shots, nil
}
