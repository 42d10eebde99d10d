package gui

import (
	"context"

	"github.com/understudy-auth/understudy/app/gui/confirm"
	"github.com/understudy-auth/understudy/app/gui/reading"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// answerCode puts the request behind a login code to the person.
func (d *desk) answerCode(ctx context.Context, f reading.Found, item intake.Item) last {
	profile, end := d.whoAnswers(ctx, item)
	if profile.ID == "" {
		return end
	}
	about := aboutProfile(profile)
	if !profile.Enrolled() {
		return d.enrollFirst(profile)
	}
	if err := d.unlock(ctx, profile); err != nil {
		return d.failed(err, about, nil)
	}
	var open question
	in := mobileauth.Incoming{
		ProfileID: profile.ID, OTP: item.OTP, Claimed: item.Server, Source: f.Source, Picture: f.Of(item).Seen,
		Notify: func(s mobileauth.Sending) { d.do(func() { open.shown.NotThrough(s.TimeLeft) }) },
	}
	result, err := d.phone.Client.HandleOTP(ctx, in, d.ask(&open))
	return d.answered(ctx, &open, result, err, about)
}

// question is a request that a flow puts; shown is the screen that shows it, once
// there is one, and belongs to the goroutine that draws.
type question struct{ shown *confirm.Confirmation }

// ask puts a request on the window.
func (d *desk) ask(open *question) mobileauth.Ask {
	return func(ctx context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
		return prompt(ctx, d, func(answer reply[mobileauth.Decision]) *screen {
			open.shown = confirm.New(d.around(ctx, answer), r)
			return open.shown.Screen
		})
	}
}

// around is what surrounds a confirmation on the window.
func (d *desk) around(ctx context.Context, answer reply[mobileauth.Decision]) confirm.World {
	return confirm.World{
		Now: d.now, Do: d.do, Focus: d.frame.Focus, Enlarge: d.enlarge,
		Answer: func(decision mobileauth.Decision) { answer(decision, nil) },
		Leave:  func() { answer("", errBack()) },
		Beside: func(wait func(context.Context), then func()) {
			go func() {
				wait(ctx)
				d.do(then)
			}()
		},
		Stop: d.stop, Done: func() { d.goTo(d.at) },
	}
}

// answered is what the window shows when a request is over.
func (d *desk) answered(ctx context.Context, open *question, result mobileauth.Result, err error, about words.About) last {
	left := ctx.Err() != nil
	return func() *screen {
		c := open.shown
		if c != nil {
			about.Portal = c.Request().Portal
		}
		switch {
		case err == nil:
			return d.resultScreen(result)
		case c != nil && wire.CodeOf(err) == wire.CodeOTPExpired && !c.Decided():
			return c.Over(words.Error(err, about))
		case c != nil && c.Decided() && left:
			return d.keptScreen()
		}
		return d.failed(err, about, nil)()
	}
}

// keptScreen tells somebody who did not want to wait what becomes of the answer.
func (d *desk) keptScreen() *screen {
	return d.pageScreen(words.Page{
		Title: words.T("Your answer was not sent yet"),
		Sentences: []string{
			words.T("It is kept on this computer, and sent when this profile is unlocked the next time."),
			words.T("Where the request has run out by then, nobody is logged in by it."),
		},
	}, action{Word: words.T("Done"), Main: true, Do: d.goBack})
}

// whoAnswers finds the profile: the one at the code's server, or the one that
// the person chooses. Without one it gives the screen that says so.
func (d *desk) whoAnswers(ctx context.Context, item intake.Item) (device.Profile, last) {
	profiles := d.phone.Device.Profiles()
	fit := mobileauth.Answering(profiles, item.Server)
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) > 1:
		p, err := prompt(ctx, d, func(answer reply[device.Profile]) *screen { return d.whichProfileScreen(fit, answer) })
		if err != nil {
			return device.Profile{}, d.failed(err, words.About{}, nil)
		}
		return p, nil
	case item.Server.IsZero() && len(profiles) == 1:
		return device.Profile{}, d.enrollFirst(profiles[0])
	}
	return device.Profile{}, d.noProfile(item.Server)
}

// noProfile says that a code belongs to a server where nobody is registered.
func (d *desk) noProfile(server wire.Origin) last {
	if server.IsZero() {
		return d.say(words.Page{
			Title:     words.T("No profile can answer this"),
			Sentences: []string{words.T("The code does not name its server, and no profile of this computer is enrolled."), words.T("Register first.")},
		}, action{Word: words.T("Add profile"), Main: true, Do: func() { d.addProfile(registration{}) }}, d.backAction())
	}
	title, sentences := words.NoProfile(server)
	page := words.Page{Title: title, Sentences: sentences}
	register := action{Word: words.T("Register there"), Do: func() { d.addProfile(registration{server: server}) }}
	for _, p := range d.phone.Device.Profiles() {
		if relation := wire.Compare(p.Server, server); relation == wire.RelationLookAlike || relation == wire.RelationMixedAlphabets {
			page.Sentences = append(page.Sentences, words.OnlyLooksAlike(p.Name(), p.Server, server)...)
			return d.say(page, d.backAction()) // nobody is led there
		}
	}
	if !server.IsEncrypted() && !server.IsLoopback() {
		return d.say(page, d.backAction())
	}
	return d.say(page, register, d.backAction())
}

// enrollFirst offers the enrollment that is missing.
func (d *desk) enrollFirst(p device.Profile) last {
	title, sentences := words.Error(wire.Errorf(wire.CodeNotEnrolled, ""), aboutProfile(p))
	return d.say(words.Page{Title: title, Sentences: sentences},
		action{Word: words.T("Enroll"), Main: true, Do: func() { d.enroll(p) }}, d.backAction())
}
