package look_test

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"github.com/understudy-auth/understudy/app/gui/look"
)

var palettes = []look.Palette{look.Light, look.Dark, look.HighContrast}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		setting string
		system  fyne.ThemeVariant
		high    bool
		want    look.Palette
	}{
		{look.FollowSystem, theme.VariantLight, false, look.Light},
		{look.FollowSystem, theme.VariantDark, false, look.Dark},
		{look.FollowSystem, theme.VariantDark, true, look.HighContrast},
		{"light", theme.VariantDark, true, look.Light},
		{"dark", theme.VariantLight, true, look.Dark},
		{"high-contrast", theme.VariantLight, false, look.HighContrast},
		{"", theme.VariantDark, false, look.Dark},
		{"mauve", theme.VariantLight, false, look.Light},
	} {
		if got := look.Choose(c.setting, c.system, c.high); got != c.want {
			t.Errorf("Choose(%q, %v, %v) = %s, want %s", c.setting, c.system, c.high, got, c.want)
		}
	}
}

func TestTextFactor(t *testing.T) {
	for _, c := range []struct{ text, factor, body, display, caption float32 }{
		{1, 1, 15, 28, 13},
		{1.5, 1.5, 22.5, 42, 19.5},
		{2, 2, 30, 48, 26},
		{0.2, 1, 15, 28, 13},
		{9, 2, 30, 48, 26},
		{float32(math.NaN()), 1, 15, 28, 13},
	} {
		th := look.New(look.Dark, c.text)
		got := []float32{th.TextFactor(), th.Size(theme.SizeNameText), th.Size(look.Display), th.Size(theme.SizeNameCaptionText)}
		for i, want := range []float32{c.factor, c.body, c.display, c.caption} {
			if got[i] != want {
				t.Errorf("text %v: %v, want factor, body, display, caption %v", c.text, got, c)
				break
			}
		}
		if th.Size(theme.SizeNamePadding) != 4 || th.Size(theme.SizeNameButtonRadius) != 8 {
			t.Errorf("text %v: spaces or radii grew", c.text)
		}
	}
}

func TestHighContrast(t *testing.T) {
	th := look.New(look.HighContrast, 1)
	for _, n := range (names{look.Surface, look.Sunken, look.AccentSoft, look.OKSoft, look.WarnSoft, look.BadSoft, look.InfoSoft}) {
		if th.Color(n, 0) != th.Color(look.Background, 0) {
			t.Errorf("%s is filled", n)
		}
	}
	if th.Stroke() != 2 || th.Size(theme.SizeNameInputBorder) != 2 || look.New(look.Light, 1).Stroke() != 1.5 {
		t.Error("lines of controls are 2 in high contrast and 1.5 elsewhere")
	}
}

// A palette that lacks a colour would show black, which nobody sees in a review.
func TestEveryPaletteHasEveryColour(t *testing.T) {
	all := names{
		look.Background, look.Text, look.Muted, look.Surface, look.Sunken, look.Line, look.Border, look.Ring, look.Disabled,
		look.Accent, look.OnAccent, look.OK, look.Warn, look.Bad, look.Info, look.AccentHover, look.AccentSoft, look.OKSoft,
		look.WarnSoft, look.WarnMark, look.BadSoft, look.InfoSoft,
	}
	for _, p := range palettes {
		if got := look.Tokens(p); got != len(all) {
			t.Errorf("%s has %d colours, want %d", p, got, len(all))
		}
		for _, n := range all {
			if _, _, _, a := look.New(p, 1).Color(n, 0).RGBA(); a != 0xFFFF {
				t.Errorf("%s: %s is not there", p, n)
			}
		}
	}
	if look.New("mauve", 1).Palette() != look.Light {
		t.Error("an unknown palette is not Light")
	}
}

func TestVeils(t *testing.T) {
	th := look.New(look.Light, 1)
	if got, want := th.Color(theme.ColorNameFocus, 0), (color.NRGBA{R: 0x1D, G: 0x4E, B: 0xD8, A: 63}); got != want {
		t.Errorf("focus is %v, want %v", got, want)
	}
	if got := th.Color(theme.ColorNameShadow, 0).(color.NRGBA).A; got != 30 {
		t.Errorf("shadow has alpha %d, want 30 (12 %%)", got)
	}
}

func TestCurrent(t *testing.T) {
	app := test.NewTempApp(t)
	if th := look.Current(); th.Palette() != look.Light || th.TextFactor() != 1 {
		t.Error("without our theme: not as New(Light, 1)")
	}
	want := look.New(look.Dark, 1.5)
	app.Settings().SetTheme(want)
	if look.Current() != want || !want.Large() {
		t.Error("the app's theme is not current")
	}
	if theme.Color(look.AccentSoft) != want.Color(look.AccentSoft, 0) {
		t.Error("Fyne does not find our colours")
	}
}
