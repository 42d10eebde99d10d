package sight

import (
	"context"
	"errors"
	"image"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/scan"
)

// Seen is the first frame that holds a code. Without codes, none came in time.
type Seen struct {
	Camera string // its name
	Frame  image.Image
	Codes  []scan.Code
	Totals camera.Totals
}

// Look looks until there is a code, the time is over, or there is nothing to
// look through. say tells the person what the camera does. The error of a camera
// that was lost on the way is the one that was told last.
func (f *Flags) Look(ctx context.Context, say func(...string)) (Seen, error) {
	source, err := f.source()
	if err != nil {
		return Seen{}, err
	}
	looking, stop := context.WithCancel(ctx)
	if f.wait > 0 {
		looking, stop = context.WithTimeout(ctx, f.wait)
	}
	defer stop()
	var (
		seen    Seen
		waiting error
	)
	err = camera.Watch(looking, source, camera.Watching{}, func(e camera.Event) {
		switch e := e.(type) {
		case camera.Status:
			waiting = e.Err
			if f.frames == "" {
				about(e, say)
			}
			if e.State == camera.Running {
				seen.Camera = e.About.Device.Name
			}
		case camera.Reading:
			if len(e.Result.Codes) > 0 && len(seen.Codes) == 0 {
				seen.Frame, seen.Codes = e.Frame.Image, e.Result.Codes
				stop()
			}
		case camera.Totals:
			seen.Totals = e
		}
	})
	switch {
	case ctx.Err() != nil:
		return Seen{}, context.Cause(ctx)
	case len(seen.Codes) > 0:
		return seen, nil
	case errors.Is(err, context.DeadlineExceeded):
		return seen, waiting
	}
	return seen, err
}

// about tells a change of the camera's state.
func about(s camera.Status, say func(...string)) {
	switch s.State {
	case camera.Opening:
		say(words.CameraOpening())
	case camera.Running:
		say(words.CameraRuns(s.About))
	case camera.Waiting:
		title, sentences := words.Error(s.Err, words.About{})
		say(title + ".")
		say(sentences...)
		say(words.CameraWaits())
	}
}
