package gui

import (
	"context"
	"slices"

	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/words"
	monitors "github.com/understudy-auth/understudy/core/capture/screen"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
)

// watchFrom is after how many scans without a code it is offered to watch the
// screen.
const watchFrom = 2

// scanScreen looks for a code on all screens. The window goes away meanwhile: it
// neither covers a code nor shows one.
func (d *desk) scanScreen() {
	d.read(func(ctx context.Context) (reading.Found, error) {
		shots, err := d.opt.Screen(ctx, monitors.Options{Hide: d.frame.Away, Waiting: func() { d.do(d.desktopAsks) }})
		if err != nil {
			return reading.Found{}, err
		}
		return reading.Screens(ctx, shots)
	}, nil)
}

// desktopAsks is shown while the desktop may be asking for its permission.
func (d *desk) desktopAsks() {
	lines := words.ScreenAsked()
	d.show(d.pageScreen(words.Page{Title: lines[0], Sentences: lines[1:]}, action{Word: words.T("Cancel"), Do: d.goBack}))
}

// watchScreen looks at the screen until it shows a login code that a profile can
// answer, and puts the question, once. The window says so all the while; it never
// comes to the front by itself (THREATS T3).
func (d *desk) watchScreen() {
	d.read(func(ctx context.Context) (f reading.Found, err error) {
		flashes := d.opt.Flashes(ctx)
		d.do(func() { d.show(d.watchingScreen(flashes)) })
		err = d.opt.WatchScreen(ctx, monitors.Options{}, func(ctx context.Context, shots []monitors.Shot) (bool, error) {
			var err error
			f, err = reading.Screens(ctx, shots)
			f.Codes = slices.DeleteFunc(f.Codes, func(c reading.Code) bool {
				return len(intake.Candidates([]intake.Item{c.Item})) == 0 || len(mobileauth.Answering(d.phone.Device.Profiles(), c.Server)) == 0
			})
			return len(f.Codes) > 0, err
		})
		return f, err
	}, nil)
}

func (d *desk) watchingScreen(flashes bool) *screen {
	return d.pageScreen(words.WatchedInWindow(flashes), action{Word: words.T("Stop"), Do: d.goBack})
}

// nothingOnScreen shows what was looked at, and what usually helps.
func (d *desk) nothingOnScreen(f reading.Found) last {
	return func() *screen {
		d.missed++
		title, sentences := words.NoCodeOnScreen(len(f.Small))
		actions := d.otherWays()
		actions[0].Word = words.T("Scan screen again")
		if d.missed >= watchFrom {
			actions = append(actions, action{Word: words.T("Watch the screen until a code appears"), Icon: look.Eye, Do: d.watchScreen})
		}
		s := panel.New(words.Page{Title: title, Sentences: sentences[:1]}, d.goBack, f.Nothing(), actions...)
		s.Told = func() []string {
			told := s.Page
			for _, h := range words.Helps() {
				told.Sentences = append(told.Sentences, words.Plain(h))
			}
			return told.Lines()
		}
		return s
	}
}

// missedCode shows codes that were seen and could not be read, and what helps.
func (d *desk) missedCode(f reading.Found) last {
	return func() *screen {
		title, sentences := words.Missed(f.Missed[0].Reason)
		return panel.New(words.Page{Title: title, Sentences: sentences}, d.goBack, f.Unread(), d.otherWays()...)
	}
}
