package gui

import (
	"context"

	"github.com/understudy-auth/understudy/app/gui/form"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// unlock logs a profile in, unless it is.
func (d *desk) unlock(ctx context.Context, p device.Profile) error {
	if d.phone.Device.LoggedIn(p.ID) {
		return nil
	}
	return d.login(ctx, p, d.askPIN)
}

// login logs a profile in, and goes on with what waited for it.
func (d *desk) login(ctx context.Context, p device.Profile, ask device.AskPIN) error {
	err := d.phone.Device.Login(ctx, p.ID, ask)
	d.do(func() { d.note(p.ID, err) })
	if err == nil {
		d.resume(ctx, p)
		d.do(func() { d.watcher.Poke() })
	}
	return err
}

// resume sends the answers of a profile that an earlier run could not.
func (d *desk) resume(ctx context.Context, p device.Profile) {
	results, err := d.phone.Client.Resume(ctx, p.ID)
	var lines []string
	for _, r := range results {
		lines = append(lines, words.Resumed(r))
	}
	switch wire.CodeOf(err) {
	case wire.CodeOTPExpired:
		lines = append(lines, words.NotSent()...)
	case wire.CodeAlreadyAnswered, wire.CodeClaimedElsewhere, wire.CodeMessageNotAuthentic:
		lines = append(lines, words.NotCounted()...)
	case wire.CodePINChallenge, wire.CodeIncorrectPIN:
		lines = append(lines, words.NotProved()...)
	}
	if len(lines) > 0 {
		d.do(func() { d.notice = append(d.notice, lines...) })
	}
}

// askPIN puts the profile's PIN to the person, again after a wrong one.
func (d *desk) askPIN(ctx context.Context, r device.PINRequest) (wire.Secret, error) {
	if r.Failures > 0 {
		d.do(func() { d.cards[r.Profile.ID] = trouble{code: wire.CodeIncorrectPIN, asked: r} })
	}
	return prompt(ctx, d, func(answer reply[wire.Secret]) *screen { return d.pinScreen(r, answer) })
}

func (d *desk) pinScreen(r device.PINRequest, answer reply[wire.Secret]) *screen {
	before, _ := words.AskPIN(r)
	title := words.T("PIN for {profile}", "profile", r.Profile.Name())
	page := words.Page{Title: title, Sentences: before}
	if r.Err == nil && len(before) == 0 {
		page.Sentences = []string{words.T("It unlocks this profile, until Understudy is locked or closed.")}
	}
	field := kit.NewPinField(title, max(1, r.Profile.PINLength()))
	send := func() {
		if field.Full() {
			answer(wire.NewSecret(field.Value()), nil)
		}
	}
	field.OnSubmitted = send
	s := d.pageWith(page, form.PIN(field, d.do),
		action{Word: words.T("Unlock"), Icon: look.Key, Main: true, Do: send},
		action{Word: words.T("Cancel"), Do: func() { answer(wire.Secret{}, errBack()) }})
	s.Focus = field
	s.Told = func() []string { return append(page.Lines(), field.AccessibilityLabel()) }
	s.Back = func() { answer(wire.Secret{}, errBack()) }
	s.Closed = func() {
		answer(wire.Secret{}, errBack())
		field.Clear()
	}
	return s
}

// unlockNow asks for the PIN of a profile at home.
func (d *desk) unlockNow(p device.Profile) {
	d.start(func(ctx context.Context) last {
		return d.failed(d.unlock(ctx, p), aboutProfile(p), nil)
	})
}
