package reading

import (
	"image"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
)

// Choice is one of several codes, to be chosen.
type Choice struct {
	Says   string // what it is
	Card   fyne.CanvasObject
	Choose *kit.Button
}

// Choices are the codes that hold items. The name of a server comes from the
// profile there; chosen is told which of the items, enlarge gets a picture.
func (f Found) Choices(items []intake.Item, profiles []device.Profile, chosen func(n int), enlarge func(image.Image)) []Choice {
	list := make([]Choice, len(items))
	for n, item := range items {
		name := ""
		for _, p := range profiles {
			if p.Server == item.Server {
				name = p.Name()
			}
		}
		code := f.Of(item)
		c := Choice{
			Says:   words.CodeChoice(item.Server, name, code.Place),
			Choose: kit.NewButton(kit.Plain, look.Check, words.T("Choose {n}", "n", n+1), func() { chosen(n) }),
		}
		parts := []fyne.CanvasObject{}
		if code.Seen != nil {
			parts = append(parts, kit.NewCodePicture(code.Seen, c.Says, func() { enlarge(code.Seen) }))
		}
		parts = append(parts, kit.Text(kit.Bold, c.Says), kit.Row(0, c.Choose))
		c.Card = kit.Card(kit.Pad(16, 18, kit.Flow(12, 0, parts...)))
		list[n] = c
	}
	return list
}
