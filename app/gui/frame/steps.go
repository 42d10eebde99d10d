package frame

import (
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// stepList shows how far the person has come; a reader hears it from the line over
// the title.
func stepList(at int) fyne.CanvasObject {
	rows := []fyne.CanvasObject{brand()}
	for i, name := range steps() {
		n := i + 1
		sign := kit.NewChip(kit.KindPlain, kit.NoIcon, strconv.Itoa(n))
		text := kit.Text(kit.Body, name)
		switch {
		case n < at:
			sign = kit.NewChip(kit.KindOK, look.Check, strconv.Itoa(n))
		case n == at:
			sign = kit.NewChip(kit.KindAccent, kit.NoIcon, strconv.Itoa(n))
			text = kit.Text(kit.Bold, name)
			text.SetColor(look.Accent)
		}
		rows = append(rows, kit.Beside(12, sign, text))
	}
	return kit.Box(look.Sunken, kit.None, 0, kit.Pad(28, 20, kit.Flow(24, 0, rows...)))
}
