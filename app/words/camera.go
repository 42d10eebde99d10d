package words

import (
	"math"

	"github.com/understudy-auth/understudy/core/capture/camera"
)

// CameraOpening is said at first.
func CameraOpening() string { return T("Looking for the camera.") }

// CameraRuns is said when pictures come.
func CameraRuns(a camera.About) string {
	return T("{camera} looks, with {width} x {height} pixels. Hold the code before it.",
		"camera", a.Device.Name, "width", a.Mode.Size.X, "height", a.Mode.Size.Y)
}

// CameraWaits says that it goes on by itself once the camera is back.
func CameraWaits() string { return T("Understudy goes on when the camera is back.") }

// CameraMode describes a way in which a camera sends pictures, for lists and
// choices.
func CameraMode(m camera.Mode) string {
	if m.FPS == 0 {
		return T("{width} x {height}, {format}", "width", m.Size.X, "height", m.Size.Y, "format", m.Format)
	}
	return T("{width} x {height}, {format}, {n} a second", "width", m.Size.X, "height", m.Size.Y, "format", m.Format, "n", math.Round(m.FPS))
}

// NoCodeInCamera is said when no code came before the camera in time, or in the
// files in its place.
func NoCodeInCamera() (title string, sentences []string) {
	return T("No QR code found"), []string{
		T("Understudy looked through the camera and saw no code."),
		T("What usually helps: hold the code nearer, straight and still, and turn the screen that shows it brighter."),
	}
}

// CameraTotals is the line of figures for those who measure.
func CameraTotals(t camera.Totals) string {
	seconds := t.Running.Seconds()
	if seconds <= 0 {
		return T("Pictures: {frames}, read: {readings}, damaged: {damaged}.", "frames", t.Frames, "readings", t.Readings, "damaged", t.Damaged)
	}
	tenth := func(v float64) float64 { return math.Round(v*10) / 10 }
	return T("Pictures: {frames}, read: {readings}, damaged: {damaged}. A second: {framerate} and {readingrate}. Processor: {share} % of one.",
		"frames", t.Frames, "readings", t.Readings, "damaged", t.Damaged,
		"framerate", tenth(float64(t.Frames)/seconds), "readingrate", tenth(float64(t.Readings)/seconds), "share", math.Round(100*t.CPU.Seconds()/seconds))
}
