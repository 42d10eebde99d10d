package gui

import (
	"bytes"
	"context"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/form"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// createPIN lets the person make a PIN.
func (d *desk) createPIN(ctx context.Context, r device.NewPINRequest) (wire.Secret, error) {
	return prompt(ctx, d, func(answer reply[wire.Secret]) *screen { return d.createPINScreen(r, answer) })
}

// newPIN is the screen on which a PIN is made: two entries, and the server's rules
// that tick themselves.
type newPIN struct {
	request       device.NewPINRequest
	first, second *kit.PinField
	create        *kit.Button
	rules         []words.PINRule
	ticks         []*kit.Glyph
	bothRule      *kit.Glyph
}

func (d *desk) createPINScreen(r device.NewPINRequest, answer reply[wire.Secret]) *screen {
	p := &newPIN{request: r, rules: words.PINRules(r.Policy)}
	firstLabel, secondLabel := words.T("New PIN"), words.T("The same PIN again")
	page := words.Page{
		Above:     frame.StepOf(3),
		Title:     words.T("Create a PIN for {profile}", "profile", r.Profile.Name()),
		Sentences: []string{words.T("You use it to unlock this profile. The server checks it. It is never stored on this computer.")},
	}
	if r.Err != nil {
		_, sentences := words.Error(r.Err, aboutProfile(r.Profile))
		page.Sentences = sentences
	}
	p.first, p.second = kit.NewPinField(firstLabel, r.Policy.Length), kit.NewPinField(secondLabel, r.Policy.Length)
	p.first.OnChanged, p.second.OnChanged = p.check, p.check
	send := func() {
		if !p.create.IsShut() {
			answer(wire.NewSecret(p.first.Value()), nil)
		}
	}
	p.second.OnSubmitted = send
	p.create = kit.NewButton(kit.Primary, look.Check, words.T("Create PIN"), send)
	back := kit.NewButton(kit.Plain, look.Back, words.T("Back"), func() { answer(wire.Secret{}, errBack()) })

	var list []fyne.CanvasObject
	for _, rule := range p.rules {
		p.ticks = append(p.ticks, kit.Icon(look.Circle, look.Muted))
		list = append(list, kit.Beside(12, p.ticks[len(p.ticks)-1], kit.Text(kit.Body, rule.Text)))
	}
	p.bothRule = kit.Icon(look.Circle, look.Muted)
	list = append(list, kit.Beside(12, p.bothRule, kit.Text(kit.Body, words.T("Both entries are the same"))))
	s := d.pageWith(page, kit.Flow(20, 0,
		kit.Flow(8, 0, kit.Text(kit.Bold, firstLabel), form.PIN(p.first, d.do)),
		kit.Flow(8, 0, kit.Text(kit.Bold, secondLabel), p.second),
		kit.Card(kit.Pad(14, 20, kit.Flow(10, 0, list...))),
		kit.Row(12, back, kit.Spring(), p.create),
	))
	s.Focus = p.first
	s.Told = func() []string {
		return append(page.Lines(), p.first.AccessibilityLabel(), p.second.AccessibilityLabel())
	}
	s.Back = func() { answer(wire.Secret{}, errBack()) }
	s.Closed = func() {
		answer(wire.Secret{}, errBack())
		p.first.Clear()
		p.second.Clear()
	}
	p.check()
	return s
}

// check ticks the rules that are met, and opens the button when all are.
func (p *newPIN) check() {
	first, second := p.first.Value(), p.second.Value()
	defer clear(first)
	defer clear(second)
	met := true
	for i, rule := range p.rules {
		ok := len(first) == p.request.Policy.Length && rule.Met(first)
		met = met && ok
		tick(p.ticks[i], ok)
	}
	same := len(first) > 0 && bytes.Equal(first, second)
	tick(p.bothRule, same)
	switch {
	case !met:
		p.create.Shut(words.T("The PIN must follow the rules."))
	case !same:
		p.create.Shut(words.T("Both entries must be the same."))
	default:
		p.create.Open()
	}
}

func tick(g *kit.Glyph, ok bool) {
	if ok {
		g.Set(look.Check, look.OK)
		return
	}
	g.Set(look.Circle, look.Muted)
}
