package sight

import (
	"context"
	"errors"
	"image"
	"time"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/scan"
)

// Seen is the first frame that holds a code. Without codes, none came in time.
type Seen struct {
	About  camera.About
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
	if f.frames != "" {
		say = func(...string) {} // files are no news
	}
	return look(ctx, source, f.wait, say)
}

func look(ctx context.Context, source camera.Source, wait time.Duration, say func(...string)) (Seen, error) {
	looking, stop := context.WithCancel(ctx)
	if wait > 0 {
		looking, stop = context.WithTimeout(ctx, wait)
	}
	defer stop()
	var (
		seen    Seen
		waiting error
	)
	err := camera.Watch(looking, source, camera.Watching{}, func(e camera.Event) {
		switch e := e.(type) {
		case camera.Status:
			waiting = e.Err
			about(e, say)
			if e.State == camera.Running {
				seen.About = e.About
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

// ErrorName is a stable name for what is wrong with a camera; empty for other
// errors.
func ErrorName(err error) string {
	for _, e := range []struct {
		is   error
		name string
	}{
		{camera.ErrUnsupported, "camera_not_supported"},
		{camera.ErrNone, "no_camera"},
		{camera.ErrNoSuch, "no_such_camera"},
		{camera.ErrSeveral, "several_cameras"},
		{camera.ErrBusy, "camera_busy"},
		{camera.ErrDenied, "camera_denied"},
		{camera.ErrUnplugged, "camera_unplugged"},
		{camera.ErrFrozen, "camera_frozen"},
		{camera.ErrDamaged, "camera_damaged"},
		{camera.ErrFormat, "camera_format"},
		{camera.ErrFailed, "camera_failed"},
		{camera.ErrNoFrames, "no_frames"},
	} {
		if errors.Is(err, e.is) {
			return e.name
		}
	}
	return ""
}
