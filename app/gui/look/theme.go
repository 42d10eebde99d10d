package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Sizes of text that Fyne has no name for.
const (
	Big     fyne.ThemeSizeName = "big"     // 16: large buttons
	Message fyne.ThemeSizeName = "message" // 20: the message of a transaction
	Display fyne.ThemeSizeName = "display" // 28, at most 48: the title of a screen
)

// Body is the size of running text at 100 %, in Fyne's device independent pixels.
const Body = 15

// Radii of corners, in pixels; they do not grow with the text.
const (
	RadiusSmall  = 6  // chips, quotes, pictures
	RadiusButton = 8  // buttons, fields
	RadiusCard   = 10 // cards, banners
)

// largest is the greatest text factor, and tallest the greatest size of text: a title of 28 at 200 % would fill a
// narrow window with two words.
const (
	largest = 2
	tallest = 48
)

// Theme is a palette at a size of text. It never changes: a new setting is a new theme.
type Theme struct {
	palette Palette
	text    float32
}

// New returns the theme of a palette. Text is the factor of all text and icons, from 1 to 2; spaces stay as they are.
// Unknown palettes are Light.
func New(p Palette, text float32) *Theme {
	if tokens[p] == nil {
		p = Light
	}
	if !(text >= 1) { // not a number as well
		text = 1
	}
	return &Theme{palette: p, text: min(text, largest)}
}

// Current returns the app's theme. Where that is another one (a test without a theme), it is as good as New(Light, 1).
func Current() *Theme {
	if app := fyne.CurrentApp(); app != nil {
		if t, ok := app.Settings().Theme().(*Theme); ok {
			return t
		}
	}
	return fallback
}

var fallback = New(Light, 1)

// Color returns a colour of the current theme.
func Color(n fyne.ThemeColorName) color.Color { return Current().Color(n, theme.VariantLight) }

// Size returns a size of the current theme, in pixels.
func Size(n fyne.ThemeSizeName) float32 { return Current().Size(n) }

// Palette returns the palette of the theme.
func (t *Theme) Palette() Palette { return t.palette }

// TextFactor returns the factor of text, from 1 to 2.
func (t *Theme) TextFactor() float32 { return t.text }

// HighContrast says that nothing is filled, so that lines have to show what fills show elsewhere.
func (t *Theme) HighContrast() bool { return t.palette == HighContrast }

// Large says that text is so large (from 150 %) that every window is laid out as a narrow one.
func (t *Theme) Large() bool { return t.text >= 1.5 }

// Stroke returns the width of the line around controls, in pixels.
func (t *Theme) Stroke() float32 {
	if t.HighContrast() {
		return 2
	}
	return 1.5
}

// Color returns a colour by its name, of this package or of Fyne. The variant is of no account: the palette says it.
func (t *Theme) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	colors := tokens[t.palette]
	if c, ok := colors[n]; ok {
		return c.at(0xFF)
	}
	if token, ok := alias[n]; ok {
		return colors[token].at(0xFF)
	}
	if v, ok := veils[n]; ok {
		return colors[v.token].at(uint8(v.percent * 0xFF / 100))
	}
	if n == theme.ColorNameShadow {
		// Fyne's default is so strong that a scroller seems to have a dark band where it is cut.
		return color.NRGBA{A: 0xFF * 12 / 100}
	}
	variant := theme.VariantDark
	if t.palette == Light {
		variant = theme.VariantLight
	}
	return theme.DefaultTheme().Color(n, variant)
}

// Font returns Fyne's own font.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource { return theme.DefaultTheme().Font(s) }

// Icon returns Fyne's own icon, which only Fyne's own widgets show. Ours take theirs from Resource.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

// Size returns a size by its name, of this package or of Fyne, in pixels.
func (t *Theme) Size(n fyne.ThemeSizeName) float32 {
	if s, ok := growing[n]; ok {
		return min(s*t.text, tallest)
	}
	if n == theme.SizeNameInputBorder {
		return t.Stroke()
	}
	if s, ok := fixed[n]; ok {
		return s
	}
	return theme.DefaultTheme().Size(n)
}

var growing = map[fyne.ThemeSizeName]float32{
	theme.SizeNameCaptionText:    13,
	theme.SizeNameText:           Body,
	Big:                          16,
	theme.SizeNameSubHeadingText: 18,
	Message:                      20,
	theme.SizeNameHeadingText:    24,
	Display:                      28,
	theme.SizeNameInlineIcon:     20,
}

var fixed = map[fyne.ThemeSizeName]float32{
	theme.SizeNameInputRadius:    RadiusButton,
	theme.SizeNameButtonRadius:   RadiusButton,
	theme.SizeNameCardRadius:     RadiusCard,
	theme.SizeNameDialogRadius:   RadiusCard,
	theme.SizeNamePopupRadius:    RadiusCard,
	theme.SizeNameScrollBarSmall: 6,
	theme.SizeNameInnerPadding:   8,
	theme.SizeNamePadding:        4,
	theme.SizeNameLineSpacing:    4,
}
