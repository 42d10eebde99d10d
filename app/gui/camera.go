package gui

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/gui/viewfinder"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/intake"
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
		lens.put(d.lens)
		v := viewfinder.New(viewfinder.World{
			Do: d.do, Cameras: cameras, Cancel: d.goBack, Closed: func() { cancel(errBack()) },
			Changed: func(lens viewfinder.Lens, anew bool) {
				d.lens = lens
				if anew {
					cancel(errAnother)
				}
			},
		}, d.lens)
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
