package frame

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// listen takes keys and shortcuts that no widget uses.
func (w *Window) listen() {
	c := w.win.Canvas()
	c.SetOnTypedKey(w.typed)
	c.SetOnTypedRune(func(r rune) {
		if i := int(r - '1'); w.now != nil && i >= 0 && i < min(9, len(w.now.Digits)) {
			w.now.Digits[i]()
		}
	})
	ctrl := func(k fyne.KeyName, do func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) { w.ifFree(do) })
	}
	for k, do := range map[fyne.KeyName]func(){fyne.KeyS: w.act.Scan, fyne.KeyC: w.act.Camera} { // from anywhere
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}, func(fyne.Shortcut) { do() })
	}
	ctrl(fyne.KeyO, w.act.Image)
	ctrl(fyne.Key1, func() { w.act.Go(Home) })
	ctrl(fyne.Key2, func() { w.act.Go(History) })
	ctrl(fyne.Key3, func() { w.act.Go(Settings) })
	ctrl(fyne.KeyN, w.act.AddProfile)
	ctrl(fyne.KeyF, func() {
		if w.now.Search != nil {
			c.Focus(w.now.Search)
		}
	})
	c.AddShortcut(&fyne.ShortcutPaste{Clipboard: w.app.Clipboard()}, func(fyne.Shortcut) { w.ifFree(w.act.Paste) })
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyL, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) { w.act.Lock() })
	for _, k := range []fyne.KeyName{fyne.KeyA, fyne.KeyD} {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierAlt}, func(fyne.Shortcut) {
			if w.now != nil && w.now.Keys[k] != nil {
				w.now.Keys[k]()
			}
		})
	}
}

// ifFree does what leads elsewhere, unless the screen has to be answered or left
// first.
func (w *Window) ifFree(do func()) {
	if w.now != nil && w.act.Free() {
		do()
	}
}

func (w *Window) typed(e *fyne.KeyEvent) {
	w.act.Used()
	switch e.Name {
	case fyne.KeyEscape:
		if w.now != nil && w.now.Back != nil {
			w.now.Back()
		}
	case fyne.KeyF1:
		w.ifFree(w.act.ListOfKeys)
	}
}
