package cli

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/spf13/cobra"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/scan"
)

// screenFlags are how the screen is looked at.
type screenFlags struct {
	on      bool
	monitor int // 0: all
	watch   bool
}

func addScreenFlags(cmd *cobra.Command, f *screenFlags) {
	cmd.Flags().BoolVar(&f.on, "screen", false, "look at the screen")
	cmd.Flags().IntVar(&f.monitor, "monitor", 0, "look at monitor `N` only; they are counted from 1, from left to right")
	cmd.Flags().BoolVar(&f.watch, "watch", false, "keep looking until a login code appears")
}

func (f screenFlags) check() error {
	switch {
	case f.monitor < 0:
		return usage("--monitor is a number from 1")
	case !f.on && f.monitor != 0:
		return usage("--monitor goes with --screen")
	case !f.on && f.watch:
		return usage("--watch goes with --screen")
	}
	return nil
}

// screenOptions are for the package that takes the pictures. Only a person can be told
// that the desktop may be asking something.
func (p *program) screenOptions(f screenFlags) screen.Options {
	o := screen.Options{Monitor: f.monitor}
	if _, onTerminal := p.Terminal(); onTerminal {
		o.Waiting = sync.OnceFunc(func() { p.Show(words.ScreenAsked()...) }) // once for all looks
	}
	return o
}

// eachShot hands over the monitors with the codes that they show, once, or each
// time that they show something new until see says that it is enough.
func (p *program) eachShot(ctx context.Context, f screenFlags, see func([]screen.Shot, [][]scan.Code) (enough bool, err error)) error {
	look := func(ctx context.Context, shots []screen.Shot) (bool, error) {
		codes := make([][]scan.Code, len(shots))
		for n, s := range shots {
			result, err := scan.New().Read(ctx, s.Image)
			if err != nil {
				return false, err
			}
			codes[n] = result.Codes
		}
		return see(shots, codes)
	}
	if f.watch {
		p.Show(words.Watching(screen.Flashes(ctx))...)
		return screen.Watch(ctx, p.screenOptions(f), look)
	}
	shots, err := screen.Grab(ctx, p.screenOptions(f))
	if err == nil {
		_, err = look(ctx, shots)
	}
	return err
}

// readScreen reads the codes of the screen. A watcher goes on until there is one
// that a profile can answer, and gives no others.
func (p *program) readScreen(ctx context.Context, f screenFlags, profiles []device.Profile) (read, error) {
	got := read{source: intake.SourceScreen}
	err := p.eachShot(ctx, f, func(shots []screen.Shot, all [][]scan.Code) (bool, error) {
		got.looked = len(shots)
		for n, codes := range all {
			for _, c := range codes {
				item := intake.Parse(c.Text)
				if f.watch && !answerable(profiles, item) {
					continue
				}
				place := words.Place(c.Corners, shots[n].Image.Bounds())
				if len(shots) > 1 || shots[n].Number > 1 {
					place = words.OnMonitor(shots[n].Number, c.Corners, shots[n].Image.Bounds())
				}
				got.items, got.places = append(got.items, item), append(got.places, place)
			}
		}
		return len(got.items) > 0, nil
	})
	return got, err
}

// answerable reports whether one of the profiles can answer a code.
func answerable(profiles []device.Profile, item intake.Item) bool {
	return isOTP(item) && len(mobileauth.Answering(profiles, item.Server)) > 0
}

func isOTP(item intake.Item) bool {
	return item.Kind == intake.KindOTP || item.Kind == intake.KindOTPLink
}

// screenErrorName is a stable name of why there is no picture of the screen.
func screenErrorName(err error) string {
	if _, missing := errors.AsType[*screen.MonitorError](err); missing {
		return "no_such_monitor"
	}
	for reason, name := range map[error]string{
		screen.ErrNoDisplay: "no_screen", screen.ErrNoPortal: "no_screenshot_service", screen.ErrRefused: "screenshot_refused",
		screen.ErrSilent: "screenshot_silent", screen.ErrPicture: "screenshot_unreadable", screen.ErrUnsupported: "screen_unsupported",
	} {
		if errors.Is(err, reason) {
			return name
		}
	}
	return ""
}

// scanScreen is scan --screen. A person goes on to the question from there.
func (p *program) scanScreen(ctx context.Context, f screenFlags) error {
	if _, onTerminal := p.Terminal(); onTerminal && !p.json && !p.NoInput {
		pin := secretSource{fd: -1}
		return p.respond(ctx, "", respondFlags{screen: f, upTo: string(mobileauth.LevelCalm), pin: pin, askPIN: p.askPIN(pin)})
	}
	found := false
	err := p.eachShot(ctx, f, func(shots []screen.Shot, all [][]scan.Code) (bool, error) {
		if f.watch && !slices.ContainsFunc(slices.Concat(all...), func(c scan.Code) bool { return isOTP(intake.Parse(c.Text)) }) {
			return false, nil
		}
		for n, s := range shots {
			found = found || len(all[n]) > 0
			out := scannedFile{Schema: schema, Monitor: s.Number, Name: s.Name}
			if err := p.tellScanned(&out, words.T("Monitor {n}", "n", s.Number), all[n], nil); err != nil {
				return false, err
			}
		}
		return true, nil
	})
	if err == nil && !found {
		return &exit{code: exitNoCode}
	}
	return err
}
