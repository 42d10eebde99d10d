// Command bare is a window of the toolkit with next to nothing in it: what make
// bench-window measures Understudy's beside. Ctrl+2 changes its title, as it does
// there.
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

func main() {
	w := app.NewWithID("com.github.understudy_auth.Bare").NewWindow("Bare")
	w.SetContent(container.NewCenter(widget.NewLabel("A bare window")))
	w.Canvas().AddShortcut(&desktop.CustomShortcut{KeyName: fyne.Key2, Modifier: fyne.KeyModifierShortcutDefault},
		func(fyne.Shortcut) { w.SetTitle("History") })
	w.Resize(fyne.NewSize(900, 720))
	w.ShowAndRun()
}
