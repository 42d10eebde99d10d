package kit

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/kit/lay"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// KeyHint says which key does what. Leave it out of narrow windows and of those with large text (Theme.Large).
func KeyHint(key, does string) *fyne.Container {
	return Row(6, Box(look.Surface, look.Border, 4, Pad(1, 6, Text(Caption, key))), Text(Caption, does))
}

// Initial is the square with the first letter of a name, of a side that grows with the text. A reader passes it by.
func Initial(name string, side float32) *fyne.Container {
	style := Bold
	if side < 32 {
		style = CaptionBold
	}
	_, n := utf8.DecodeRuneInString(name)
	letter := Rich(Span{Style: style, Text: name[:n], Color: look.Accent}).Centered()
	return container.New(initial{side}, newPlate(look.AccentSoft, None, 0, 7), letter)
}

type initial struct{ side float32 }

func (i initial) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(lay.Grown(i.side)) }

func (i initial) Layout(o []fyne.CanvasObject, _ fyne.Size) {
	side := lay.Grown(i.side)
	lay.Place(o[0], 0, 0, side, side)
	h := lay.HeightAt(o[1], side)
	lay.Place(o[1], 0, (side-h)/2, side, h)
}
