package kit_test

import (
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/understudy-auth/understudy/app/gui/kit"
	"github.com/understudy-auth/understudy/app/gui/look"
)

// page is what most pictures show: objects below each other on the ground of a window.
func page(objects ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.Pad(16, 16, kit.Flow(16, 0, objects...))
}

func TestTextPicture(t *testing.T) {
	sheet(t, "text", fyne.NewSize(400, 540), fyne.NewSize(400, 1180), func(func(fyne.Focusable)) fyne.CanvasObject {
		return page(
			kit.Flow(4, 0, kit.Text(kit.Title, "Log in to Example Bank?"), kit.Text(kit.Heading, "Log in with a QR code"), kit.Text(kit.Sub, "Profiles")),
			kit.Flow(4, 0, kit.Text(kit.Body, "Open the login page in your browser, then scan it."), kit.Text(kit.Muted, "For Ada"), kit.Text(kit.Caption, "Locks after 10 minutes without use")),
			kit.Rich(kit.Span{Text: "Accept only if "}, kit.Span{Style: kit.Bold, Text: "you opened this page yourself"}, kit.Span{Text: "."}),
			kit.Text(kit.Address, "https://id.a-rather-long-name.example-bank.example/register"),
			kit.Rich(kit.Span{Style: kit.Address, Text: "id.examp"}, kit.Span{Style: kit.Address, Text: "1", Color: look.Bad, Mark: kit.Boxed}, kit.Span{Style: kit.Address, Text: "e-bank.examp"}, kit.Span{Style: kit.Address, Text: "l", Mark: kit.Underlined}, kit.Span{Style: kit.Address, Text: "e"}),
			kit.Text(kit.Muted, "Log in to My Example Bank with Firefox on Linux").OneLine(),
			kit.Quote(kit.Message, "Transfer € 125,00\nto J. de\u202eVries"),
		)
	})
}

func TestChipAndBannerPicture(t *testing.T) {
	sheet(t, "banner", fyne.NewSize(480, 420), fyne.NewSize(480, 900), func(focus func(fyne.Focusable)) fyne.CanvasObject {
		bad := kit.NewBanner(kit.KindBad, "This address only looks like Ada’s server", "all", kit.Text(kit.Body, "One character is different: the digit 1 instead of the letter l. If you are not sure, deny."))
		focus(bad)
		waiting := kit.NewBanner(kit.KindAccent, "Example Bank is waiting for your answer", "all", kit.Text(kit.Muted, "For Ada · 1 minute 12 seconds left")).WithAction(kit.NewButton(kit.Plain, kit.NoIcon, "Review", nothing))
		return page(bad, kit.NewBanner(kit.KindWarn, "This connection is not encrypted", "all"), waiting,
			kit.Row(8, kit.NewChip(kit.KindOK, look.Check, "Accepted"), kit.NewChip(kit.KindBad, look.Cross, "Denied"), kit.NewChip(kit.KindInfo, look.Time, "Ran out"), kit.NewChip(kit.KindWarn, look.Warning, "Not enrolled"), kit.NewChip(kit.KindPlain, kit.NoIcon, "3"), kit.NewChip(kit.KindAccent, look.Bell, "Waiting")))
	})
}

func TestFormPicture(t *testing.T) {
	sheet(t, "form", fyne.NewSize(420, 470), fyne.NewSize(420, 1060), func(focus func(fyne.Focusable)) fyne.CanvasObject {
		pin, again := kit.NewPinField("New PIN", 5), kit.NewPinField("The same PIN again", 5)
		for _, r := range "48213" {
			pin.TypedRune(r)
		}
		pin.SetShown(true)
		again.TypedRune('4')
		again.TypedRune('8')
		focus(again)
		ticked := kit.NewCheck("I trust this network and this server", "", nil)
		ticked.SetChecked(true)
		name := kit.NewEntry("Name", "")
		name.SetText("Ada")
		return page(
			kit.Flow(8, 0, kit.Text(kit.Bold, "New PIN"), kit.Row(16, pin, kit.NewButton(kit.Quiet, look.Eye, "Hide", nothing))), again,
			kit.Card(kit.Pad(14, 16, kit.NewCheck("I know this server, and I opened this page myself", "Tick this if it is true. Only then can you accept.", nil))),
			ticked, kit.Columns(150, 2, 8, kit.NewEntry("Server address", "https://id.example-bank.example"), name),
			kit.Row(8, kit.NewSelect("Look", []string{"System", "High contrast"}, nil)),
		)
	})
}

// The controls that the form picture shows without the focus.
func TestFocusPicture(t *testing.T) {
	for name, build := range map[string]func() (fyne.CanvasObject, fyne.Focusable){
		"check": func() (fyne.CanvasObject, fyne.Focusable) {
			c := kit.NewCheck("I started this myself, just now", "", nil)
			return c, c
		},
		"entry": func() (fyne.CanvasObject, fyne.Focusable) {
			e := kit.NewEntry("Search", "Search requests").WithIcon(look.Search)
			return e, e
		},
		"select": func() (fyne.CanvasObject, fyne.Focusable) {
			s := kit.NewSelect("Look", []string{"System", "Dark"}, nil)
			s.SetSelected("System")
			return s, s
		},
		"picture": func() (fyne.CanvasObject, fyne.Focusable) {
			p := kit.NewCodePicture(stripes(), "The page around the code", nothing)
			return p, p
		},
	} {
		t.Run(name, func(t *testing.T) {
			sheet(t, "focus-"+name, fyne.NewSize(260, 150), fyne.NewSize(260, 150), func(focus func(fyne.Focusable)) fyne.CanvasObject {
				o, f := build()
				focus(f)
				return page(o)
			})
		})
	}
}

func stripes() image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 320, 200))
	for i := range 320 * 200 {
		m.Set(i%320, i/320, color.Gray{Y: uint8(i % 320 / 20 * 16)})
	}
	return m
}

func TestListPicture(t *testing.T) {
	sheet(t, "list", fyne.NewSize(460, 560), fyne.NewSize(460, 1000), func(focus func(fyne.Focusable)) fyne.CanvasObject {
		row := func(at string, chip *kit.Chip) *kit.ListRow {
			text := kit.Flow(2, 0, kit.Text(kit.Bold, "Example Bank"), kit.Text(kit.Muted, "Log in to My Example Bank with Firefox").OneLine())
			return kit.NewListRow(at, kit.Middle(16, kit.Text(kit.Muted, at), kit.Middle(16, chip, text)), nothing)
		}
		second := row("11:08", kit.NewChip(kit.KindBad, look.Cross, "Denied"))
		focus(second)
		choice := kit.NewChoice(look.Scan, "I have a registration code or link", "Scan the screen, open a picture, or paste.", nothing)
		chosen := kit.NewChoice(look.Server, "I know the server’s address", "", nothing)
		profile := kit.NewListRow("Ada", kit.Flow(10, 0,
			kit.Ends(12, kit.Middle(12, kit.Initial("Ada", 40), kit.Flow(0, 0, kit.Text(kit.Bold, "Ada"), kit.Text(kit.Muted, "Example Bank"))), kit.Icon(look.Next, look.Muted)),
			kit.Text(kit.Address, "https://id.example-bank.example"),
			kit.Row(10, kit.NewChip(kit.KindWarn, look.Warning, "Not enrolled"), kit.Spring(), kit.NewButton(kit.Plain, kit.NoIcon, "Enroll", nothing).Small())), nothing).AsCard()
		return page(
			kit.Card(kit.Flow(0, 0, kit.Pad(12, 20, kit.Text(kit.Bold, "Today")), kit.Divider(), row("14:31", kit.NewChip(kit.KindOK, look.Check, "Accepted")), kit.Divider(), second)),
			choice, chosen, profile)
	})
}

func TestTimeLeftPicture(t *testing.T) {
	sheet(t, "timeleft", fyne.NewSize(420, 190), fyne.NewSize(420, 360), func(func(fyne.Focusable)) fyne.CanvasObject {
		return page(kit.NewTimeLeft("1 minute 42 seconds left", 0.7), kit.NewTimeLeft("10 seconds left", 0.1), kit.NewTimeLeft("This request ran out", 0),
			kit.Row(20, kit.KeyHint("Alt + D", "Deny"), kit.KeyHint("Esc", "Leave unanswered")))
	})
}

func TestNavPicture(t *testing.T) {
	build := func(bottom bool) func(focus func(fyne.Focusable)) fyne.CanvasObject {
		return func(func(fyne.Focusable)) fyne.CanvasObject {
			n := kit.NewNav(kit.Text(kit.Sub, "Understudy"), kit.Text(kit.Caption, "Locks after 10 minutes without use"),
				kit.Place{Icon: look.Padlock, Word: "Lock", Go: nothing},
				kit.Place{Icon: look.Home, Word: "Home", Go: nothing}, kit.Place{Icon: look.History, Word: "History", Go: nothing}, kit.Place{Icon: look.Settings, Word: "Settings", Go: nothing})
			n.SetBottom(bottom)
			n.Select(0)
			if bottom {
				return container.NewBorder(nil, n, nil, nil)
			}
			return container.NewBorder(nil, nil, n, nil)
		}
	}
	sheet(t, "nav-side", fyne.NewSize(260, 380), fyne.NewSize(440, 560), build(false))
	sheet(t, "nav-bottom", fyne.NewSize(400, 100), fyne.NewSize(400, 140), build(true))
}
