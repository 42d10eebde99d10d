package gui

import (
	"time"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// trouble is what went wrong with a profile when it was last used.
type trouble struct {
	code  int
	asked device.PINRequest // what the last wrong PIN came to
	since time.Time
}

// note keeps what the last use of a profile came to.
func (d *desk) note(id string, err error) {
	var t trouble
	switch code := wire.CodeOf(err); code {
	case wire.CodeNoNetwork, wire.CodeServerNotReachable:
		t = trouble{code: code, since: d.now()}
		if before, ok := d.cards[id]; ok && before.code == code {
			t.since = before.since
		}
	case wire.CodeCanceled: // what was known stays
		return
	default:
		delete(d.cards, id)
		return
	}
	d.cards[id] = t
}

// state is how a profile's card describes it: a chip, and a line beside it.
type cardState struct {
	kind kit.Kind
	sign look.Icon
	word string
	note string
	todo action
}

// stateOf says what a profile can do now.
func (d *desk) stateOf(p device.Profile, last time.Time) cardState {
	t := d.cards[p.ID]
	if tries := t.asked.Remaining(); t.code == wire.CodeIncorrectPIN && tries > 0 {
		return cardState{kit.KindWarn, look.Warning, words.N(tries, "{n} try left", "{n} tries left"), words.T("After wrong PINs"), action{Word: words.T("Unlock"), Do: func() { d.unlockNow(p) }}}
	}
	note := ""
	if !last.IsZero() {
		note = words.T("Last used {when}", "when", words.When(last, d.now()))
	}
	switch {
	case t.code != 0:
		return cardState{kit.KindInfo, look.InfoSign, words.T("Server not reachable"), words.T("Since {when}", "when", words.When(t.since, d.now())), action{}}
	case !p.Enrolled():
		return cardState{kit.KindWarn, look.Warning, words.T("Not enrolled"), "", action{Word: words.T("Enroll"), Do: func() { d.enroll(p) }}}
	case !d.phone.Device.LoggedIn(p.ID):
		return cardState{kit.KindPlain, look.Padlock, words.T("PIN needed"), note, action{Word: words.T("Unlock"), Do: func() { d.unlockNow(p) }}}
	}
	return cardState{kit.KindOK, look.Check, words.T("Ready"), note, action{}}
}
