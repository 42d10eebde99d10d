package gui

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"

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
	err := d.phone.Device.Login(ctx, p.ID, d.askPIN)
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
		d.do(func() { d.cards[r.Profile.ID] = trouble{code: wire.CodeIncorrectPIN, tries: r.Remaining()} })
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

// lock logs everybody out and hides what was shown. A request that is open stays
// unanswered.
func (d *desk) lock() {
	if d.phone == nil || d.locked || len(d.phone.Device.Profiles()) == 0 {
		return
	}
	d.stop()
	d.locked = true
	d.logOut()
	d.show(d.lockScreen())
}

// logoutTime is how long a server has to hear that somebody logged out, which
// counts here at once.
const logoutTime = 3 * time.Second

// logOut logs everybody out; whoever wants can wait until the servers know.
func (d *desk) logOut() *sync.WaitGroup {
	var told sync.WaitGroup
	if d.phone == nil {
		return &told
	}
	for _, p := range d.phone.Device.Profiles() {
		revoke, err := d.phone.Device.LogoutHere(p.ID)
		if err != nil {
			continue // was not logged in
		}
		told.Go(func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), logoutTime)
			defer cancel()
			_ = revoke(ctx)
		})
	}
	return &told
}

// lockScreen lets one of the profiles unlock.
func (d *desk) lockScreen() *screen {
	profiles := d.phone.Device.Profiles()
	page := words.Page{
		Title:     words.T("Locked"),
		Sentences: []string{words.T("Requests are answered again after you entered a PIN.")},
	}
	if len(profiles) == 1 {
		return d.lockedPage(page, nil, profiles[0])
	}
	chosen := profiles[0]
	names := make([]string, len(profiles))
	for i, p := range profiles {
		names[i] = words.T("{profile}, {server}", "profile", p.Name(), "server", p.Server.Host())
	}
	choice := kit.NewSelect(words.T("Profile"), names, nil)
	choice.SetSelectedIndex(0)
	choice.OnChanged = func(string) { chosen = profiles[max(0, choice.SelectedIndex())] }
	s := d.pageWith(page, choice, action{Word: words.T("Unlock"), Icon: look.Key, Main: true, Do: func() { d.unlockNow(chosen) }})
	s.Back = func() {}
	return s
}

func (d *desk) lockedPage(page words.Page, middle fyne.CanvasObject, p device.Profile) *screen {
	s := d.pageWith(page, middle, action{Word: words.T("Unlock"), Icon: look.Key, Main: true, Do: func() { d.unlockNow(p) }})
	s.Back = func() {}
	return s
}

// unlockNow asks for the PIN and opens the window again.
func (d *desk) unlockNow(p device.Profile) {
	d.start(func(ctx context.Context) last {
		if err := d.unlock(ctx, p); err != nil {
			return d.failed(err, aboutProfile(p), nil)
		}
		return func() *screen {
			d.locked = false
			return nil
		}
	})
}
