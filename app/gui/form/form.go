// Package form lays out what is filled in: settings beside what they do, in
// sections, and PINs.
package form

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Section is a card of settings below its title.
func Section(title string, settings ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Flow(8, 0, kit.Text(kit.Sub, title), kit.Card(kit.Pad(8, 20, kit.Flow(4, 0, settings...))))
}

// Setting is a control beside its name and a sentence on what it does.
func Setting(name, sentence string, control fyne.CanvasObject) fyne.CanvasObject {
	return kit.Pad(8, 0, kit.Pair(300, 200, kit.Flow(0, 0, kit.Text(kit.Bold, name), kit.Text(kit.Caption, sentence)), kit.Pad(6, 3, control)))
}

// Option is one of the values that a setting can have.
type Option[T comparable] struct {
	Value T
	Name  string
}

// Choose lets one of several values be chosen; now is the present one, and set
// takes another.
func Choose[T comparable](name string, options []Option[T], now T, set func(T)) *kit.Select {
	names := make([]string, len(options))
	for i, o := range options {
		names[i] = o.Name
	}
	control := kit.NewSelect(name, names, nil)
	control.SetSelectedIndex(max(0, slices.IndexFunc(options, func(o Option[T]) bool { return o.Value == now })))
	control.OnChanged = func(string) {
		if i := control.SelectedIndex(); i >= 0 {
			set(options[i].Value)
		}
	}
	return control
}

// Tick is a box that turns something on or off.
func Tick(word string, now bool, set func(bool)) *kit.Check {
	control := kit.NewCheck(word, "", nil)
	control.SetChecked(now)
	control.OnChanged = set
	return control
}

// revealFor is how long Show shows a PIN.
const revealFor = 10 * time.Second

// PIN is a PIN field with its button that shows what was typed for a while. do runs
// a function on the goroutine that draws.
func PIN(field *kit.PinField, do func(func())) fyne.CanvasObject {
	show := kit.NewButton(kit.Quiet, look.Eye, words.T("Show"), func() {
		field.SetShown(!field.Shown())
		if field.Shown() {
			time.AfterFunc(revealFor, func() { do(func() { field.SetShown(false) }) })
		}
	})
	return kit.Row(16, field, show)
}
