package gui

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/frame"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// deadTime is how long after the confirmation came, or was raised, nothing
// answers: a click or key then was meant for something else.
const deadTime = time.Second

// heldKey is more than the pause between two repetitions of a held key, the first
// one too: what comes sooner after the last is the same press.
const heldKey = 700 * time.Millisecond

// confirmation is the screen on which a request is answered.
type confirmation struct {
	*frame.Screen
	desk    *desk
	request mobileauth.Request
	asked   words.Asked
	reply   reply[mobileauth.Decision]
	whole   time.Duration // that the request lived when it came

	since    time.Time // of the dead time
	lastKey  time.Time // that would have answered
	decided  bool
	finished bool
	leaving  bool

	left         *kit.TimeLeft
	boxes        []*kit.Check
	pin          *kit.PinField // where accepting takes the PIN
	deny, accept *kit.Button
	foot         *fyne.Container // what can be done; replaced as the request goes on
	answers      fyne.CanvasObject
	news         *kit.Paragraph // how the answer fares
}

// newConfirmation puts a request on a screen.
func newConfirmation(d *desk, r mobileauth.Request, answer reply[mobileauth.Decision]) *confirmation {
	now := d.now()
	c := &confirmation{
		desk: d, request: r, asked: words.AskedOf(r, now), reply: answer,
		whole: max(r.TimeLeft(now), time.Second), since: now,
	}
	c.Screen = &screen{
		Page: words.Page{Title: c.asked.Title},
		Told: c.lines,
		Back: c.askToLeave,

		AsksBeforeClosing: true,

		Tick:   c.tick,
		Raised: func(now time.Time) { c.since = now },
		Keys:   map[fyne.KeyName]func(){fyne.KeyD: func() { c.answerByKey(wire.Deny) }, fyne.KeyA: func() { c.answerByKey(wire.Accept) }},
		Closed: c.close,
	}
	head := []fyne.CanvasObject{
		kit.Beside(8, kit.Icon(cameSign(r.Source), look.Muted).Sized(16), kit.Text(kit.Caption, c.asked.Came)),
		kit.Text(kit.Title, c.asked.Title),
	}
	parts := []fyne.CanvasObject{kit.Flow(4, 0, head...)}
	for i, b := range c.asked.Banners {
		drawn := drawBanner(b, r)
		parts = append(parts, drawn)
		if i == 0 {
			c.Focus = drawn
		}
	}
	details := kit.NewDetails(joined(c.lines()), drawRows(d, c.asked.Rows, r))
	parts = append(parts, details)
	if c.Focus == nil {
		c.Focus = details
	}
	c.makeFoot()
	c.Content = kit.Sheet(
		kit.Pad(22, 32, kit.Flow(16, columnWidth, parts...)),
		kit.Pad(16, 32, kit.Flow(14, columnWidth, c.foot)),
	)
	c.tick(now)
	return c
}

// makeFoot makes what stays in sight while the facts scroll.
func (c *confirmation) makeFoot() {
	c.left = kit.NewTimeLeft("", 1)
	c.deny = kit.NewButton(kit.Plain, look.Cross, words.T("Deny"), func() { c.answer(wire.Deny) }).Large()
	c.accept = kit.NewButton(kit.Plain, look.Check, words.T("Accept"), func() { c.answer(wire.Accept) }).Large()
	parts := []fyne.CanvasObject{c.left}
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
	parts = append(parts, kit.Rich(spans(c.asked.Mind)...), c.news, kit.Twins(16, c.deny, c.accept))
	parts = append(parts, keyHints())
	c.answers = kit.Flow(14, 0, parts...)
	c.foot = kit.Flow(14, 0, c.answers)
	c.open()
}

// makePIN is the field for a PIN that accepting takes; denying takes none.
func (c *confirmation) makePIN(need *mobileauth.PINNeed) fyne.CanvasObject {
	before, _ := words.AskPIN(need.PINRequest)
	label := words.T("PIN for {profile}", "profile", c.request.Profile.Name())
	c.pin = kit.NewPinField(label, max(1, c.request.Profile.PINLength()))
	c.pin.OnChanged = c.open
	parts := []fyne.CanvasObject{kit.Text(kit.Bold, label), c.desk.pinRow(c.pin), kit.Text(kit.Caption, words.PINNeeded())}
	if len(before) > 0 {
		parts = append([]fyne.CanvasObject{kit.Text(kit.Bold, joined(before))}, parts...)
	}
	return kit.Card(kit.Pad(12, 16, kit.Flow(8, 0, parts...)))
}

// close forgets what was typed; a question that is closed is not answered.
func (c *confirmation) close() {
	if c.pin != nil {
		c.pin.Clear()
	}
	c.reply("", errBack())
}

// open lets the person accept once all boxes are ticked and the PIN is there.
func (c *confirmation) open() {
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

// answerByKey is answer for a key that works from anywhere. One that is held
// counts as pressed once, when it was pressed.
func (c *confirmation) answerByKey(decision mobileauth.Decision) {
	now := c.desk.now()
	held := now.Sub(c.lastKey) < heldKey
	if c.lastKey = now; !held {
		c.answer(decision)
	}
}

// answer gives the decision, unless the person cannot have read the question yet.
func (c *confirmation) answer(decision mobileauth.Decision) {
	switch {
	case c.decided, c.finished, c.leaving, c.desk.now().Sub(c.since) < deadTime,
		decision == wire.Accept && c.accept.IsShut(), c.request.TimeLeft(c.desk.now()) == 0:
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
	c.reply(decision, nil)
}

// tell shows one line on how the answer fares.
func (c *confirmation) tell(text string) {
	c.news.SetText(text)
	c.news.Show()
	c.foot.Refresh()
}

// notThrough tells that the server does not answer, and what becomes of the
// answer.
func (c *confirmation) notThrough(left time.Duration) {
	if c == nil {
		return
	}
	c.tell(joined(words.NotThrough(left)))
}

// tick renews the time.
func (c *confirmation) tick(now time.Time) {
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
}

// askToLeave asks whether the request is to stay unanswered; the facts stay in
// sight.
func (c *confirmation) askToLeave() {
	switch {
	case c.finished:
		c.desk.goTo(c.desk.at)
		return
	case c.decided: // the answer is kept and sent by the next start
		c.desk.stop()
		return
	case c.leaving:
		c.stay()
		return
	}
	c.leaving = true
	left := c.request.TimeLeft(c.desk.now())
	_, sentences := words.Unanswered(c.request, left)
	stay := kit.NewButton(kit.Plain, kit.NoIcon, words.T("Go back to the request"), c.stay)
	leave := kit.NewButton(kit.Plain, kit.NoIcon, words.T("Leave unanswered"), func() { c.reply("", errBack()) })
	c.replaceFoot(kit.Flow(14, 0, kit.Text(kit.Sub, words.T("Leave this request unanswered?")), kit.Text(kit.Body, joined(sentences)), kit.Twins(16, stay, leave)))
	c.desk.frame.Focus(stay)
}

func (c *confirmation) stay() {
	c.leaving = false
	c.since = c.desk.now()
	c.replaceFoot(c.answers)
	c.desk.frame.Focus(c.Focus)
}

func (c *confirmation) replaceFoot(o fyne.CanvasObject) {
	c.foot.Objects = []fyne.CanvasObject{o}
	c.foot.Refresh()
}

// over shows that the request ran out while the question was open. What it was
// stays to be read.
func (c *confirmation) over(title string, sentences []string) *screen {
	c.finished = true
	c.AsksBeforeClosing = false
	c.Page = words.Page{Title: title, Sentences: sentences}
	c.Screen.Told = nil
	done := kit.NewButton(kit.Primary, kit.NoIcon, words.T("Done"), func() { c.desk.goTo(c.desk.at) })
	c.left.Set(words.TimeLeftShort(0), 0)
	c.replaceFoot(kit.Flow(14, 0, c.left, kit.Text(kit.Sub, title), kit.Text(kit.Body, joined(sentences)), kit.Row(12, done)))
	c.Focus = done
	return c.Screen
}

// lines are what a reader tells, and a terminal shows.
func (c *confirmation) lines() []string { return words.Question(c.request, c.desk.now()) }
