// Package sight is the camera on the command line: its flags, the list of
// cameras, and looking until a code is seen. What the codes are is the command's
// to tell.
package sight

import (
	"errors"
	"fmt"
	"image"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/understudy-auth/understudy/core/capture/camera"
)

// maxWait limits --wait.
const maxWait = time.Hour

// Flags are those that have to do with a camera.
type Flags struct {
	camera, list         bool
	device, size, frames string
	wait                 time.Duration
}

// Add adds them to a command's.
func (f *Flags) Add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.camera, "camera", false, "look through a camera until it sees a code")
	flags.BoolVar(&f.list, "list-cameras", false, "list the cameras: id, name, sizes")
	flags.StringVar(&f.device, "device", "", "camera: its id, its path, or a part of its name (default the first)")
	flags.StringVar(&f.size, "size", "", "resolution that is wanted, such as 1920x1080 (default 1280x720)")
	flags.StringVar(&f.frames, "frames", "", "in place of a camera: a folder of pictures, or a file of MJPEG")
	flags.DurationVar(&f.wait, "wait", 0, "stop looking after this time, such as 30s")
	flags.Lookup("wait").DefValue = "0" // no default is worth telling
}

// On reports whether the command is about cameras.
func (f *Flags) On() bool { return f.camera || f.list }

// List reports whether they are to be listed.
func (f *Flags) List() bool { return f.list }

// Check finds flags and arguments that do not go together; the error is for the
// one who typed them.
func (f *Flags) Check(flags *pflag.FlagSet, arguments []string) error {
	if f.camera && f.list || f.On() && flags.Changed("screen") {
		return errors.New("--screen, --camera and --list-cameras do not go together")
	}
	if f.On() && len(arguments) > 0 {
		return fmt.Errorf("there is no place for %q beside a camera", arguments[0])
	}
	for _, name := range []string{"device", "size", "frames", "wait"} {
		if flags.Changed(name) && !f.camera {
			return fmt.Errorf("--%s goes with --camera", name)
		}
	}
	if f.frames != "" && (f.device != "" || f.size != "") {
		return errors.New("--frames stands in place of a camera: leave --device and --size out")
	}
	if f.wait < 0 || f.wait > maxWait {
		return fmt.Errorf("--wait is between 0s and %s", maxWait)
	}
	_, err := f.wanted()
	return err
}

// wanted is the resolution.
func (f *Flags) wanted() (image.Point, error) {
	if f.size == "" {
		return image.Point{}, nil
	}
	x, y, _ := strings.Cut(f.size, "x")
	width, err := strconv.ParseUint(x, 10, 16)
	height, err2 := strconv.ParseUint(y, 10, 16)
	if errors.Join(err, err2) != nil || width == 0 || height == 0 {
		return image.Point{}, fmt.Errorf("--size is width and height in pixels, such as 1280x720, not %q", f.size)
	}
	return image.Pt(int(width), int(height)), nil
}

// source is what is looked through.
func (f *Flags) source() (camera.Source, error) {
	if f.frames != "" {
		return camera.Files{Path: f.frames}, nil
	}
	size, err := f.wanted()
	return camera.New(camera.Options{Device: f.device, Size: size}), err
}
