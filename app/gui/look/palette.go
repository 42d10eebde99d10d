// Package look is the appearance of the window: colours, sizes and icons, as one Fyne theme.
//
// There are three palettes. Which text may stand on which ground is settled by the contrast test of this package, which
// computes every permitted pair from the theme itself: a pair that is not in that test is not to be used.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Palette names a set of colours.
type Palette string

// The palettes. HighContrast has no fills at all: what is filled in the others is outlined in its own colour instead.
const (
	Light        Palette = "light"
	Dark         Palette = "dark"
	HighContrast Palette = "high-contrast"
)

// FollowSystem is the setting that takes the palette from the system.
const FollowSystem = "system"

// Choose returns the palette for a setting: FollowSystem or the name of a palette. The system is asked for two things
// since Fyne knows nothing of high contrast. A setting that is no palette (an old or a damaged file) follows the system.
func Choose(setting string, system fyne.ThemeVariant, systemHighContrast bool) Palette {
	if p := Palette(setting); tokens[p] != nil {
		return p
	}
	switch {
	case systemHighContrast:
		return HighContrast
	case system == theme.VariantDark:
		return Dark
	}
	return Light
}

// The colours. Those that Fyne has a name for bear it, so that Fyne's own widgets use them as well.
const (
	Background = theme.ColorNameBackground          // behind everything
	Text       = theme.ColorNameForeground          // text and icons
	Muted      = fyne.ThemeColorName("muted")       // text of less weight, as readable as any
	Surface    = fyne.ThemeColorName("surface")     // cards, buttons, fields
	Sunken     = fyne.ThemeColorName("sunken")      // side bar, quotes, what is shut
	Line       = theme.ColorNameSeparator           // dividers; too faint to carry a meaning
	Border     = fyne.ThemeColorName("border")      // edge of what can be operated
	Ring       = fyne.ThemeColorName("ring")        // around what has the focus
	Disabled   = theme.ColorNameDisabled            // text of what is shut
	Accent     = theme.ColorNamePrimary             // the one filled button, links, what is chosen
	OnAccent   = theme.ColorNameForegroundOnPrimary // text on Accent
	OK         = theme.ColorNameSuccess             // went well, known
	Warn       = theme.ColorNameWarning             // needs a look
	Bad        = theme.ColorNameError               // went wrong, or must not be trusted
	Info       = fyne.ThemeColorName("info")        // neither good nor bad

	AccentHover = fyne.ThemeColorName("accentHover") // Accent under the pointer
	AccentSoft  = fyne.ThemeColorName("accentSoft")  // ground for Accent, and for what is chosen
	OKSoft      = fyne.ThemeColorName("okSoft")      // ground for OK
	WarnSoft    = fyne.ThemeColorName("warnSoft")    // ground for Warn
	WarnMark    = fyne.ThemeColorName("warnMark")    // edge of a warning
	BadSoft     = fyne.ThemeColorName("badSoft")     // ground for Bad
	InfoSoft    = fyne.ThemeColorName("infoSoft")    // ground for Info
)

// rgb is a colour as it is written: 0xRRGGBB.
type rgb uint32

func (c rgb) at(alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: alpha}
}

var tokens = map[Palette]map[fyne.ThemeColorName]rgb{
	Light: {
		Background: 0xF3F5F6, Surface: 0xFFFFFF, Sunken: 0xE6EBED, Line: 0xD3DADD, Border: 0x6F7E86,
		Text: 0x15232A, Muted: 0x485860, Disabled: 0x55646C, Ring: 0x1D4ED8,
		Accent: 0x0B5C6B, AccentHover: 0x084A57, OnAccent: 0xFFFFFF, AccentSoft: 0xDCEDEF,
		OK: 0x17633A, OKSoft: 0xE0F0E6, Warn: 0x7A4300, WarnSoft: 0xFBECD2, WarnMark: 0xB35F00,
		Bad: 0xA3182A, BadSoft: 0xFBE5E6, Info: 0x2B4A86, InfoSoft: 0xE4EAF6,
	},
	Dark: {
		Background: 0x12191C, Surface: 0x1B2428, Sunken: 0x0C1214, Line: 0x303D43, Border: 0x82939B,
		Text: 0xECF1F3, Muted: 0xB2C0C6, Disabled: 0x93A2A9, Ring: 0x8FB8FF,
		Accent: 0x74C6D3, AccentHover: 0x93D6E0, OnAccent: 0x06252C, AccentSoft: 0x17383F,
		OK: 0x86D7A2, OKSoft: 0x16352A, Warn: 0xF4BE6A, WarnSoft: 0x3A2A10, WarnMark: 0xF4BE6A,
		Bad: 0xFFA3A3, BadSoft: 0x421C20, Info: 0xA9C3FF, InfoSoft: 0x1C2A47,
	},
	HighContrast: {
		Background: 0x000000, Surface: 0x000000, Sunken: 0x000000, Line: 0xFFFFFF, Border: 0xFFFFFF,
		Text: 0xFFFFFF, Muted: 0xFFFFFF, Disabled: 0xC8C8C8, Ring: 0x4DE1FF,
		Accent: 0xFFE14D, AccentHover: 0xFFF0A0, OnAccent: 0x000000, AccentSoft: 0x000000,
		OK: 0x7CFF9E, OKSoft: 0x000000, Warn: 0xFFC24D, WarnSoft: 0x000000, WarnMark: 0xFFC24D,
		Bad: 0xFF9E9E, BadSoft: 0x000000, Info: 0xA8C8FF, InfoSoft: 0x000000,
	},
}

// alias gives the names of Fyne that are no tokens of their own a token.
var alias = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameButton:              Surface,
	theme.ColorNameInputBackground:     Surface,
	theme.ColorNameOverlayBackground:   Surface,
	theme.ColorNameMenuBackground:      Surface,
	theme.ColorNameHeaderBackground:    Surface,
	theme.ColorNameForegroundOnSuccess: Surface,
	theme.ColorNameForegroundOnWarning: Surface,
	theme.ColorNameForegroundOnError:   Surface,
	theme.ColorNameInputBorder:         Border,
	theme.ColorNameScrollBar:           Border,
	theme.ColorNameHyperlink:           Accent,
	theme.ColorNamePlaceHolder:         Muted,
	theme.ColorNameDisabledButton:      Sunken,
	theme.ColorNameScrollBarBackground: Sunken,
	theme.ColorNameSelection:           AccentSoft,
}

// veil is a colour that is laid over others.
type veil struct {
	token   fyne.ThemeColorName
	percent int
}

var veils = map[fyne.ThemeColorName]veil{
	theme.ColorNameHover:   {Text, 6},
	theme.ColorNamePressed: {Text, 12},
	// Fyne's own widgets paint this over the whole control, so it must let the text through. Ours draw Ring.
	theme.ColorNameFocus: {Ring, 25},
}
