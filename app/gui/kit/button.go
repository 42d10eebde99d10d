package kit

import (
	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Importance is how much a button stands out.
type Importance int

// The kinds of buttons. A screen has at most one Primary; where none of the answers is to stand out, all are Plain.
const (
	Plain   Importance = iota // outlined
	Primary                   // filled with Accent
	Quiet                     // no line: a word in Accent
)

// NoIcon makes a button of a word alone.
const NoIcon look.Icon = ""

// Button is pressed by Space, Return or the pointer, once for each time a key goes down.
type Button struct {
	control

	kind   Importance
	icon   look.Icon
	word   string
	name   string
	reason string
	do     func()
	shut   bool
	chosen bool
	height float32
	pad    float32
	text   Style

	ring, face, veil *plate // the veil shows that the button is pointed at or held
	glyph            *Glyph
	label            *Paragraph
}

// Heights of buttons; a taller word makes a taller button.
const (
	smallHeight  = 36
	buttonHeight = 44
	largeHeight  = 52
)

// NewButton returns a button, 44 high, that calls press on the goroutine of the window.
func NewButton(kind Importance, icon look.Icon, word string, press func()) *Button {
	b := &Button{kind: kind, icon: icon, word: word, do: press, height: buttonHeight, pad: 18, text: Bold}
	if kind == Quiet {
		b.pad = 12
	}
	b.ring = newRing(look.RadiusButton)
	b.face, b.veil = newPlate(None, None, 0, look.RadiusButton), newPlate(None, None, 0, look.RadiusButton)
	b.glyph, b.label = Icon(look.Check, look.Text), Text(Bold, word).Centered()
	b.press = b.Press
	b.init(b)
	return b
}

// Large makes the button 52 high, for what a screen is about. It returns the button.
func (b *Button) Large() *Button {
	b.height, b.text, b.pad = largeHeight, Large, 24
	b.Refresh()
	return b
}

// Small makes the button 36 high. It returns the button.
func (b *Button) Small() *Button {
	b.height, b.pad = smallHeight, min(b.pad, 14)
	b.Refresh()
	return b
}

// Named sets what a reader says instead of the word alone: "Review the request of Example Bank". It returns the button.
func (b *Button) Named(name string) *Button {
	b.name = name
	return b
}

// SetWord changes the word.
func (b *Button) SetWord(word string) {
	b.word = word
	b.Refresh()
}

// SetIcon changes the icon.
func (b *Button) SetIcon(i look.Icon) {
	b.icon = i
	b.Refresh()
}

// Shut makes the button do nothing until Open. It keeps its size and its place in the order of the focus, so that nobody
// searches for it; a padlock shows it, and a reader says the reason, a sentence.
func (b *Button) Shut(reason string) {
	b.shut, b.reason = true, reason
	b.hovered, b.pushed = false, false
	b.Refresh()
}

// Open undoes Shut.
func (b *Button) Open() {
	b.shut, b.reason = false, ""
	b.Refresh()
}

// IsShut says whether the button is shut.
func (b *Button) IsShut() bool { return b.shut }

// SetChosen shows the button as the chosen one of several, with a check for its icon.
func (b *Button) SetChosen(chosen bool) {
	b.chosen = chosen
	b.Refresh()
}

// Press does what a click does.
func (b *Button) Press() {
	if !b.shut && b.do != nil {
		b.do()
	}
}

// AccessibilityLabel is the name or the word, with what keeps the button shut.
func (b *Button) AccessibilityLabel() string {
	name := b.name
	if name == "" {
		name = b.word
	}
	switch {
	case b.shut && b.reason != "":
		return words.T("{name}, not available. {reason}", "name", name, "reason", b.reason)
	case b.shut:
		return words.T("{name}, not available.", "name", name)
	case b.chosen:
		return chosenName(name)
	}
	return name
}

// chosenName is how a reader names the chosen one of several.
func chosenName(name string) string { return words.T("{name}, chosen", "name", name) }

// AccessibilityRole says that this is a button.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// colours are the fill, the line, and that of icon and word.
func (b *Button) colours() (fill, line, front fyne.ThemeColorName) {
	switch {
	case b.shut && b.kind == Quiet:
		return None, None, look.Disabled
	case b.shut:
		return look.Sunken, look.Line, look.Disabled
	case b.chosen:
		return look.AccentSoft, look.Accent, look.Accent
	case b.kind == Primary && b.hovered:
		return look.AccentHover, None, look.OnAccent
	case b.kind == Primary:
		return look.Accent, None, look.OnAccent
	case b.kind == Quiet:
		return None, None, look.Accent
	}
	return look.Surface, look.Border, look.Text
}

// sign is the icon that is drawn.
func (b *Button) sign() look.Icon {
	switch {
	case b.shut && b.icon != NoIcon:
		return look.Padlock
	case b.chosen:
		return look.Check
	}
	return b.icon
}
