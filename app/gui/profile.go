package gui

import (
	"context"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// profileScreen shows all of a profile, and what can be done with it.
func (d *desk) profileScreen(p device.Profile) *screen {
	now := d.now()
	page := words.Page{
		Title: p.Name(),
		Facts: []words.Fact{
			{Label: words.T("Server"), Value: p.Server.String()},
			{Label: words.T("Name of the server"), Value: p.ServerName},
			{Label: words.T("Profile id"), Value: p.ID},
			{Label: words.T("Registered"), Value: words.Day(p.RegisteredAt, now)},
		},
	}
	again := words.T("Enroll")
	if p.Enrolled() {
		again = words.T("Enroll again")
		page.Facts = append(page.Facts, words.Fact{Label: words.T("Enrolled"), Value: words.Day(p.EnrolledAt, now)},
			words.Fact{Label: words.T("This computer's key"), Value: words.Spaced(p.OwnKey)})
		if key, err := wire.ParsePublicKey(p.ServerKey); err == nil {
			page.Facts = append(page.Facts, words.Fact{Label: words.T("The server's key"), Value: words.Spaced(key.Fingerprint())})
		}
	}
	return d.pageScreen(page,
		action{Word: words.T("Done"), Main: true, Do: d.goBack},
		action{Word: words.T("Rename"), Icon: look.Edit, Do: func() { d.show(d.renameScreen(p)) }},
		action{Word: words.T("Change PIN"), Icon: look.Edit, Do: func() { d.changePIN(p) }},
		action{Word: again, Icon: look.Key, Do: func() { d.enroll(p) }},
		action{Word: words.T("Remove {profile}", "profile", p.Name()), Icon: look.Trash, Do: func() { d.show(d.removeScreen(p)) }})
}

// renameScreen lets the person call a profile something else, here only.
func (d *desk) renameScreen(p device.Profile) *screen {
	field := kit.NewEntry(words.T("Name"), p.UserName)
	field.Fill(p.Name())
	save := func() {
		ctx, cancel := d.limited()
		defer cancel()
		if err := d.phone.Device.Rename(ctx, p.ID, field.Text); err != nil {
			d.show(d.errorScreen(err, aboutProfile(p), func() { d.show(d.renameScreen(p)) }))
			return
		}
		d.goTo(frame.Home)
	}
	field.OnSubmitted = func(string) { save() }
	s := d.pageWith(words.Page{
		Title:     words.T("Rename {profile}", "profile", p.Name()),
		Sentences: []string{words.T("The name is for this computer only. An empty one brings back the server's.")},
	}, field, action{Word: words.T("Save"), Main: true, Do: save}, action{Word: words.T("Cancel"), Do: func() { d.show(d.profileScreen(p)) }})
	s.Focus = field
	s.Back = func() { d.show(d.profileScreen(p)) }
	return s
}

// removedScreen tells that the server has deregistered a user, and leads to
// registering again.
func (d *desk) removedScreen(err error, about words.About) *screen {
	title, sentences := words.Error(err, about)
	actions := []action{{Word: words.T("Done"), Main: true, Do: d.goBack}}
	if d.stayLocked(); !d.locked { // else it is the others' window
		actions = append(actions, action{Word: words.T("Register again"), Icon: look.Add, Do: func() { d.addProfile(registration{server: about.Server}) }})
	}
	return panel.Error(words.Page{Title: title, Sentences: sentences}, words.TechnicalDetails(err), d.goBack, d.frame.Copy, actions...)
}

// removeScreen asks once more.
func (d *desk) removeScreen(p device.Profile) *screen {
	s := d.pageScreen(words.Page{
		Title:     words.T("Remove {profile} from this computer?", "profile", p.Name()),
		Sentences: []string{words.T("Removes {profile} from this computer. The account itself stays.", "profile", p.Name())},
	},
		action{Word: words.T("Remove {profile}", "profile", p.Name()), Icon: look.Trash, Do: func() { d.remove(p) }},
		action{Word: words.T("Keep"), Main: true, Do: d.goBack})
	return s
}

func (d *desk) remove(p device.Profile) {
	d.start(func(ctx context.Context) last {
		err := d.phone.Device.Deregister(ctx, p.ID)
		if d.phone.Device.IsUserRegistered(p.ID) {
			return d.failed(err, aboutProfile(p), func() { d.remove(p) })
		}
		lines := words.Removed(p, err == nil)
		return d.say(words.Page{Title: words.T("{profile} was removed", "profile", p.Name()), Sentences: lines},
			action{Word: words.T("Done"), Main: true, Do: func() { d.goTo(frame.Home) }})
	})
}

// changePIN asks for the PIN, then for a new one. The same entry counts for the
// login and for the change.
func (d *desk) changePIN(p device.Profile) {
	d.start(func(ctx context.Context) last {
		if err := d.unlock(ctx, p); err != nil {
			return d.failed(err, aboutProfile(p), nil)
		}
		err := d.phone.Device.ChangePIN(ctx, p.ID, d.askPIN, d.createPIN)
		if err != nil {
			return d.failed(err, aboutProfile(p), func() { d.changePIN(p) })
		}
		return d.say(words.Page{Title: words.T("PIN changed"), Sentences: []string{words.T("The PIN of {profile} was changed.", "profile", p.Name())}},
			action{Word: words.T("Done"), Main: true, Do: d.goBack})
	})
}
