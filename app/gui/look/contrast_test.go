package look_test

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/understudy-auth/understudy/app/gui/look"
)

// The least contrasts: WCAG 2.2 AA for text and for graphics; in high contrast AAA for both.
const (
	leastText     = 4.5
	leastGraphics = 3
	leastHigh     = 7
)

type names = []fyne.ThemeColorName

// permitted are the pairs that may be used: a colour and the grounds that it may stand on. No screen uses another.
var permitted = []struct {
	front   fyne.ThemeColorName
	grounds names
	least   float64
}{
	{look.Text, names{look.Background, look.Surface, look.Sunken, look.AccentSoft, look.WarnSoft, look.BadSoft, look.OKSoft, look.InfoSoft}, leastText},
	{look.Muted, names{look.Background, look.Surface, look.Sunken, look.AccentSoft}, leastText},
	{look.Accent, names{look.Background, look.Surface, look.Sunken, look.AccentSoft}, leastText},
	{look.OnAccent, names{look.Accent, look.AccentHover}, leastText},
	{look.OK, names{look.Surface, look.OKSoft}, leastText},
	{look.Warn, names{look.Surface, look.WarnSoft}, leastText},
	{look.Bad, names{look.Surface, look.BadSoft}, leastText},
	{look.Info, names{look.InfoSoft}, leastText},
	{look.Disabled, names{look.Background, look.Surface, look.Sunken}, leastText},
	{look.Border, names{look.Background, look.Surface, look.Sunken}, leastGraphics},
	{look.Ring, names{look.Background, look.Surface, look.Sunken, look.AccentSoft, look.WarnSoft, look.BadSoft}, leastGraphics},
	{look.WarnMark, names{look.WarnSoft}, leastGraphics},
	// By Fyne's own widgets: text on what is selected, the button of a dialog, a menu.
	{theme.ColorNameForeground, names{theme.ColorNameSelection, theme.ColorNameButton, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameInputBackground, theme.ColorNameHeaderBackground}, leastText},
	{theme.ColorNamePlaceHolder, names{theme.ColorNameInputBackground}, leastText},
	{theme.ColorNameHyperlink, names{look.Background, look.Surface}, leastText},
	{theme.ColorNameForegroundOnSuccess, names{theme.ColorNameSuccess}, leastText},
	{theme.ColorNameForegroundOnWarning, names{theme.ColorNameWarning}, leastText},
	{theme.ColorNameForegroundOnError, names{theme.ColorNameError}, leastText},
	{theme.ColorNameInputBorder, names{theme.ColorNameInputBackground, look.Background}, leastGraphics},
	{theme.ColorNameScrollBar, names{theme.ColorNameScrollBarBackground}, leastGraphics},
}

func TestContrast(t *testing.T) {
	for _, p := range palettes {
		th := look.New(p, 1)
		for _, pair := range permitted {
			for _, g := range pair.grounds {
				least := pair.least
				if th.HighContrast() {
					least = leastHigh
				}
				if got := contrast(th.Color(pair.front, 0), th.Color(g, 0)); got < least {
					t.Errorf("%s: %s on %s has a contrast of %.2f, less than %v", p, pair.front, g, got, least)
				}
			}
		}
	}
}

// Text stays readable below what Fyne's own widgets lay over it: a menu entry under the pointer, a check box in focus.
func TestContrastUnderVeils(t *testing.T) {
	for _, p := range palettes {
		th := look.New(p, 1)
		for _, veil := range (names{theme.ColorNameHover, theme.ColorNamePressed, theme.ColorNameFocus}) {
			for _, g := range (names{look.Background, look.Surface}) {
				ground := over(th.Color(veil, 0), th.Color(g, 0))
				if got := contrast(th.Color(look.Text, 0), ground); got < leastText {
					t.Errorf("%s: text on %s below %s has a contrast of %.2f", p, g, veil, got)
				}
			}
		}
	}
}

func TestContrastFormula(t *testing.T) {
	if got := contrast(color.White, color.Black); math.Abs(got-21) > 1e-9 {
		t.Errorf("white on black: %v, want 21", got)
	}
	// The grey that is known to lie just over the limit for text on white.
	if got := contrast(color.White, color.NRGBA{R: 0x76, G: 0x76, B: 0x76, A: 0xFF}); math.Abs(got-4.54) > 0.01 {
		t.Errorf("#767676 on white: %.3f, want 4.54", got)
	}
}

// contrast is the contrast ratio of WCAG 2, from 1 to 21.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xFFFF
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// over lays a colour with alpha over an opaque one.
func over(top, ground color.Color) color.Color {
	r, g, b, a := top.RGBA()
	gr, gg, gb, _ := ground.RGBA()
	mix := func(t, u uint32) uint16 { return uint16(t + u*(0xFFFF-a)/0xFFFF) }
	return color.NRGBA64{R: mix(r, gr), G: mix(g, gg), B: mix(b, gb), A: 0xFFFF}
}
