package gui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/form"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/vault"
)

// saveWithin is how long another process may hold the settings file.
const saveWithin = 3 * time.Second

func (d *desk) limited() (context.Context, context.CancelFunc) {
	return context.WithTimeout(d.ctx, saveWithin)
}

// settingsScreen is one page of settings, applied at once.
func (d *desk) settingsScreen() *screen {
	now := d.opt.Settings.Current()
	s := &screen{Page: words.Page{Title: words.T("Settings")}, Place: frame.Settings, Back: d.stop}
	problem := kit.Flow(0, 0)
	save := func(change func(*settings.Settings)) {
		ctx, cancel := d.limited()
		defer cancel()
		err := d.opt.Settings.Save(ctx, change)
		d.wear()
		problem.Objects, s.Page.Sentences = nil, nil
		if err != nil {
			title, sentences := words.Error(err, words.About{})
			problem.Add(panel.Notice(kit.KindWarn, title, sentences))
			s.Page.Sentences = append([]string{words.T("{title}.", "title", title)}, sentences...)
		}
		problem.Refresh()
	}
	colours := form.Choose(words.T("Colours"), []form.Option[settings.Look]{
		{Value: settings.LookSystem, Name: words.T("As the system")},
		{Value: settings.LookLight, Name: words.T("Light")},
		{Value: settings.LookDark, Name: words.T("Dark")},
		{Value: settings.LookHighContrast, Name: words.T("High contrast")},
	}, now.Look, func(v settings.Look) { save(func(s *settings.Settings) { s.Look = v }) })
	var sizes, locks, days []form.Option[int]
	for _, n := range []int{100, 125, 150, 175, 200} {
		sizes = append(sizes, form.Option[int]{Value: n, Name: words.T("{n} %", "n", n)})
	}
	for _, n := range []int{1, 5, 10, 30} {
		locks = append(locks, form.Option[int]{Value: n, Name: words.N(n, "After {n} minute", "After {n} minutes")})
	}
	for _, n := range []int{30, 90, 365} {
		days = append(days, form.Option[int]{Value: n, Name: words.N(n, "{n} day", "{n} days")})
	}
	text := form.Choose(words.T("Text size"), sizes, now.Text, func(v int) { save(func(s *settings.Settings) { s.Text = v }) })
	motion := form.Tick(words.T("Fade from screen to screen"), now.Motion, func(v bool) { save(func(s *settings.Settings) { s.Motion = v }) })
	lock := form.Choose(words.T("Lock"), locks, now.LockAfter, func(v int) { save(func(s *settings.Settings) { s.LockAfter = v }) })
	locking := []fyne.CanvasObject{
		form.Setting(words.T("Lock"), words.T("Without use, Understudy forgets the logins and asks for the PIN again."), lock),
	}
	if d.opt.ScreenLocks != nil {
		screen := form.Tick(words.T("Lock with the screen"), now.LockWithScreen, func(v bool) { save(func(s *settings.Settings) { s.LockWithScreen = v }) })
		locking = append(locking, form.Setting(words.T("Screen"), words.T("Understudy locks when the screen is locked or the computer goes to sleep."), screen))
	}
	keep := form.Choose(words.T("Keep the history for"), days, now.KeepHistory, func(v int) {
		save(func(s *settings.Settings) { s.KeepHistory = v })
		d.prune()
	})
	where := map[string]string{
		string(vault.KindKeyring): words.T("In this computer's keyring"),
		string(vault.KindFile):    words.T("In the encrypted file"),
		string(vault.KindMemory):  words.T("In memory, until this window is closed"),
	}[d.phone.Device.KeyStorage()]
	keys := kit.NewButton(kit.Plain, kit.NoIcon, words.T("List of keys"), func() { d.show(d.keysScreen()) })
	s.Focus = colours
	parts := []fyne.CanvasObject{
		kit.Text(kit.Title, words.T("Settings")), problem,
		form.Section(words.T("Look"),
			form.Setting(words.T("Colours"), words.T("High contrast has black ground and lines in place of fills."), colours),
			form.Setting(words.T("Text size"), words.T("All text and signs grow; this sentence shows how."), text),
			form.Setting(words.T("Motion"), words.T("A screen fades in; nothing else moves."), motion)),
		form.Section(words.T("Lock"), locking...),
		form.Section(words.T("Keys and data"),
			form.Setting(words.T("Keys"), words.T("Private keys and device secrets."), kit.Text(kit.Body, where)),
			form.Setting(words.T("Folder"), words.T("Profiles and history lie there."), kit.Text(kit.Address, d.phone.Files.Path())),
			form.Setting(words.T("History"), words.T("What is older is removed."), keep)),
		form.Section(words.T("Help"), form.Setting(words.T("Keys of the keyboard"), words.T("Everything here can be done without a mouse."), kit.Row(0, keys)),
			form.Setting(words.T("Version"), words.T("Understudy is free software under the Apache License 2.0."), kit.Text(kit.Body, d.opt.Version))),
	}
	s.Page.Actions = []string{words.T("Colours"), words.T("Text size"), words.T("Motion"), words.T("Lock")}
	if d.opt.ScreenLocks != nil {
		s.Page.Actions = append(s.Page.Actions, words.T("Lock with the screen"))
	}
	s.Page.Actions = append(s.Page.Actions, words.T("History"), words.T("List of keys"))
	s.Content = kit.Sheet(kit.Pad(28, 32, kit.Flow(20, panel.PageWidth, parts...)), nil)
	return s
}

// keysScreen lists the keys.
func (d *desk) keysScreen() *screen {
	page := words.Page{Title: words.T("Keys")}
	for _, k := range words.Keys() {
		page.Facts = append(page.Facts, words.Fact{Label: k.Label, Value: k.Value})
	}
	return d.pageScreen(page, action{Word: words.T("Done"), Main: true, Do: d.goBack})
}

// wear applies the chosen colours and text size.
func (d *desk) wear() {
	d.frame.Wear(palette(d.opt.Settings.Current(), fyne.CurrentApp().Settings().ThemeVariant()))
}

// palette is the chosen colours for the system's own.
func palette(s settings.Settings, system fyne.ThemeVariant) *look.Theme {
	return look.New(look.Choose(string(s.Look), system, false), float32(s.Text)/100)
}
