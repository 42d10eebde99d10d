//go:build cgo

package main

import (
	"context"
	"os"
	"time"

	"fyne.io/fyne/v2/app"

	"github.com/understudy-auth/understudy/app/bridging"
	"github.com/understudy-auth/understudy/app/cli"
	"github.com/understudy-auth/understudy/app/gui"
	"github.com/understudy-auth/understudy/app/gui/phonepanel"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/camera"
	"github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/desktop"
)

// appID names the program to the desktop; FyneApp.toml has the same.
const appID = "com.github.understudy_auth.Understudy"

// With a C compiler the program is built with its window: this file is the only
// one that imports a driver.
func init() {
	window = showWindow
	panel = func(ctx context.Context, p bridging.Panel) error { return phonepanel.Run(ctx, app.NewWithID(appID), p) }
}

// cameraFiles names a folder of pictures, or a file of MJPEG, that is looked at in
// place of a camera: for tests.
const cameraFiles = "UNDERSTUDY_CAMERA"

func throughCamera(o camera.Options) camera.Source {
	if path := os.Getenv(cameraFiles); path != "" {
		return camera.Files{Path: path, Every: time.Second / 30, Repeat: true}
	}
	return camera.New(o)
}

func showWindow(ctx context.Context, w cli.Window) error {
	o := gui.Options{
		Open: w.Open, Vault: w.Vault, Settings: w.Settings, SettingsProblem: w.SettingsProblem, Site: w.Site, PIN: w.PIN,
		UnlockKeyring: w.UnlockKeyring,
		OpenBrowser:   w.OpenBrowser, Export: w.Export, Clipboard: capture.Clipboard,
		Screen: screen.Grab, WatchScreen: screen.Watch, Flashes: screen.Flashes,
		Cameras: camera.List, Camera: throughCamera, Now: time.Now, Version: version,
	}
	var r rest
	o.Do, o.Rest = r.do, r.sleep
	if desktop.TellsScreenLocks {
		o.ScreenLocks = desktop.ScreenLocks
	}
	if w.Demo != nil {
		o.Demo = func(ctx context.Context) (*gui.Demo, error) {
			world, err := w.Demo(ctx)
			if err != nil {
				return nil, err
			}
			return &gui.Demo{Phone: world.Phone, Site: world.Site.String(), PIN: world.PIN, Close: world.Close}, nil
		}
	}
	return gui.Run(ctx, app.NewWithID(appID), o)
}
