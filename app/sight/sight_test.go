package sight

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/pflag"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/capture/camera/cameratest"
)

func TestFlags(t *testing.T) {
	for _, c := range []struct {
		line string
		want string // of the error
	}{
		{"--camera", ""},
		{"page.png", ""},
		{"--list-cameras", ""},
		{"--camera --device Integrated --size 1920x1080 --wait 1m", ""},
		{"--camera --frames folder --wait 1m", ""},
		{"--camera page.png", `"page.png" beside a camera`},
		{"--list-cameras page.png", `"page.png" beside a camera`},
		{"--camera --list-cameras", "do not go together"},
		{"--camera --screen", "do not go together"},
		{"--screen", ""},
		{"--size 640x480 page.png", "--size goes with --camera"},
		{"--frames folder", "--frames goes with --camera"},
		{"--wait 3s", "--wait goes with --camera"},
		{"--device x --list-cameras", "--device goes with --camera"},
		{"--camera --frames folder --device x", "leave --device and --size out"},
		{"--camera --wait -1s", "between 0s and 1h0m0s"},
		{"--camera --wait 2h", "between 0s and 1h0m0s"},
		{"--camera --size 640", `not "640"`},
		{"--camera --size 0x480", `not "0x480"`},
		{"--camera --size 640x-480", `not "640x-480"`},
		{"--camera --size 640x480x3", `not "640x480x3"`},
		{"--camera --size 99999x480", `not "99999x480"`},
	} {
		var f Flags
		set := pflag.NewFlagSet("scan", pflag.ContinueOnError)
		f.Add(set)
		set.Bool("screen", false, "the command's own")
		if err := set.Parse(strings.Fields(c.line)); err != nil {
			t.Fatal(c.line, err)
		}
		err := f.Check(set, set.Args())
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.line, err, c.want)
		}
	}
	f := Flags{size: "1920x1080"}
	if size, err := f.wanted(); size != image.Pt(1920, 1080) || err != nil {
		t.Error(size, err)
	}
}

// looked is what look says and returns of a camera that a test holds.
type looked struct {
	*cameratest.Source
	said []string
	end  context.CancelFunc
	Seen
	err  error
	done chan struct{}
}

func startLook(t *testing.T, wait time.Duration, absent error) *looked {
	ctx, cancel := context.WithCancelCause(t.Context())
	l := &looked{
		Source: cameratest.New(camera.About{Device: camera.Device{Name: "HD Webcam"}, Mode: camera.Mode{Size: image.Pt(640, 480)}}),
		end:    func() { cancel(errInterrupted) }, done: make(chan struct{}),
	}
	l.Unplug(absent)
	go func() {
		defer close(l.done)
		l.Seen, l.err = look(ctx, l.Source, wait, func(lines ...string) { l.said = append(l.said, lines...) })
	}()
	return l
}

var errInterrupted = errors.New("interrupted")

// told ends the test's part and compares what was said.
func (l *looked) told(t *testing.T, want string) {
	t.Helper()
	<-l.done
	if got := strings.Join(l.said, "\n"); got != strings.TrimSpace(want) {
		t.Errorf("said:\n%s\nwant:\n%s", got, want)
	}
	if n := l.Streams(); n != 0 {
		t.Errorf("%d streams are open", n)
	}
}

func TestLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := startLook(t, time.Hour, nil)
		l.Show(t.Context(), page(t, ""))
		synctest.Wait()
		l.Fail(t.Context(), camera.ErrUnplugged)
		time.Sleep(time.Minute)
		l.Plug()
		l.Show(t.Context(), page(t, first))
		l.told(t, `
Looking for the camera.
HD Webcam looks, with 640 x 480 pixels. Hold the code before it.
The camera was unplugged.
Plug it in again.
Understudy goes on when the camera is back.
HD Webcam looks, with 640 x 480 pixels. Hold the code before it.`)
		if l.err != nil || len(l.Codes) != 1 || l.Codes[0].Text != first || l.Frame == nil || l.About.Device.Name != "HD Webcam" || l.Totals.Frames != 2 {
			t.Errorf("%+v %v", l.Seen, l.err)
		}
	})
}

func TestLookEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := startLook(t, 0, camera.ErrBusy)
		l.told(t, "Looking for the camera.")
		if !errors.Is(l.err, camera.ErrBusy) {
			t.Errorf("busy: %v", l.err)
		}

		l = startLook(t, time.Minute, nil)
		l.Show(t.Context(), page(t, ""))
		<-l.done
		if l.err != nil || len(l.Codes) != 0 {
			t.Errorf("no code in time: %+v %v", l.Seen, l.err)
		}

		l = startLook(t, time.Minute, nil)
		l.Show(t.Context(), page(t, ""))
		synctest.Wait()
		l.Fail(t.Context(), camera.ErrFrozen)
		<-l.done
		if !errors.Is(l.err, camera.ErrFrozen) {
			t.Errorf("frozen until the end: %v", l.err)
		}

		l = startLook(t, 0, nil)
		synctest.Wait()
		l.end()
		<-l.done
		if !errors.Is(l.err, errInterrupted) {
			t.Errorf("interrupted: %v", l.err)
		}
	})
}

// Nothing of what was seen is left on disk, whatever came of it.
func TestNothingIsKept(t *testing.T) {
	home, frames := t.TempDir(), t.TempDir()
	for _, name := range []string{"HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, home)
	}
	t.Chdir(home)
	picture := func(name, text string) {
		var b bytes.Buffer
		if err := errors.Join(png.Encode(&b, page(t, text)), os.WriteFile(filepath.Join(frames, name), b.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	say := func(...string) {}
	f := Flags{camera: true, frames: frames}
	if _, err := f.Look(t.Context(), say); !errors.Is(err, camera.ErrNoFrames) {
		t.Error(err)
	}
	picture("1.png", "")
	if seen, err := f.Look(t.Context(), say); err != nil || len(seen.Codes) != 0 {
		t.Errorf("%v %v", seen, err)
	}
	picture("2.png", first)
	if seen, err := f.Look(t.Context(), say); err != nil || len(seen.Codes) != 1 {
		t.Errorf("%v %v", seen, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Look(ctx, say); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

// Every error of a camera has a name and words, and no two have the same.
func TestErrors(t *testing.T) {
	names, titles := map[string]bool{}, map[string]bool{}
	for _, err := range []error{
		camera.ErrUnsupported, camera.ErrNone, camera.ErrNoSuch, camera.ErrSeveral, camera.ErrBusy, camera.ErrDenied, camera.ErrUnplugged,
		camera.ErrFrozen, camera.ErrDamaged, camera.ErrFormat, camera.ErrFailed, camera.ErrNoFrames,
	} {
		wrapped := fmt.Errorf("%w: %w", err, fs.ErrPermission)
		name := ErrorName(wrapped)
		title, sentences := words.Error(wrapped, words.About{})
		if name == "" || names[name] || titles[title] || len(sentences) == 0 || strings.Contains(title, "did not work") {
			t.Errorf("%v: %q, %q %q", err, name, title, sentences)
		}
		names[name], titles[title] = true, true
	}
	if name := ErrorName(fs.ErrNotExist); name != "" {
		t.Error(name)
	}
}
