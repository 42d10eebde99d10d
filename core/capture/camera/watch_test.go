package camera_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/capture/camera/cameratest"
)

const text = "https://one.example/0123456789"

// diary writes down what Watch tells.
type diary struct {
	mu     sync.Mutex
	lines  []string
	totals camera.Totals
	then   func(camera.Event)
}

func (d *diary) tell(e camera.Event) {
	d.mu.Lock()
	switch e := e.(type) {
	case camera.Frame:
		d.lines = append(d.lines, fmt.Sprint("frame ", e.Number))
	case camera.Reading:
		line := fmt.Sprint("read ", e.Frame.Number, ":")
		for _, c := range e.Result.Codes {
			line += " " + c.Text
		}
		d.lines = append(d.lines, line)
	case camera.Status:
		line := e.State.String()
		if e.Err != nil {
			line += ": " + e.Err.Error()
		}
		if e.State == camera.Running {
			line += " " + e.About.Device.Name
		}
		d.lines = append(d.lines, line)
	case camera.Totals:
		d.totals = e
	}
	then := d.then
	d.mu.Unlock()
	if then != nil {
		then(e)
	}
}

// states are the lines about states.
func (d *diary) states() (out []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range d.lines {
		if !strings.HasPrefix(l, "frame") && !strings.HasPrefix(l, "read") {
			out = append(out, l)
		}
	}
	return out
}

func (d *diary) holds(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("told:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// watched is a camera that is being watched.
type watched struct {
	*cameratest.Source
	diary
	end   context.CancelFunc
	ended chan error
}

func watch(t *testing.T, w camera.Watching, absent error) *watched {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out := &watched{Source: cameratest.New(camera.About{Device: camera.Device{Name: "Test"}}), end: cancel, ended: make(chan error, 1)}
	out.Unplug(absent)
	go func() { out.ended <- camera.Watch(ctx, out.Source, w, out.tell) }()
	return out
}

// stop ends it and makes sure that the camera is off.
func (w *watched) stop(t *testing.T) {
	t.Helper()
	w.end()
	if err := <-w.ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n := w.Streams(); n != 0 {
		t.Errorf("%d streams are open", n)
	}
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, camera.Watching{}, nil)
		with, without := camera.Page(t, text), camera.Plain(image.Pt(640, 480), 200)
		check := func(e camera.Event) {
			r, ok := e.(camera.Reading)
			if !ok || len(r.Result.Codes) == 0 {
				return
			}
			corner := r.Result.Codes[0].Corners[0]
			if d := corner.Sub(image.Pt(100, 80)); max(d.X, -d.X, d.Y, -d.Y) > 3 || r.Frame.Image != image.Image(with) {
				t.Errorf("the code is at %v of %T", corner, r.Frame.Image)
			}
		}
		w.mu.Lock()
		w.then = check
		w.mu.Unlock()
		for _, picture := range []image.Image{without, with, with, without} {
			w.Show(t.Context(), picture)
			synctest.Wait()
		}
		w.stop(t)
		w.holds(t, w.lines, "opening", "running Test",
			"frame 1", "read 1:", "frame 2", "read 2: "+text, "frame 3", "read 3: "+text, "frame 4", "read 4:")
		if w.totals.Frames != 4 || w.totals.Readings != 4 {
			t.Errorf("%+v", w.totals)
		}
	})
}

// A camera that is not there is no reason to wait, unless it is said so.
func TestWatchNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, camera.Watching{}, camera.ErrBusy)
		if err := <-w.ended; !errors.Is(err, camera.ErrBusy) {
			t.Error(err)
		}
		w.holds(t, w.lines, "opening")

		w = watch(t, camera.Watching{Wait: true}, camera.ErrNone)
		time.Sleep(time.Minute)
		w.Unplug(camera.ErrDenied)
		time.Sleep(time.Minute)
		w.Plug()
		w.Show(t.Context(), camera.Plain(image.Pt(64, 64), 9))
		synctest.Wait()
		w.stop(t)
		w.holds(t, w.states(), "opening", "waiting: "+camera.ErrNone.Error(), "waiting: "+camera.ErrDenied.Error(), "running Test")

		w = watch(t, camera.Watching{Wait: true}, camera.ErrUnsupported)
		if err := <-w.ended; !errors.Is(err, camera.ErrUnsupported) {
			t.Error(err)
		}
	})
}

// One that was there is waited for, and comes back.
func TestWatchAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, camera.Watching{}, nil)
		show := func() {
			w.Show(t.Context(), camera.Plain(image.Pt(64, 64), 9))
			synctest.Wait()
		}
		show()
		w.Fail(t.Context(), fmt.Errorf("%w: no such device", camera.ErrUnplugged))
		time.Sleep(time.Minute)
		w.Unplug(camera.ErrNone) // that is no news
		time.Sleep(time.Minute)
		w.Unplug(camera.ErrDenied) // it is there, its permissions are not yet
		time.Sleep(400 * time.Millisecond)
		w.Plug()
		show()
		w.Fail(t.Context(), camera.ErrFrozen)
		time.Sleep(time.Minute)
		w.Plug()
		time.Sleep(time.Second) // until it is opened
		w.Fail(t.Context(), camera.ErrFrozen)
		time.Sleep(time.Minute)
		w.Unplug(camera.ErrNoSuch)
		time.Sleep(time.Minute)
		w.Plug()
		show()
		w.stop(t)
		w.holds(t, w.states(), "opening", "running Test",
			"waiting: "+camera.ErrUnplugged.Error()+": no such device", "running Test",
			"waiting: "+camera.ErrFrozen.Error(), "waiting: "+camera.ErrUnplugged.Error(), "running Test")
		if w.totals.Frames != 3 || w.totals.Running != 0 { // in the clock of the test frames take no time
			t.Errorf("waiting is counted: %+v", w.totals)
		}
	})
}

// files is a folder of pages; the last one has a code.
func files(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		picture := camera.Encoded(t, camera.Plain(image.Pt(320, 240), 150))
		if i == n-1 {
			picture = camera.Encoded(t, camera.Page(t, text))
		}
		if i == 1 {
			picture = picture[:len(picture)/2]
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.jpg", i)), picture, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Of files every frame is read, and their end is the end.
func TestWatchFiles(t *testing.T) {
	d := &diary{}
	if err := camera.Watch(t.Context(), camera.Files{Path: files(t, 6)}, camera.Watching{}, d.tell); err != nil {
		t.Fatal(err)
	}
	if d.totals.Frames != 5 || d.totals.Readings != 5 || d.totals.Damaged != 1 {
		t.Errorf("%+v", d.totals)
	}
	if last := d.lines[len(d.lines)-1]; last != "read 5: "+text {
		t.Error(last)
	}
	err := camera.Watch(t.Context(), camera.Files{Path: filepath.Join(t.TempDir(), "missing")}, camera.Watching{Wait: true}, d.tell)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("files are not waited for: %v", err)
	}
}

// A camera gives more than is shown, and that more than is read.
func TestWatchPace(t *testing.T) {
	dir := files(t, 3)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		d := &diary{}
		err := camera.Watch(ctx, camera.Files{Path: dir, Every: 10 * time.Millisecond, Repeat: true}, camera.Watching{Frames: 20, Readings: 4}, d.tell)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		// A frame is shown when the next one comes, and one is shown at once.
		if n := d.totals.Frames; n < 195 || n > 201 {
			t.Errorf("%d frames", n)
		}
		if n := d.totals.Readings; n < 38 || n > 41 {
			t.Errorf("%d readings", n)
		}
		if r := d.totals.Running; r < 9*time.Second || r > 10*time.Second {
			t.Errorf("ran %v", r)
		}
	})
}

// Who has seen enough ends it from within.
func TestWatchEndsFromWithin(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	d := &diary{}
	d.then = func(e camera.Event) {
		if r, ok := e.(camera.Reading); ok && len(r.Result.Codes) > 0 {
			cancel()
		}
	}
	if err := camera.Watch(ctx, camera.Files{Path: files(t, 3), Repeat: true}, camera.Watching{}, d.tell); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if !slices.Contains(d.lines, "read 2: "+text) {
		t.Error(d.lines)
	}
}
