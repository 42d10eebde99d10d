package gui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/core/settings"
)

// Each setting is changed by the keyboard, holds at once and is there after the
// next start.
func TestSettings(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	p.ctrl(fyne.Key3)
	p.looks("Settings")
	p.selects("Colours: As the system", 3)
	if !look.Current().HighContrast() {
		t.Error("the colours are not those that were chosen")
	}
	p.selects("Text size: 100 %", 4)
	if got := look.Current().TextFactor(); got != 2 {
		t.Errorf("the text is %v times as large", got)
	}
	p.draws()
	if p.hidden() {
		t.Errorf("%q has the focus and is not in sight", p.focused())
	}
	p.chooses("Fade from screen to screen, check box, ticked")
	p.selects("Lock: After 10 minutes", -1)
	p.chooses("Lock with the screen, check box, ticked")
	p.selects("Keep the history for: 90 days", 1)
	want := settings.Default()
	want.Look, want.Text, want.Motion, want.LockAfter, want.KeepHistory = settings.LookHighContrast, 200, false, 5, 365
	want.LockWithScreen = false
	saved := settings.Open(filepath.Join(p.dir, "config"))
	if err := saved.Load(); err != nil || saved.Current() != want {
		t.Errorf("%v: %+v, want %+v", err, saved.Current(), want)
	}
	p.chooses("List of keys")
	p.looks("Keys")
	p.press(fyne.KeyReturn)
	p.looks("Settings")
}

// A setting that cannot be saved holds, and says so; once it can, nothing is said.
func TestSettingNotSaved(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	p.ctrl(fyne.Key3)
	p.looks("Settings")
	p.blockSettings()
	p.selects("Colours: As the system", 2)
	if look.Current().Palette() != look.Dark {
		t.Error("the colours do not hold")
	}
	if lines := p.now().Lines(); lines[1] != "This setting could not be saved." {
		t.Errorf("a reader tells %q", lines)
	}
	if err := os.Remove(filepath.Join(p.dir, "config")); err != nil {
		t.Fatal(err)
	}
	p.selects("Colours: Dark", -1)
	if lines := p.now().Lines(); lines[1] != "Colours, button." {
		t.Errorf("a reader tells %q", lines)
	}
}

// A file of settings that cannot be used is told at the start and left alone, until
// the person wants a new one.
func TestSettingsThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct{ file, title string }{
		"broken": {"look = \"pink\"\n", "The settings cannot be used"},
		"newer":  {"version = 99\n", "The settings are of a newer version"},
	} {
		for _, chosen := range []string{"Go on", "Make a new file"} {
			t.Run(name+", "+chosen, func(t *testing.T) {
				p := adasComputer(t)
				folder := filepath.Join(p.dir, "config")
				file := filepath.Join(folder, "config.toml")
				if err := os.MkdirAll(folder, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
				p.edit = func(o *Options) { o.SettingsProblem = o.Settings.Load() }
				p.start()
				p.looks(c.title)
				p.chooses(chosen)
				if chosen == "Make a new file" {
					p.looks("A new settings file was made")
					p.chooses("Go on")
				}
				p.looks("Home")
				data, err := os.ReadFile(file)
				if kept := string(data) == c.file; err != nil || kept != (chosen == "Go on") {
					t.Errorf("%v, the file is now:\n%s", err, data)
				}
				aside, err := filepath.Glob(filepath.Join(folder, "*"))
				if chosen != "Go on" && (err != nil || !strings.Contains(strings.Join(aside, " "), "config.toml.")) {
					t.Errorf("%v, the folder holds %q", err, aside)
				}
			})
		}
	}
}
