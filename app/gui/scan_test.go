package gui

import (
	"context"
	"image"
	"image/draw"
	"testing"

	"fyne.io/fyne/v2"

	monitors "github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/wire"
)

// desktop has screens that show pictures, one set after the other; the last stays.
func (p *person) desktop(sets ...[]image.Image) {
	n := 0
	next := func() (shots []monitors.Shot) {
		for i, picture := range sets[min(n, len(sets)-1)] {
			shots = append(shots, monitors.Shot{Number: i + 1, Image: picture})
		}
		n++
		return shots
	}
	p.edit = func(o *Options) {
		o.Screen = func(ctx context.Context, o monitors.Options) ([]monitors.Shot, error) { return next(), nil }
		o.Flashes = func(context.Context) bool { return true }
		o.WatchScreen = func(ctx context.Context, _ monitors.Options, look func(context.Context, []monitors.Shot) (bool, error)) error {
			for {
				if done, err := look(ctx, next()); done || err != nil || ctx.Err() != nil {
					return err
				}
			}
		}
	}
}

func empty() image.Image { return image.NewGray(image.Rect(0, 0, 800, 600)) }

// The code is on the second of two screens: the key, the question, the answer.
func TestScanScreen(t *testing.T) {
	p := sit(t)
	p.registered(true)
	otp, id := p.bed.Start("Log in?")
	p.desktop([]image.Image{empty(), p.seen(p.picture(wire.OTPLink(p.bed.Origin, otp)))})
	p.start()
	p.looks("Home")
	p.keys().shortcut(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift, fyne.KeyS)
	p.looks(annaPIN)
	p.types(testPIN)
	p.press("Return")
	p.looks("Log in to Demo portal?")
	p.readable()
	p.alt("A")
	p.looks("Accepted")
	if got := p.bed.State(id); got != wire.StateAccepted {
		t.Error(got)
	}
}

// Without a code the window shows where it looked; after the second time it offers
// to go on looking, and asks when a code comes.
func TestWatchScreen(t *testing.T) {
	p := sit(t)
	p.registered(true)
	otp, id := p.bed.Start("Log in?")
	nothing := []image.Image{empty(), empty()}
	p.desktop(nothing, nothing, nothing, nothing, []image.Image{empty(), p.seen(p.picture(wire.OTPLink(p.bed.Origin, otp)))})
	p.start()
	p.looks("Home")
	p.chooses("Scan screen")
	p.looks("No login code found")
	p.chooses("Scan screen again")
	p.waits("the second scan", func() bool { return p.w.missed == 2 })
	p.settles()
	p.chooses("Watch the screen until a code appears")
	p.looks(annaPIN)
	p.types(testPIN)
	p.press("Return")
	p.looks("Log in to Demo portal?")
	if got := p.bed.State(id); got != wire.StateClaimed {
		t.Error(got)
	}
}

// A code of which the screen shows only a part is told with what helps.
func TestScanCutCode(t *testing.T) {
	p := sit(t)
	p.registered(true)
	whole := p.seen(p.picture(wire.OTPLink(p.bed.Origin, "OTP")))
	cut := whole.Bounds()
	cut.Max.X -= cut.Dx() * 2 / 5
	page := image.NewGray(image.Rect(0, 0, cut.Dx(), 900))
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(page, image.Rect(0, 100, cut.Dx(), 100+cut.Dy()), whole, cut.Min, draw.Src)
	p.desktop([]image.Image{page})
	p.start()
	p.looks("Home")
	p.chooses("Scan screen")
	p.looks("Only part of a code is visible")
}
