// Package viewfinder is the screen that shows what the camera sees, while a code is
// held before it.
package viewfinder

import (
	"image"
	"sync/atomic"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/intake"
)

// Lens is how the person looks.
type Lens struct {
	camera.Options
	Plain bool // left is left, as in a picture of somebody else; else as in a mirror
}

// World is what surrounds a viewfinder.
type World struct {
	Do      func(func()) // runs a function on the goroutine that draws
	Cameras []camera.Device
	// Changed tells that the person chose another camera or resolution, or turned the
	// picture: the last needs nothing new.
	Changed func(lens Lens, anew bool)
	// Cancel leads back; Closed is called when something else is shown.
	Cancel, Closed func()
}

// Sizes are the resolutions that can be chosen; of what a camera has, the nearest is
// taken.
var Sizes = []image.Point{{X: 640, Y: 480}, {X: 1280, Y: 720}, {X: 1920, Y: 1080}}

// usualSize is the one that is taken where none was chosen.
const usualSize = 1

// Viewfinder is the screen.
type Viewfinder struct {
	*frame.Screen
	world   World
	lens    Lens // of the goroutine that draws
	plain   atomic.Bool
	picture *picture
	state   *kit.Paragraph

	drawn         atomic.Bool // the frame before has been taken, and spare is free
	spare, onShow *image.RGBA
}

// New makes the screen. It shows what Tell is told.
func New(w World, lens Lens) *Viewfinder {
	v := &Viewfinder{world: w, lens: lens, picture: newPicture(), state: kit.Text(kit.Bold, words.CameraOpening())}
	v.drawn.Store(true)
	v.plain.Store(lens.Plain)
	parts := []fyne.CanvasObject{v.picture, v.state}
	parts = append(parts, kit.Row(12, v.choices()...))
	v.Screen = panel.New(words.Page{
		Title:     words.T("Hold the code before the camera"),
		Sentences: []string{words.T("What the camera sees stays on this computer and is not kept.")},
	}, w.Cancel, kit.Flow(14, 0, parts...), panel.Action{Word: words.T("Cancel"), Do: w.Cancel})
	v.Closed = w.Closed
	v.Told = func() []string {
		told := v.Page
		told.Sentences = append(told.Sentences[:len(told.Sentences):len(told.Sentences)], v.state.String())
		return told.Lines()
	}
	return v
}

// choices are the camera, where there are several, its resolution, and the mirror.
func (v *Viewfinder) choices() []fyne.CanvasObject {
	var parts []fyne.CanvasObject
	if len(v.world.Cameras) > 1 {
		names := make([]string, len(v.world.Cameras))
		for n, c := range v.world.Cameras {
			names[n] = words.T("{n}: {camera}", "n", n+1, "camera", c.Name) // two can have one name
		}
		which := kit.NewSelect(words.T("Camera"), names, nil)
		which.SetSelectedIndex(v.camera())
		which.OnChanged = func(string) {
			v.lens.Device = v.world.Cameras[which.SelectedIndex()].ID
			v.world.Changed(v.lens, true)
		}
		parts = append(parts, which)
	}
	names := make([]string, len(Sizes))
	chosen := usualSize
	for n, s := range Sizes {
		names[n] = words.T("{width} x {height}", "width", s.X, "height", s.Y)
		if s == v.lens.Size {
			chosen = n
		}
	}
	size := kit.NewSelect(words.T("Resolution"), names, nil)
	size.SetSelectedIndex(chosen)
	size.OnChanged = func(string) {
		v.lens.Size = Sizes[size.SelectedIndex()]
		v.world.Changed(v.lens, true)
	}
	mirror := kit.NewCheck(words.T("As in a mirror"), "", func(checked bool) {
		v.lens.Plain = !checked
		v.plain.Store(v.lens.Plain)
		v.world.Changed(v.lens, false)
	})
	mirror.SetChecked(!v.lens.Plain)
	return append(parts, size, mirror)
}

// camera is which of the cameras is looked through.
func (v *Viewfinder) camera() int {
	for n, c := range v.world.Cameras {
		if c.ID == v.lens.Device {
			return n
		}
	}
	return 0
}

// Tell shows an event of camera.Watch; one at a time. A window that has not taken
// the frame before gets no new one: it never lags behind.
func (v *Viewfinder) Tell(e camera.Event) {
	view := camera.View{Size: image.Pt(width, height), Mirror: !v.plain.Load()}
	switch e := e.(type) {
	case camera.Frame:
		if !v.drawn.CompareAndSwap(true, false) {
			return
		}
		frame := view.Draw(e.Image, v.spare)
		v.world.Do(func() {
			v.spare, v.onShow = v.onShow, frame
			v.picture.show(frame)
			v.drawn.Store(true)
		})
	case camera.Reading:
		codes := make([][4]image.Point, len(e.Result.Codes))
		text := ""
		for n, c := range e.Result.Codes {
			codes[n] = view.Corners(e.Frame.Image.Bounds(), c.Corners)
			text = words.Code(intake.Parse(c.Text))
		}
		v.world.Do(func() {
			v.picture.outline(codes)
			if text != "" {
				v.state.SetText(text)
			}
		})
	case camera.Status:
		v.world.Do(func() { v.tell(e) })
	}
}

// tell shows how the camera does.
func (v *Viewfinder) tell(s camera.Status) {
	switch s.State {
	case camera.Opening:
		v.state.SetText(words.CameraOpening())
	case camera.Running:
		v.state.SetText(words.CameraRuns(s.About))
	case camera.Waiting:
		title, sentences := words.Error(s.Err, words.About{})
		v.state.SetText(facts.Joined(append(append([]string{words.T("{title}.", "title", title)}, sentences...), words.CameraWaits())))
		v.picture.outline(nil)
	}
	v.Content.Refresh()
}
