package gui

import (
	"context"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/form"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// lockState is what the lock is about.
type lockState struct {
	why      string               // a sentence, "" where the person locked the window
	profile  string               // whose PIN is taken, by id
	choosing bool                 // between profiles: the focus stays there
	waited   []mobileauth.Waiting // at that time: who is logged out cannot ask
}

// lock logs everybody out and hides what was shown; why is told, where it is not
// the person who did it. A request that is open stays unanswered.
func (d *desk) lock(why string) {
	if d.phone == nil || d.locked || len(d.phone.Device.Profiles()) == 0 {
		return
	}
	d.stop()
	d.locked, d.lockIs = true, lockState{why: why, waited: d.waiting}
	for _, p := range d.phone.Device.Profiles() {
		if d.lockIs.profile == "" && d.phone.Device.LoggedIn(p.ID) {
			d.lockIs.profile = p.ID
		}
	}
	d.logOut()
	d.show(d.lockScreen())
}

// stayLocked opens the window where nobody is left who could: who was removed has
// nothing to hide either.
func (d *desk) stayLocked() { d.locked = d.locked && len(d.phone.Device.Profiles()) > 0 }

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

// lockScreen takes the PIN of one of the profiles. Of what waits at the servers it
// tells the number only.
func (d *desk) lockScreen() *screen {
	profiles := d.phone.Device.Profiles()
	p := profiles[max(0, slices.IndexFunc(profiles, func(p device.Profile) bool { return p.ID == d.lockIs.profile }))]
	page := words.Page{Title: words.T("Locked")}
	if d.lockIs.why != "" {
		page.Sentences = append(page.Sentences, d.lockIs.why)
	}
	page.Sentences = append(page.Sentences, words.T("Requests are answered again after you entered a PIN."))
	before, _ := words.AskPIN(d.cards[p.ID].asked)
	page.Sentences = append(page.Sentences, before...)
	label := words.T("PIN for {profile}", "profile", p.Name())
	field := kit.NewPinField(label, max(1, p.PINLength()))
	enter := func() {
		if field.Full() {
			d.unlockWith(p, wire.NewSecret(field.Value()))
		}
	}
	field.OnSubmitted = enter
	waits := kit.Text(kit.Bold, "")
	waits.Hide()
	actions := []action{{Word: words.T("Unlock"), Icon: look.Key, Main: true, Do: enter}}
	parts := []fyne.CanvasObject{waits}
	var choice *kit.Select
	switch {
	case len(profiles) >= searchFrom:
		actions = append(actions, action{Word: words.T("Another profile"), Icon: look.Person, Do: func() { d.show(d.otherLockScreen(profiles)) }})
	case len(profiles) > 1:
		choice = d.lockChoice(profiles, p)
		parts = append(parts, choice)
	}
	parts = append(parts, kit.Flow(8, 0, kit.Text(kit.Bold, label), form.PIN(field, d.do)))
	s := d.pageWith(page, kit.Flow(16, 0, parts...), actions...)
	s.Tick = func(now time.Time) {
		n := 0
		for _, w := range d.lockIs.waited {
			if w.TimeLeft(now) > 0 {
				n++
			}
		}
		if text := words.WaitingCount(n); text != waits.String() {
			waits.SetText(text)
			waits.Hidden = text == ""
			s.Content.Refresh()
		}
	}
	s.Tick(d.now())
	s.Told = func() []string {
		told := s.Page.Lines()
		if waits.Visible() {
			told = append(told, waits.String())
		}
		return append(told, field.AccessibilityLabel())
	}
	s.Focus = field
	if d.lockIs.choosing && choice != nil {
		s.Focus = choice
	}
	d.lockIs.choosing = false
	s.Back = func() {}
	s.Closed = field.Clear
	return s
}

// lockChoice chooses between few profiles.
func (d *desk) lockChoice(profiles []device.Profile, now device.Profile) *kit.Select {
	options := make([]form.Option[string], len(profiles))
	for i, p := range profiles {
		options[i] = form.Option[string]{Value: p.ID, Name: words.T("{profile}, {server}", "profile", p.Name(), "server", p.Server.Host())}
	}
	return form.Choose(words.T("Profile"), options, now.ID, func(id string) {
		d.lockIs.profile, d.lockIs.choosing = id, true
		d.show(d.lockScreen())
	})
}

// otherLockScreen lets one of many be searched.
func (d *desk) otherLockScreen(profiles []device.Profile) *screen {
	s := d.whichProfileScreen(profiles, func(p device.Profile, err error) {
		if err == nil {
			d.lockIs.profile = p.ID
		}
		d.show(d.lockScreen())
	})
	s.Closed = nil // a screen that is shown in its place asks nothing
	return s
}

// unlockWith opens the window again with a PIN.
func (d *desk) unlockWith(p device.Profile, pin wire.Secret) {
	d.start(func(ctx context.Context) last {
		err := d.login(ctx, p, func(_ context.Context, r device.PINRequest) (wire.Secret, error) {
			if r.Err == nil {
				return pin, nil
			}
			d.do(func() { d.cards[p.ID] = trouble{code: wire.CodeIncorrectPIN, asked: r} })
			return wire.Secret{}, errBack() // the screen comes back and says so
		})
		if err != nil {
			return d.failed(err, aboutProfile(p), nil)
		}
		return func() *screen {
			d.locked = false
			return nil
		}
	})
}
