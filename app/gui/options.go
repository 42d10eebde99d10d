package gui

import (
	"context"
	"time"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/capture/camera"
	monitors "github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/settings"
	"github.com/understudy-auth/understudy/core/vault"
)

// Options is the world around the window, so that a test can be it.
type Options struct {
	// Open opens the person's device. ask is put when the encrypted file is
	// needed; kind is where keys lie.
	Open func(kind vault.Kind, ask phone.AskPassphrase) (*phone.Phone, error)
	// Vault is where the keys lie at the start.
	Vault vault.Kind
	// UnlockKeyring has the desktop unlock the keyring and waits for the person; nil
	// where keys lie elsewhere or the system has nothing to ask.
	UnlockKeyring func(ctx context.Context) error
	// ScreenLocks calls locked each time the screen is locked, until ctx ends, and
	// returns at once; nil where nobody tells.
	ScreenLocks func(ctx context.Context, locked func())
	// Settings holds what the person has chosen; SettingsProblem is why its file
	// could not be read, and the defaults hold.
	Settings        *settings.Store
	SettingsProblem error
	// Site is the website of a demo that runs already, PIN that of its user.
	Site, PIN string
	// Demo starts a server and a website on this computer and gives a device with
	// a registered user there; nil: none is offered.
	Demo func(ctx context.Context) (*Demo, error)

	OpenBrowser func(ctx context.Context, address string) error
	Clipboard   func(ctx context.Context) (capture.Clip, error)
	// Screen is screen.Grab, WatchScreen screen.Watch, Flashes screen.Flashes.
	Screen      func(ctx context.Context, o monitors.Options) ([]monitors.Shot, error)
	WatchScreen func(ctx context.Context, o monitors.Options, look func(context.Context, []monitors.Shot) (done bool, err error)) error
	Flashes     func(ctx context.Context) bool
	// Cameras is camera.List, and Camera makes what is looked through: camera.New.
	Cameras func() ([]camera.Device, error)
	Camera  func(o camera.Options) camera.Source
	// Export writes a new file of the person's own and says where it is.
	Export  func(name string, data []byte) (where string, err error)
	Now     func() time.Time
	Version string

	// Do runs a function on the goroutine that draws; nil: Fyne's own.
	Do func(func())
	// Rest has the toolkit sleep until something happens at the window or Do is
	// called, at most for a while, and reports whether nothing did; nil: it cannot.
	Rest func(most time.Duration) (quiet bool)
}

// Demo is a world of its own, for trying.
type Demo struct {
	Phone *phone.Phone
	Site  string // the website's address
	PIN   string // of its user, who is nobody
	Close func() // removes all of it
}
