package kit_test

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// What a reader says of each widget, in each of its states.
func TestLabels(t *testing.T) {
	start(t)
	button := kit.NewButton(kit.Plain, kit.NoIcon, "Review", nothing)
	named := kit.NewButton(kit.Plain, kit.NoIcon, "Review", nothing).Named("Review the request of Example Bank")
	silent := kit.NewButton(kit.Plain, look.Check, "Accept", nothing)
	silent.Shut("")
	chosen := kit.NewButton(kit.Plain, kit.NoIcon, "All", nothing)
	chosen.SetChosen(true)
	check, ticked := kit.NewCheck("I trust this", "hint", nil), kit.NewCheck("I trust this", "", nil)
	ticked.SetChecked(true)
	empty, full, password := kit.NewEntry("Name", "Ada"), kit.NewEntry("Name", ""), kit.NewPassword("Passphrase")
	full.SetText("Ada")
	password.SetText("é1")
	none, some := kit.NewSelect("Look", []string{"Dark"}, nil), kit.NewSelect("Look", []string{"Dark"}, nil)
	some.SetSelected("Dark")
	choice := kit.NewChoice(look.Scan, "I have a code", "Scan it.", nothing)
	details := kit.NewDetails("before", kit.Text(kit.Body, "x"))
	details.SetReading("Profile: Ada.")
	left := kit.NewTimeLeft("52 seconds left", 2)
	left.Set("51 seconds left", -1)
	for _, c := range []struct {
		o    fyne.Accessible
		role fyne.AccessibleRole
		want string
	}{
		{button, fyne.AccessibleRoleButton, "Review"},
		{named, fyne.AccessibleRoleButton, "Review the request of Example Bank"},
		{silent, fyne.AccessibleRoleButton, "Accept, not available."},
		{chosen, fyne.AccessibleRoleButton, "All, chosen"},
		{check, fyne.AccessibleRoleButton, "I trust this, check box, not ticked"},
		{ticked, fyne.AccessibleRoleButton, "I trust this, check box, ticked"},
		{empty, fyne.AccessibleRoleText, "Name, empty"},
		{full, fyne.AccessibleRoleText, "Name: Ada"},
		{password, fyne.AccessibleRoleText, "Passphrase, 2 characters typed"},
		{none, fyne.AccessibleRoleButton, "Look, nothing chosen"},
		{some, fyne.AccessibleRoleButton, "Look: Dark"},
		{choice, fyne.AccessibleRoleButton, "I have a code. Scan it."},
		{details, fyne.AccessibleRoleText, "Profile: Ada."},
		{left, fyne.AccessibleRoleText, "51 seconds left"},
		{kit.NewChip(kit.KindOK, look.Check, "Known"), fyne.AccessibleRoleText, "Known"},
		{kit.NewCodePicture(nil, "The page around the code", nil), fyne.AccessibleRoleButton, "The page around the code"},
		{kit.Rich(kit.Span{Text: "Accept only if "}, kit.Span{Style: kit.Bold, Text: "you"}), fyne.AccessibleRoleText, "Accept only if you"},
	} {
		if got := c.o.AccessibilityLabel(); got != c.want {
			t.Errorf("%T: %q, want %q", c.o, got, c.want)
		}
		if got := c.o.AccessibilityRole(); got != c.role {
			t.Errorf("%T: role %q, want %q", c.o, got, c.role)
		}
	}
}

func TestCheckIsTicked(t *testing.T) {
	start(t)
	var told []bool
	c := kit.NewCheck("I started this myself", "", func(on bool) { told = append(told, on) })
	w := show(t, c)
	test.Tap(c)
	strike(c, fyne.KeySpace, 0)
	test.TapCanvas(w.Canvas(), fyne.NewPos(30, 25))
	if !c.Checked() || len(told) != 3 || !told[0] || told[1] || !told[2] {
		t.Errorf("ticked %v after %v", c.Checked(), told)
	}
	if w.Canvas().Focused() != fyne.Focusable(c) {
		t.Error("a click does not move the focus")
	}
}

// A button shows that it is pointed at and held, and is as before when that ends.
func TestPointer(t *testing.T) {
	start(t)
	b := kit.NewButton(kit.Plain, look.Check, "Accept", nothing)
	w := show(t, b)
	face := func() color.Color { return w.Canvas().Capture().At(24, 24) } // left of the icon
	calm := face()
	b.MouseIn(&desktop.MouseEvent{})
	pointed := face()
	b.MouseDown(&desktop.MouseEvent{})
	held := face()
	if calm == pointed || pointed == held || held == calm {
		t.Errorf("calm %v, pointed at %v, held %v", calm, pointed, held)
	}
	b.MouseUp(&desktop.MouseEvent{})
	b.MouseOut()
	if face() != calm {
		t.Error("something is left of the pointer")
	}
}
