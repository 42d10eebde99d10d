//go:build e2e

package e2e

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// The code stands in a browser on the second monitor, and the window on the first
// one; then it lies over the code.
func TestScanScreenInTheWindow(t *testing.T) {
	needWindow(t)
	w := newWorld(t, "2m")
	w.register(newBrowser(t)) // another one: it would lay the offer to keep the password over the code
	d, b := twoMonitors(t)
	b.open(w.portal.String())
	p := w.openWindow(d)
	p.shows("Home")
	p.xdotool("windowmove", "--sync", p.id, "100", "60")

	p.keys("ctrl+shift+s")
	p.shows("No login code found")
	p.takesKeys()
	p.picture("window-scan-1-nothing")
	p.keys("Escape")
	p.shows("Home")

	w.askForCode(b)
	w.codesOnSecond(d, 1)
	p.activate()
	p.keys("ctrl+shift+s")
	p.comesTo("Log in to Example Bank?", true)
	p.picture("window-scan-2-question")
	p.keys("alt+a")
	p.shows("Accepted")
	b.waitText("You are logged in as ada")

	w.askForTransfer(b)
	w.codesOnSecond(d, 1)
	p.activate()
	p.xdotool("windowmove", "--sync", p.id, "1420", "60")
	w.codesOnSecond(d, 0)
	p.picture("window-scan-3-covered")
	p.keys("ctrl+shift+s")
	p.comesTo("Accept this request from Example Bank?", false)
	p.keys("alt+d")
	p.shows("Denied")
	b.wait(`document.querySelector(".result.denied") !== null`)
}

// heldUp is what the camera sees before a code is held up.
var heldUp = color.RGBA{R: 0x20, G: 0xc0, B: 0x60, A: 0xff}

// A folder of pictures stands in for the camera; what is in them changes while the
// window looks, as what is held before a camera does.
func TestCameraInTheWindow(t *testing.T) {
	needWindow(t)
	w, b := newWorld(t, "2m"), newBrowser(t)
	w.register(b)
	frames := t.TempDir()
	// As large as to take time, as a camera does: the window is at rest when it comes.
	nothing := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	draw.Draw(nothing, nothing.Rect, image.NewUniform(heldUp), image.Point{}, draw.Src)
	p := w.openWindow(newDesktop(t), "UNDERSTUDY_CAMERA="+frames)
	p.shows("Home")
	holdUp(t, frames, nothing)

	p.keys("ctrl+shift+c")
	p.shows("Hold the code before the camera")
	p.until("what the camera sees", func() bool { return pixels(readPNG(t, p.picture("window-camera-1-nothing")), heldUp) > 10_000 })
	w.askForCode(b)
	holdUp(t, frames, readPNG(t, b.picture("window-camera-2-code")))
	p.comesTo("Log in to Example Bank?", true)
	p.picture("window-camera-3-question")
	p.keys("alt+a")
	p.shows("Accepted")
	b.waitText("You are logged in as ada")

	// Nothing is held up any more, and the person leaves.
	holdUp(t, frames, nothing)
	p.keys("ctrl+shift+c")
	p.shows("Hold the code before the camera")
	p.until("what the camera sees", func() bool { return pixels(readPNG(t, p.picture("window-camera-4-again")), heldUp) > 10_000 })
	p.keys("Escape")
	p.shows("Home")
}

// holdUp is what the camera sees from now on.
func holdUp(t *testing.T, frames string, seen image.Image) {
	t.Helper()
	for _, name := range []string{"1.png", "2.png"} {
		path := filepath.Join(frames, name)
		f, err := os.Create(path + ".new")
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, seen); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(f.Name(), path); err != nil { // it never sees half a picture
			t.Fatal(err)
		}
	}
}

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	seen, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// pixels is how many of a picture have a colour.
func pixels(seen image.Image, want color.RGBA) (n int) {
	for y := range seen.Bounds().Dy() {
		for x := range seen.Bounds().Dx() {
			if color.RGBAModel.Convert(seen.At(x, y)) == color.Color(want) {
				n++
			}
		}
	}
	return n
}
