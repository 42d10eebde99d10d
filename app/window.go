//go:build cgo

package main

import (
	"context"
	"time"

	"fyne.io/fyne/v2/app"

	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/app/gui"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/desktop"
)

// appID names the program to the desktop; FyneApp.toml has the same.
const appID = "com.github.understudy_auth.Understudy"

// With a C compiler the program is built with its window: this file is the only
// one that imports a driver.
func init() { window = showWindow }

func showWindow(ctx context.Context, w cli.Window) error {
	o := gui.Options{
		Open: w.Open, Vault: w.Vault, Settings: w.Settings, SettingsProblem: w.SettingsProblem, Site: w.Site, PIN: w.PIN,
		UnlockKeyring: w.UnlockKeyring,
		OpenBrowser:   w.OpenBrowser, Export: w.Export, Clipboard: capture.Clipboard, Now: time.Now, Version: version,
	}
	if desktop.TellsScreenLocks {
		o.ScreenLocks = desktop.ScreenLocks
	}
	if w.Demo != nil {
		o.Demo = func(ctx context.Context) (*gui.Demo, error) {
			phone, site, pin, err := w.Demo(ctx)
			return &gui.Demo{Phone: phone, Site: site, PIN: pin}, err
		}
	}
	return gui.Run(ctx, app.NewWithID(appID), o)
}
