package reading

import (
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/facts"
	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
)

// Nothing shows which screens were looked at, and what usually helps (LOOK 5).
func (f Found) Nothing() fyne.CanvasObject {
	cards := make([]fyne.CanvasObject, len(f.Small))
	for n, picture := range f.Small {
		name := words.NoCodeOnMonitor(n + 1)
		cards[n] = kit.Card(kit.Pad(14, 16, kit.Flow(10, 0,
			kit.NewCodePicture(picture, name, nil).Within(300, 160),
			kit.Beside(8, kit.Icon(look.Minus, look.Muted).Sized(16), kit.Text(kit.Muted, name)))))
	}
	helps := []fyne.CanvasObject{kit.Text(kit.Sub, words.T("What usually helps"))}
	for n, h := range words.Helps() {
		helps = append(helps, kit.Beside(12, kit.Initial(strconv.Itoa(n+1), 24), kit.Rich(facts.Styled(h)...)))
	}
	return kit.Flow(20, 0, kit.Columns(280, 4, 16, cards...), kit.Card(kit.Pad(18, 20, kit.Flow(10, 0, helps...))))
}

// missedAtMost is how many codes that could not be read are shown.
const missedAtMost = 4

// Unread shows the codes that were seen and could not be read.
func (f Found) Unread() fyne.CanvasObject {
	var cards []fyne.CanvasObject
	for _, m := range f.Missed[:min(len(f.Missed), missedAtMost)] {
		parts := []fyne.CanvasObject{kit.Text(kit.Muted, words.MissedAt(m.Reason, m.Place))}
		if m.Seen != nil {
			parts = append([]fyne.CanvasObject{kit.NewCodePicture(m.Seen, words.MissedAt(m.Reason, m.Place), nil).Within(300, 160)}, parts...)
		}
		cards = append(cards, kit.Card(kit.Pad(14, 16, kit.Flow(10, 0, parts...))))
	}
	return kit.Columns(280, 4, 16, cards...)
}
