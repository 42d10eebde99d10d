package gui

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/gui/viewfinder"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/settings"
)

// foundFor is how long a login code is shown where it was found.
const foundFor = 400 * time.Millisecond

// Why looking through a camera ends.
var (
	errFound   = errors.New("a login code was found")
	errAnother = errors.New("another camera or resolution was chosen")
)

// lookThroughCamera shows what the camera sees until there is a login code.
func (d *desk) lookThroughCamera() {
	d.read(func(ctx context.Context) (reading.Found, error) {
		for {
			f, err := d.look(ctx)
			if !errors.Is(err, errAnother) {
				return f, err
			}
		}
	}, nil)
}

// look looks through one camera.
func (d *desk) look(ctx context.Context) (f reading.Found, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cameras, _ := d.opt.Cameras() // what is wrong with it is told when it is opened
	f.Source = intake.SourceCamera
	shown := newOnce[*viewfinder.Viewfinder]()
	lens := newOnce[viewfinder.Lens]()
	d.do(func() {
		chosen := d.lens()
		if !slices.ContainsFunc(cameras, func(c camera.Device) bool { return c.ID == chosen.Device }) {
			chosen.Device = "" // it is not plugged in: the first one
		}
		lens.put(chosen)
		v := viewfinder.New(viewfinder.World{
			Do: d.do, Cameras: cameras, Cancel: d.goBack, Closed: func() { cancel(errBack()) },
			Changed: func(lens viewfinder.Lens, anew bool) {
				d.keepLens(lens)
				if anew {
					cancel(errAnother)
				}
			},
		}, chosen)
		if ctx.Err() == nil {
			d.show(v.Screen)
		}
		shown.put(v)
	})
	v, through := <-shown.ch, <-lens.ch
	err = camera.Watch(ctx, d.opt.Camera(through.Options), camera.Watching{Wait: true}, func(e camera.Event) {
		v.Tell(e)
		r, ok := e.(camera.Reading)
		if !ok || ctx.Err() != nil {
			return
		}
		if f.Codes = reading.Codes(r.Frame.Image, r.Result); len(intake.Candidates(f.Items())) > 0 {
			cancel(errFound)
		}
	})
	switch {
	case errors.Is(context.Cause(ctx), errFound):
		select {
		case <-time.After(foundFor):
		case <-d.ctx.Done():
		}
		return f, nil
	case ctx.Err() != nil:
		return f, context.Cause(ctx)
	}
	return f, err
}

// lens is how the person looked last.
func (d *desk) lens() viewfinder.Lens {
	s := d.opt.Settings.Current()
	l := viewfinder.Lens{Plain: !s.CameraMirror}
	l.Device = s.Camera
	for _, size := range viewfinder.Sizes {
		if size.X == s.CameraWidth {
			l.Size = size
		}
	}
	return l
}

// keepLens keeps how the person looks for the next time. What cannot be written
// holds until the window closes, as all settings do.
func (d *desk) keepLens(l viewfinder.Lens) {
	ctx, cancel := d.limited()
	defer cancel()
	_ = d.opt.Settings.Save(ctx, func(s *settings.Settings) {
		s.Camera, s.CameraMirror = l.Device, !l.Plain
		if l.Size.X > 0 {
			s.CameraWidth = l.Size.X
		}
	})
}
