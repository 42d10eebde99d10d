package kit

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/words"
)

// PinField is one field of digits, drawn as a cell for each. To a reader it is one field as well, which says how much has
// been typed and never what.
type PinField struct {
	control

	// OnChanged is called after each change.
	OnChanged func()
	// OnSubmitted is called on Return.
	OnSubmitted func()

	label  string
	digits int
	value  []byte
	shown  bool
	cells  []*pinCell
}

// NewPinField returns an empty field for a number of digits; label is what a reader calls it: "New PIN".
func NewPinField(label string, digits int) *PinField {
	p := &PinField{label: label, digits: digits, value: make([]byte, 0, digits)}
	for range digits {
		p.cells = append(p.cells, newPinCell())
	}
	p.init(p)
	return p
}

// Value returns a copy of the digits, which the caller overwrites after use.
func (p *PinField) Value() []byte { return append([]byte(nil), p.value...) }

// Len returns how many digits there are.
func (p *PinField) Len() int { return len(p.value) }

// Full says whether all digits are there.
func (p *PinField) Full() bool { return len(p.value) == p.digits }

// Clear overwrites the digits and empties the field, without a call of OnChanged.
func (p *PinField) Clear() {
	clear(p.value[:cap(p.value)])
	p.value = p.value[:0]
	p.Refresh()
}

// SetShown shows the digits, or dots.
func (p *PinField) SetShown(shown bool) {
	p.shown = shown
	p.Refresh()
}

// Shown says whether the digits are shown.
func (p *PinField) Shown() bool { return p.shown }

// TypedRune adds a digit. Other characters do nothing, here or elsewhere: who types into a field means the field.
func (p *PinField) TypedRune(r rune) {
	if r >= '0' && r <= '9' && !p.Full() && !p.latch.stray(r) {
		p.value = append(p.value, byte(r))
		p.changed()
	}
}

// TypedKey deletes, submits, and hands on the keys that type nothing.
func (p *PinField) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		if n := len(p.value); n > 0 {
			p.value[n-1] = 0
			p.value = p.value[:n-1]
			p.changed()
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if p.OnSubmitted == nil {
			p.handOn(e)
		} else if p.latch.take(e.Name) {
			p.OnSubmitted()
		}
	default:
		if len(e.Name) > 1 && e.Name != fyne.KeySpace {
			p.handOn(e)
		}
	}
}

// TypedShortcut pastes, and hands on every other shortcut.
func (p *PinField) TypedShortcut(s fyne.Shortcut) {
	if paste, ok := s.(*fyne.ShortcutPaste); ok {
		p.paste(paste.Clipboard.Content())
		return
	}
	ForwardShortcut(p, s)
}

// paste replaces the digits by those of a text. One that is no PIN, or a longer one, changes nothing: half of it would
// look like all of it.
func (p *PinField) paste(text string) {
	text = strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.TrimSpace(text))
	if text == "" || len(text) > p.digits || strings.Trim(text, "0123456789") != "" {
		return
	}
	clear(p.value[:cap(p.value)])
	p.value = append(p.value[:0], text...)
	p.changed()
}

func (p *PinField) changed() {
	p.Refresh()
	if p.OnChanged != nil {
		p.OnChanged()
	}
}

// AccessibilityLabel says what the field is for and how much has been typed: "New PIN, 5 digits, 2 typed".
func (p *PinField) AccessibilityLabel() string {
	if len(p.value) == 0 {
		return words.T("{label}, {digits} digits, empty", "label", p.label, "digits", p.digits)
	}
	return words.T("{label}, {digits} digits, {typed} typed", "label", p.label, "digits", p.digits, "typed", len(p.value))
}

// AccessibilityRole says that this is text: Fyne knows no fields.
func (p *PinField) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }
