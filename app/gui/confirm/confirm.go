// Package confirm is the screen on which a request is answered.
package confirm

import (
	"context"
	"image"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
	"github.com/understudy-auth/understudy/app/gui/form"
	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/gui/panel"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// deadTime is how long after the confirmation came, or was raised, nothing
// answers: a click or key then was meant for something else.
const deadTime = time.Second

// World is what surrounds a confirmation.
type World struct {
	Now     func() time.Time
	Do      func(func()) // runs a function on the goroutine that draws
	Focus   func(fyne.Focusable)
	Enlarge func(image.Image)
	// Answer takes the decision, Leave means that there is none; after the first
	// of these nothing counts.
	Answer func(mobileauth.Decision)
	Leave  func()
	// Beside runs a function that waits for the server, then the other one on the
	// goroutine that draws.
	Beside func(wait func(context.Context), then func())
	// Stop ends the sending of an answer, which is kept; Done leads away from a
	// request that is over.
	Stop, Done func()
}

// Confirmation is the screen on which a request is answered.
type Confirmation struct {
	*frame.Screen
	world   World
	request mobileauth.Request
	asked   words.Asked
	whole   time.Duration // that the request lived when it came

	since    time.Time // of the dead time
	decided  bool
	finished bool
	leaving  bool

	details      *kit.Details
	left         *kit.TimeLeft
	more         *kit.Button // asks for more time; nil where there is none
	boxes        []*kit.Check
	pin          *kit.PinField // where accepting takes the PIN
	deny, accept *kit.Button
	foot         *fyne.Container // what can be done; replaced as the request goes on
	answers      fyne.CanvasObject
	news         *kit.Paragraph // how the answer fares
}

// New puts a request on a screen.
func New(w World, r mobileauth.Request) *Confirmation {
	now := w.Now()
	c := &Confirmation{
		world: w, request: r, asked: words.AskedOf(r, now),
		whole: max(r.TimeLeft(now), time.Second), since: now,
	}
	c.Screen = &frame.Screen{
		Page: words.Page{Title: c.asked.Title},
		Told: c.lines,
		Back: c.askToLeave,

		AsksBeforeClosing: true,

		Tick:   c.tick,
		Raised: func(now time.Time) { c.since = now },
		Keys:   map[fyne.KeyName]func(){fyne.KeyD: func() { c.answer(wire.Deny) }, fyne.KeyA: func() { c.answer(wire.Accept) }},
		Closed: c.close,
	}
	head := []fyne.CanvasObject{
		kit.Beside(8, kit.Icon(facts.Came(r.Source), look.Muted).Sized(16), kit.Text(kit.Caption, c.asked.Came)),
		kit.Text(kit.Title, c.asked.Title),
	}
	parts := []fyne.CanvasObject{kit.Flow(4, 0, head...)}
	for i, b := range c.asked.Banners {
		drawn := facts.Banner(b, r)
		parts = append(parts, drawn)
		if i == 0 {
			c.Focus = drawn
		}
	}
	c.details = kit.NewDetails("", facts.Rows(c.asked.Rows, r, func() { w.Enlarge(r.Picture) }))
	parts = append(parts, c.details)
	if c.Focus == nil {
		c.Focus = c.details
	}
	c.makeFoot()
	c.Content = kit.Sheet(
		kit.Pad(22, 32, kit.Flow(16, panel.ColumnWidth, parts...)),
		kit.Pad(16, 32, kit.Flow(14, panel.ColumnWidth, c.foot)),
	)
	c.tick(now)
	return c
}

// makeFoot makes what stays in sight while the facts scroll.
func (c *Confirmation) makeFoot() {
	c.left = kit.NewTimeLeft("", 1)
	c.deny = kit.NewButton(kit.Plain, look.Cross, words.T("Deny"), func() { c.answer(wire.Deny) }).Large()
	c.accept = kit.NewButton(kit.Plain, look.Check, words.T("Accept"), func() { c.answer(wire.Accept) }).Large()
	parts := []fyne.CanvasObject{c.time()}
	for _, b := range c.asked.Boxes {
		box := kit.NewCheck(b.Sentence, words.T("Tick this if it is true. Only then can you accept."), func(bool) { c.open() })
		c.boxes = append(c.boxes, box)
		parts = append(parts, kit.Card(kit.Pad(12, 16, box)))
	}
	if need := c.request.PIN; need != nil {
		parts = append(parts, c.makePIN(need))
	}
	c.news = kit.Text(kit.Bold, "")
	c.news.Hide()
	parts = append(parts, kit.Rich(facts.Styled(c.asked.Mind)...), c.news, kit.Twins(16, c.deny, c.accept))
	parts = append(parts, facts.KeyHints())
	c.answers = kit.Flow(14, 0, parts...)
	c.foot = kit.Flow(14, 0, c.answers)
	c.open()
}

// makePIN is the field for a PIN that accepting takes; denying takes none.
func (c *Confirmation) makePIN(need *mobileauth.PINNeed) fyne.CanvasObject {
	before, _ := words.AskPIN(need.PINRequest)
	label := words.T("PIN for {profile}", "profile", c.request.Profile.Name())
	c.pin = kit.NewPinField(label, max(1, c.request.Profile.PINLength()))
	c.pin.OnChanged = c.open
	parts := []fyne.CanvasObject{kit.Text(kit.Bold, label), form.PIN(c.pin, c.world.Do), kit.Text(kit.Caption, words.PINNeeded())}
	if len(before) > 0 {
		parts = append([]fyne.CanvasObject{kit.Text(kit.Bold, facts.Joined(before))}, parts...)
	}
	return kit.Card(kit.Pad(12, 16, kit.Flow(8, 0, parts...)))
}

// Request is what is asked.
func (c *Confirmation) Request() mobileauth.Request { return c.request }

// Decided reports whether the person has answered.
func (c *Confirmation) Decided() bool { return c.decided }

// close forgets what was typed; a question that is closed is not answered.
func (c *Confirmation) close() {
	if c.pin != nil {
		c.pin.Clear()
	}
	c.world.Leave()
}

// open lets the person accept once all boxes are ticked and the PIN is there.
func (c *Confirmation) open() {
	if c.pin != nil && !c.pin.Full() {
		c.accept.Shut(words.T("Enter the PIN first."))
		return
	}
	if slices.ContainsFunc(c.boxes, func(b *kit.Check) bool { return !b.Checked() }) {
		c.accept.Shut(words.T("Tick the box first."))
		return
	}
	c.accept.Open()
}

// answer gives the decision, unless the person cannot have read the question yet.
func (c *Confirmation) answer(decision mobileauth.Decision) {
	now := c.world.Now()
	switch {
	case now.Sub(c.since) < deadTime:
		c.since = now // a key that is held since before answers nothing, however long
		return
	case c.decided, c.finished, c.leaving, decision == wire.Accept && c.accept.IsShut(), c.request.TimeLeft(now) == 0:
		return
	}
	c.decided = true
	reason := words.T("Your answer is on its way.")
	c.deny.Shut(reason)
	c.accept.Shut(reason)
	c.tell(words.Sending())
	if c.pin != nil && decision == wire.Accept {
		c.request.PIN.Give(wire.NewSecret(c.pin.Value()))
	}
	c.world.Answer(decision)
}

// tell shows one line on how the answer fares.
func (c *Confirmation) tell(text string) {
	c.news.SetText(text)
	c.news.Show()
	c.foot.Refresh()
}

// NotThrough tells that the server does not answer, and what becomes of the
// answer.
func (c *Confirmation) NotThrough(left time.Duration) {
	if c == nil {
		return
	}
	c.tell(facts.Joined(words.NotThrough(left)))
}

// tick renews the time.
func (c *Confirmation) tick(now time.Time) {
	if c.finished {
		return
	}
	left := c.request.TimeLeft(now)
	// Every second is told in the last twenty, every five before.
	told := left
	if left > 20*time.Second {
		told = (left + 5*time.Second - 1) / (5 * time.Second) * (5 * time.Second)
	}
	c.left.Set(words.TimeLeftShort(min(told, c.whole)), float32(left)/float32(c.whole))
	c.details.SetReading(facts.Joined(words.Question(c.request, now)))
	c.offerMore(left)
}

// askToLeave asks whether the request is to stay unanswered; the facts stay in
// sight.
func (c *Confirmation) askToLeave() {
	switch {
	case c.finished:
		c.world.Done()
		return
	case c.decided: // the answer is kept and sent by the next start
		c.world.Stop()
		return
	case c.leaving:
		c.stay()
		return
	}
	c.leaving = true
	stay := kit.NewButton(kit.Plain, kit.NoIcon, words.T("Go back to the request"), c.stay)
	leave := kit.NewButton(kit.Plain, kit.NoIcon, words.T("Leave unanswered"), func() { c.world.Leave() })
	c.replaceFoot(kit.Flow(14, 0, kit.Text(kit.Sub, words.T("Leave this request unanswered?")), kit.Text(kit.Body, facts.Joined(c.unanswered())), kit.Twins(16, stay, leave)))
	c.world.Focus(stay)
}

// unanswered is what it means that no answer is given.
func (c *Confirmation) unanswered() []string {
	_, sentences := words.Unanswered(c.request, c.request.TimeLeft(c.world.Now()))
	return sentences
}

func (c *Confirmation) stay() {
	c.leaving = false
	c.since = c.world.Now()
	c.replaceFoot(c.answers)
	c.world.Focus(c.Focus)
}

func (c *Confirmation) replaceFoot(o fyne.CanvasObject) {
	c.foot.Objects = []fyne.CanvasObject{o}
	c.foot.Refresh()
}

// Over shows that the request ran out while the question was open. What it was
// stays to be read.
func (c *Confirmation) Over(title string, sentences []string) *frame.Screen {
	c.finished = true
	c.AsksBeforeClosing = false
	finish := panel.Action{Word: words.T("Done"), Main: true, Do: c.world.Done}
	done := finish.Button()
	c.Page = words.Page{Title: title, Sentences: sentences, Actions: []string{finish.Word}}
	c.Screen.Told = nil
	c.left.Set(words.TimeLeftShort(0), 0)
	c.replaceFoot(kit.Flow(14, 0, c.left, kit.Text(kit.Sub, title), kit.Text(kit.Body, facts.Joined(sentences)), kit.Row(12, done)))
	c.Focus = done
	return c.Screen
}

// lines are what a reader tells, and a terminal shows: the question, then what has
// become of it.
func (c *Confirmation) lines() []string {
	lines := words.Question(c.request, c.world.Now())
	switch {
	case c.leaving:
		return append(append(lines, words.T("Leave this request unanswered?")), c.unanswered()...)
	case c.news.Visible():
		return append(lines, c.news.String())
	}
	return lines
}
