package sight

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"
)

// guest runs static programs in a virtual machine with USB cameras: see make
// test-camera.
type guest struct {
	t            *testing.T
	run, program string
}

// newGuest skips where the machine has no guest.
func newGuest(t *testing.T) guest {
	folder, program := os.Getenv("UNDERSTUDY_CAMERA_GUEST"), os.Getenv("UNDERSTUDY_BIN")
	if folder == "" || program == "" {
		t.Skip("make test-camera CAMERA_GUEST=FOLDER runs this")
	}
	return guest{t, filepath.Join(folder, "run-in-guest"), program}
}

// folder makes a camera's pictures: a code for each text, a blank page for an
// empty one.
func (g guest) folder(texts ...string) string {
	g.t.Helper()
	dir := g.t.TempDir()
	for i, text := range texts {
		f, err := os.Create(filepath.Join(dir, strconv.Itoa(i)+".png"))
		if err == nil {
			err = errors.Join(png.Encode(f, page(g.t, text)), f.Close())
		}
		if err != nil {
			g.t.Fatal(err)
		}
	}
	return dir
}

// page is a screen with a code.
func page(t *testing.T, text string) image.Image {
	out := image.NewGray(image.Rect(0, 0, 640, 480))
	draw.Draw(out, out.Rect, image.NewUniform(color.Gray{200}), image.Point{}, draw.Src)
	if text == "" {
		return out
	}
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	module := 400 / (code.Size + 8)
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				at := image.Pt(120+(4+x)*module, 40+(4+y)*module)
				draw.Draw(out, image.Rectangle{at, at.Add(image.Pt(module, module))}, image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return out
}

// output is what a program wrote. Which of two streams came first is not known.
type output struct{ out, err string }

// exits runs understudy in the guest, and has it end with this code.
func (g guest) exits(want int, options string, args ...string) output {
	g.t.Helper()
	return g.runs(g.program, want, options, args...)
}

func (g guest) runs(program string, want int, options string, args ...string) output {
	g.t.Helper()
	options += " --log " + filepath.Join(g.t.TempDir(), "log")
	var out, errs bytes.Buffer
	command := exec.CommandContext(g.t.Context(), g.run, slices.Concat(strings.Fields(options), []string{program}, args)...)
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	got := 0
	if ended, ok := errors.AsType[*exec.ExitError](err); ok {
		got, err = ended.ExitCode(), nil
	}
	o := output{strings.ReplaceAll(out.String(), "\r", ""), strings.ReplaceAll(errs.String(), "\r", "")}
	g.t.Logf("%s\n$ %s %s\n%s%s(exit code %d)", options, filepath.Base(program), strings.Join(args, " "), o.err, o.out, got)
	if err != nil || got != want {
		g.t.Fatalf("exit code %d, want %d; %v", got, want, err)
	}
	return o
}

// holds has a text hold these, in this order.
func (g guest) holds(text string, want ...string) {
	g.t.Helper()
	if !regexp.MustCompile("(?s)" + strings.Join(want, ".*")).MatchString(text) {
		g.t.Errorf("the output does not hold, in this order: %q", want)
	}
}

const first, second = "https://first.example/0123456789", "https://second.example/9876543210"

// TestGuest runs the program against cameras that the kernel's own driver serves.
// Nothing in it depends on how fast the guest is.
func TestGuest(t *testing.T) {
	newGuest(t)
	look := func(more ...string) []string {
		return append([]string{"scan", "--camera", "--verbose", "--wait", "100s"}, more...)
	}
	for _, c := range []struct{ name, options, size, format, want string }{
		{"MJPEG", "--format mjpeg", "640 x 480", "MJPG", ""},
		{"YUYV", "--format yuyv", "640 x 480", "YUYV", ""},
		{"MJPEG without Huffman tables", "--format mjpeg --no-dht", "640 x 480", "MJPG", ""},
		{"1280x720 MJPEG", "--format mjpeg --size 640x480,1280x720", "1280 x 720", "MJPG", ""},
		{"1280x720 YUYV", "--format yuyv --size 640x480,1280x720", "1280 x 720", "YUYV", ""},
		{"a size that it does not have", "--size 1280x720,640x480", "640 x 480", "YUYV", "800x500"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGuest(t)
			args := look()
			if c.want != "" {
				args = look("--size", c.want)
			}
			o := g.exits(0, c.options+" --hold 3 --frames "+g.folder("", first), args...)
			g.holds(o.err, "Understudy Test Camera 1 looks, with "+c.size, c.size+", "+c.format, "Pictures: [1-9]", "damaged: 0")
			g.holds(o.out, "Understudy Test Camera 1: .*https://first.example/0123456789")
		})
	}
	t.Run("JSON", func(t *testing.T) {
		g := newGuest(t)
		o := g.exits(0, "--frames "+g.folder(first), "scan", "--camera", "--json")
		g.holds(o.out, `^{"schema":1,"camera":"Understudy Test Camera 1","codes":\[{"text":"https://first.example/0123456789","kind":"web-address","corners":`)
	})
	t.Run("two cameras", func(t *testing.T) {
		g := newGuest(t)
		cameras := "--frames " + g.folder(first) + " --frames " + g.folder(second)
		g.holds(g.exits(0, cameras, "scan", "--list-cameras").out,
			`Understudy Test Camera 1 \(id Understudy Test Camera 1@\S+, /dev/video0\)`, "640 x 480, YUYV, 30 a second", "640 x 480, MJPG, 30 a second",
			`Understudy Test Camera 2 \(id Understudy Test Camera 2@\S+, /dev/video2\)`)
		g.holds(g.exits(0, cameras, "scan", "--camera", "--device", "camera 2").out, "Camera 2: .*second.example")
		g.holds(g.exits(1, cameras, "scan", "--camera", "--device", "Test").err, "Several cameras are called that")
		g.holds(g.exits(1, cameras, "scan", "--camera", "--device", "Other").err, "There is no such camera")
	})
	t.Run("unplugged and plugged in again", func(t *testing.T) {
		g := newGuest(t)
		o := g.exits(0, "--unplug 3 --replug 3 --hold 6 --frames "+g.folder("", first), look("--device", "Understudy")...)
		g.holds(o.err, "Camera 1 looks", "The camera was unplugged", "Camera 1 looks")
		g.holds(o.out, "first.example")
	})
	t.Run("frozen", func(t *testing.T) {
		g := newGuest(t)
		o := g.exits(0, "--freeze 2 --unplug 12 --replug 2 --hold 6 --frames "+g.folder("", first), look()...)
		g.holds(o.err, "Camera 1 looks", "The camera stopped sending pictures", "The camera was unplugged", "Camera 1 looks")
		g.holds(o.out, "first.example")
	})
	t.Run("damaged frames", func(t *testing.T) {
		g := newGuest(t)
		o := g.exits(0, "--format mjpeg --damage 3 --hold 3 --frames "+g.folder("", first), look()...)
		g.holds(o.err, "damaged: [1-9]")
		g.holds(o.out, "first.example")
	})
	t.Run("denied", func(t *testing.T) {
		g := newGuest(t)
		camera := "--deny --frames " + g.folder(first)
		g.holds(g.exits(1, camera, "scan", "--camera").err, "This account may not use the camera", "group “video”")
		g.holds(g.exits(0, camera, "scan", "--list-cameras").out, "Understudy Test Camera 1", "This account may not use the camera")
	})
	t.Run("none", func(t *testing.T) {
		g := newGuest(t)
		g.holds(g.exits(1, "", "scan", "--camera").err, "No camera found")
	})
	t.Run("no code in time", func(t *testing.T) {
		g := newGuest(t)
		g.holds(g.exits(5, "--frames "+g.folder(""), "scan", "--camera", "--wait", "3s").err, "No QR code found")
	})
	t.Run("the reader alone", func(t *testing.T) { // what a command cannot show: a camera that is busy
		g := newGuest(t)
		program := filepath.Join(t.TempDir(), "camera.test")
		build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", program, "github.com/understudy-auth/understudy/core/capture/camera")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		o := g.runs(program, 0, "--env UNDERSTUDY_REAL_CAMERA=1 --frames "+g.folder(first), "-test.run", "TestRealCamera", "-test.v")
		g.holds(o.out, "--- PASS: TestRealCamera")
	})
}
