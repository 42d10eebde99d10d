package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/kit"
)

func TestPinField(t *testing.T) {
	start(t)
	p := kit.NewPinField("New PIN", 5)
	changes, submitted := 0, 0
	p.OnChanged, p.OnSubmitted = func() { changes++ }, func() { submitted++ }
	show(t, p)
	if got, want := p.AccessibilityLabel(), "New PIN, 5 digits, empty"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	test.Type(p, "4x8 ")
	if got, want := p.AccessibilityLabel(), "New PIN, 5 digits, 2 typed"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	test.Type(p, "2139")
	if string(p.Value()) != "48213" || !p.Full() || changes != 5 {
		t.Errorf("%q after %d changes", p.Value(), changes)
	}
	p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	if string(p.Value()) != "4821" || p.Len() != 4 || changes != 6 {
		t.Errorf("after Backspace: %q", p.Value())
	}
	p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if submitted != 1 {
		t.Error("Return does not submit")
	}
	p.Value()[0] = 'x'
	if string(p.Value()) != "4821" {
		t.Error("the value is not a copy")
	}
	p.Clear()
	if p.Len() != 0 || changes != 6 {
		t.Error("Clear leaves something, or calls OnChanged")
	}
	p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	if changes != 6 {
		t.Error("deleting nothing is a change")
	}
}

func TestPinFieldPaste(t *testing.T) {
	start(t)
	p := kit.NewPinField("PIN", 5)
	show(t, p)
	clipboard := test.NewClipboard()
	for _, c := range []struct{ text, want string }{
		{" 48213\n", "48213"},
		{"48 2-13", "48213"},
		{"482", "482"},
		{"482139", "482"}, // too long: nothing changes
		{"48a13", "482"},
		{"", "482"},
	} {
		clipboard.SetContent(c.text)
		p.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
		if got := string(p.Value()); got != c.want {
			t.Errorf("pasted %q: %q, want %q", c.text, got, c.want)
		}
	}
}
