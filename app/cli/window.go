package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/demo"
	"github.com/understudy-auth/understudy/app/display"
	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/vault"
)

// Window is what a window has to be given. This package does not know windows:
// the static program is built without them.
type Window struct {
	Settings *settings.Store
	// SettingsProblem is why the settings could not be read; the defaults hold.
	SettingsProblem error
	// Vault is where keys lie, for Open.
	Vault vault.Kind
	Open  func(kind vault.Kind, ask phone.AskPassphrase) (*phone.Phone, error)
	// UnlockKeyring has the desktop unlock the keyring; nil where keys lie elsewhere
	// or the system has nothing to ask.
	UnlockKeyring func(ctx context.Context) error
	// Demo starts the demo; whoever started it closes it.
	Demo func(ctx context.Context) (*demo.World, error)
	// Site is the website of a demo that runs already, PIN that of its user.
	Site, PIN   string
	OpenBrowser func(ctx context.Context, address string) error
	Export      func(name string, data []byte) (where string, err error)
}

// window shows the person's own window.
func (p *program) window(ctx context.Context) error {
	w := p.newWindow()
	keyring := phone.Keyring() // the same for both, as it knows of calls that hang
	if vault.CanUnlock && p.env.Vault == nil && w.Vault == vault.KindKeyring {
		w.UnlockKeyring = keyring.Unlock
	}
	w.Open = func(kind vault.Kind, ask phone.AskPassphrase) (*phone.Phone, error) {
		files, err := p.files()
		if err != nil {
			return nil, err
		}
		if p.passphrase.given() {
			ask = p.askPassphrase()
		}
		store := p.env.Vault
		switch {
		case store != nil:
		case kind == vault.KindKeyring:
			store = keyring
		default:
			store = phone.Vault(kind, files, ask)
		}
		opened, err := p.openPhone(files, store)
		if err != nil {
			_ = files.Close()
		}
		return opened, err
	}
	return p.env.Window(ctx, w)
}

func (p *program) newWindow() Window {
	return Window{
		Settings: p.store, SettingsProblem: p.storeProblem, Vault: vault.Kind(p.vaultKind),
		OpenBrowser: p.env.OpenBrowser, Export: p.exportFile,
		Demo: func(ctx context.Context) (*demo.World, error) { return p.startDemo(ctx, "", "") },
	}
}

// demoWindow shows a window that works with the demo's device.
func (p *program) demoWindow(ctx context.Context, d *demo.World) error {
	w := p.newWindow()
	w.Site, w.PIN, w.Demo = d.Site.String(), d.PIN, nil
	w.Open = func(vault.Kind, phone.AskPassphrase) (*phone.Phone, error) { return d.Phone, nil }
	return p.env.Window(ctx, w)
}

// hasWindow reports whether a window can be shown here; where it cannot, why.
func (p *program) hasWindow(ctx context.Context) (bool, error) {
	if p.env.Window == nil {
		return false, nil
	}
	if err := display.Find(ctx, p.env.Getenv); err != nil {
		return false, err
	}
	return true, nil
}

// start is the program without a command: the window.
func (p *program) start(cmd *cobra.Command) error {
	has, err := p.hasWindow(cmd.Context())
	switch {
	case has:
		return p.window(cmd.Context())
	case err == nil:
		return cmd.Help()
	}
	p.say(words.NoDisplay(errors.Is(err, display.ErrNone))...)
	return &exit{code: exitError, told: err}
}

// exportFile writes a new file into the home folder; one that is there stays.
func (p *program) exportFile(name string, data []byte) (where string, err error) {
	home := p.env.Getenv("HOME")
	if home == "" {
		home = p.env.Getenv("USERPROFILE")
	}
	where = filepath.Join(home, name)
	f, err := os.OpenFile(where, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(where)
	}
	return where, err
}
