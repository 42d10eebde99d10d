package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

func nothing() {}

func TestButtonPicture(t *testing.T) {
	sheet(t, "button", fyne.NewSize(380, 420), fyne.NewSize(380, 760), func(focus func(fyne.Focusable)) fyne.CanvasObject {
		scan := kit.NewButton(kit.Primary, look.Scan, "Scan screen", nothing).Large()
		focus(scan)
		shut := kit.NewButton(kit.Plain, look.Check, "Accept", nothing).Large()
		shut.Shut("Tick the box first.")
		all := kit.NewButton(kit.Plain, kit.NoIcon, "All", nothing)
		all.SetChosen(true)
		return kit.Pad(16, 16, kit.Flow(16, 0,
			kit.Row(8, scan),
			kit.Twins(16, kit.NewButton(kit.Plain, look.Cross, "Deny", nothing).Large(), shut),
			kit.Columns(88, 3, 8,
				kit.NewButton(kit.Plain, look.Camera, "Camera", nothing),
				kit.NewButton(kit.Plain, look.Image, "Image", nothing),
				kit.NewButton(kit.Plain, look.Paste, "Paste", nothing)),
			kit.Row(8, all, kit.NewButton(kit.Plain, kit.NoIcon, "Denied", nothing), kit.NewButton(kit.Plain, kit.NoIcon, "Enroll", nothing).Small()),
			kit.Row(8, kit.Text(kit.Sub, "Profiles"), kit.Spring(), kit.NewButton(kit.Quiet, look.Add, "Add profile", nothing)),
		))
	})
}

func TestConfirmationPicture(t *testing.T) {
	sheet(t, "confirmation", fyne.NewSize(560, 640), fyne.NewSize(560, 700), func(focus func(fyne.Focusable)) fyne.CanvasObject {
		fact := func(label string, value fyne.CanvasObject) fyne.CanvasObject {
			return kit.Pad(13, 0, kit.Pair(132, 240, kit.Text(kit.Muted, label), value))
		}
		d := kit.NewDetails("all", kit.Pad(5, 20, kit.Flow(0, 0,
			fact("Profile", kit.Text(kit.Bold, "Ada")), kit.Divider(),
			fact("Server", kit.Flow(8, 0, kit.Text(kit.Address, "https://id.example-bank.example"),
				kit.Beside(10, kit.NewChip(kit.KindOK, look.Check, "Known"), kit.Text(kit.Caption, "You enrolled Ada here on 3 March.")))), kit.Divider(),
			fact("Before", kit.Rich(kit.Span{Text: "You accepted Example Bank 12 times. "}, kit.Span{Style: kit.Muted, Text: "Last time: yesterday, 14:02."})))))
		focus(d)
		content := kit.Pad(22, 24, kit.Flow(16, 656,
			kit.Flow(4, 0, kit.Beside(8, kit.Icon(look.Scan, look.Muted), kit.Text(kit.Caption, "Login request, read from your screen just now")), kit.Text(kit.Title, "Log in to Example Bank?")),
			d))
		foot := kit.Pad(16, 24, kit.Flow(14, 656,
			kit.Rich(kit.Span{Text: "Accept only if "}, kit.Span{Style: kit.Bold, Text: "you opened this page yourself"}, kit.Span{Text: ". If someone asked you to scan it, deny."}),
			kit.Twins(16, kit.NewButton(kit.Plain, look.Cross, "Deny", nothing).Large(), kit.NewButton(kit.Plain, look.Check, "Accept", nothing).Large())))
		return kit.Sheet(content, foot)
	})
}
