package gui

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/understudy-auth/understudy/app/gui/viewfinder"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/wire"
)

// cameras gives the person's computer cameras: the frames of each are files.
func (p *person) cameras(folders ...string) {
	var devices []camera.Device
	for _, f := range folders {
		devices = append(devices, camera.Device{ID: f, Name: filepath.Base(f)})
	}
	p.edit = func(o *Options) {
		o.Cameras = func() ([]camera.Device, error) { return devices, nil }
		o.Camera = func(o camera.Options) camera.Source {
			if o.Device == "" {
				o.Device = folders[0]
			}
			return camera.Files{Path: o.Device, Repeat: true}
		}
	}
}

// frames are files in a folder of their own.
func (p *person) frames(name string, pictures ...string) (folder string) {
	p.t.Helper()
	folder = filepath.Join(p.t.TempDir(), name)
	err := os.Mkdir(folder, 0o700)
	for n, picture := range pictures {
		if err == nil {
			err = os.Rename(picture, filepath.Join(folder, string(rune('a'+n))+".png"))
		}
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return folder
}

// A code that is no login code is told, and the person goes on looking: here
// through the other camera, which sees one.
func TestCamera(t *testing.T) {
	p := sit(t)
	p.registered(true)
	otp, id := p.bed.Start("Log in?")
	desk := p.frames("Desk camera", p.picture(wire.OTPLink(p.bed.Origin, otp)))
	p.cameras(p.frames("Front camera", p.picture("just text")), desk)
	p.start()
	p.looks("Home")
	p.chooses("Camera")
	s := p.looks("Hold the code before the camera")
	p.waits("the text that it sees", func() bool {
		for _, line := range s.Lines() {
			if line == "The code is plain text: “just text”." {
				return true
			}
		}
		return false
	})
	p.selects("Camera: 1: Front camera", 1)
	p.looks(annaPIN)
	p.types(testPIN)
	p.press("Return")
	p.looks("Log in to Demo portal?")
	p.readable()
	p.alt("A")
	p.looks("Accepted")
	if got := p.w.opt.Settings.Current().Camera; got != desk {
		t.Errorf("%q is kept as the camera", got)
	}
	if got := p.bed.State(id); got != wire.StateAccepted {
		t.Error(got)
	}
}

// dark is a camera that is busy, and can be let go.
type dark struct{ opened atomic.Int32 }

func (d *dark) Open(context.Context) (camera.Stream, error) {
	d.opened.Add(1)
	return nil, camera.ErrBusy
}

// A camera that is not to be had is told and waited for; Escape leaves.
func TestCameraBusy(t *testing.T) {
	p := sit(t)
	p.registered(true)
	source := &dark{}
	p.edit = func(o *Options) {
		o.Cameras = func() ([]camera.Device, error) { return nil, nil }
		o.Camera = func(camera.Options) camera.Source { return source }
	}
	p.start()
	p.looks("Home")
	p.chooses("Camera")
	s := p.looks("Hold the code before the camera")
	p.waits("its trouble to be told", func() bool {
		return source.opened.Load() > 0 && s.Lines()[2] != "Looking for the camera."
	})
	p.press("Escape")
	p.looks("Home")
}

// viewfinders are the states of looking through a camera.
func viewfinders() []state {
	shows := func(devices []camera.Device, events ...camera.Event) func(*person) {
		return func(p *person) {
			v := viewfinder.New(viewfinder.World{Do: func(f func()) { f() }, Cameras: devices, Cancel: p.w.goBack, Closed: func() {}, Changed: func(viewfinder.Lens, bool) {}}, viewfinder.Lens{})
			p.w.show(v.Screen)
			for _, e := range events {
				v.Tell(e)
			}
		}
	}
	two := []camera.Device{{ID: "1", Name: "Integrated camera"}, {ID: "2", Name: "Integrated camera"}}
	waits := func(err error) camera.Event { return camera.Status{State: camera.Waiting, Err: err} }
	return []state{
		{"camera, opening", nil, shows(nil, camera.Status{}), false},
		{"cameras, two", nil, shows(two, camera.Status{State: camera.Running, About: camera.About{Device: two[0]}}), false},
		{"camera, busy", nil, shows(nil, waits(camera.ErrBusy)), false},
		{"camera, denied", nil, shows(nil, waits(camera.ErrDenied)), false},
		{"camera, frozen", nil, shows(nil, waits(camera.ErrFrozen)), false},
		{"camera, none", nil, shows(nil, waits(camera.ErrNone)), false},
		{"camera, unplugged", nil, shows(nil, waits(camera.ErrUnplugged)), false},
	}
}
