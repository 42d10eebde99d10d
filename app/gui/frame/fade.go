package frame

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// fadeTime is how long a new screen takes to appear. Nothing else moves.
const fadeTime = 120 * time.Millisecond

// fade lets a screen appear out of the ground.
type fade struct {
	window *Window
	veil   *canvas.Rectangle
	run    *fyne.Animation
}

func newFade(w *Window) *fade {
	f := &fade{window: w, veil: canvas.NewRectangle(color.Transparent)}
	f.veil.Hide()
	return f
}

// start lays the ground over the screen and takes it away, unless the person or
// the system wants no motion.
func (f *fade) start() {
	if !f.window.opt.Motion() || !f.window.app.Settings().ShowAnimations() {
		return
	}
	if f.run != nil {
		f.run.Stop()
	}
	r, g, b, _ := theme.Color(theme.ColorNameBackground).RGBA()
	f.veil.Show()
	f.run = fyne.NewAnimation(fadeTime, func(done float32) {
		f.veil.FillColor = color.NRGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(255 * (1 - done))}
		f.veil.Hidden = done >= 1
		f.veil.Refresh()
	})
	f.run.Start()
}
