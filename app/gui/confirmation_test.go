package gui

import (
	"image"
	"image/color"
	"image/draw"
	"strconv"
	"testing"
	"time"

	"rsc.io/qr"

	"github.com/understudy-auth/understudy/app/gui/golden"
	"github.com/understudy-auth/understudy/app/gui/look"
	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// longNames is a calm request with names as they are in Germany and the
// Netherlands, and with a picture.
func longNames(t testing.TB) mobileauth.Request {
	return request(t, func(r *mobileauth.Request) {
		own := origin(t, "https://anmeldung.kreissparkasse-musterstadt-suedwest.example")
		r.Server.Own, r.Server.Claimed, r.Profile.Server = own, own, own
		r.Profile.UserName = "Maximiliane Freifrau von Oettingen-Wallerstein-Hohenlohe"
		r.Portal = "Aansprakelijkheidsverzekeringsmaatschappij Noord-Nederland"
		r.Message = "Anmeldung im Geschäftskundenkontoverwaltungsportal der Kreissparkasse Musterstadt-Südwest mit Firefox unter Linux."
		r.Source, r.Picture = intake.SourceFile, page(t)
	})
}

// page looks like a login page with a code on it.
func page(t testing.TB) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 400, 250))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.Gray{Y: 0xF0}), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(0, 0, 400, 30), image.NewUniform(color.RGBA{0x30, 0x50, 0x70, 0xFF}), image.Point{}, draw.Src)
	code, err := qr.Encode("understudy", qr.M)
	if err != nil {
		t.Fatal(err)
	}
	const side = 6
	for i := range code.Size * code.Size {
		if x, y := i%code.Size, i/code.Size; code.Black(x, y) {
			at := image.Pt(140+side*x, 60+side*y)
			draw.Draw(m, image.Rectangle{at, at.Add(image.Pt(side, side))}, image.Black, image.Point{}, draw.Src)
		}
	}
	return m
}

// The question with long names: every theme, width and size of text.
func TestConfirmationPictures(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	for name, palette := range map[string]look.Palette{"light": look.Light, "dark": look.Dark, "high-contrast": look.HighContrast} {
		for _, text := range []int{100, 200} {
			for _, size := range [][2]float32{{360, 640}, {900, 720}, {1600, 900}} {
				p.views(palette, float32(text)/100, size[0], size[1])
				p.puts(longNames(t))
				p.matches("confirmation-" + name + "-" + strconv.Itoa(int(size[0])) + "-" + strconv.Itoa(text))
				p.w.goTo("")
			}
		}
	}
}

// The question itself is in sight when it comes, whatever has the focus.
func TestTitleInSight(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	for _, q := range questions() {
		p.views(look.Light, 1, 900, 720)
		c := p.puts(q.request(t))
		p.draws()
		p.w.frame.Draw()
		seen := false
		walk(p.w.frame.Canvas(), func(n node) bool {
			seen = seen || labelOf(n.CanvasObject) == c.Page.Title && n.view.holds(n.box)
			return true
		})
		if !seen {
			t.Errorf("%s: the title is not in sight", q.name)
		}
		p.w.goTo("")
	}
}

// The grave states, in the light theme.
func TestConfirmationStatePictures(t *testing.T) {
	p := adasComputer(t).start()
	p.looks("Home")
	p.views(look.Light, 1, 900, 720)
	p.puts(request(t, claims(t, "https://id.examp1e-bank.example", mobileauth.ReasonLookAlike)))
	p.matches("confirmation-look-alike")
	p.puts(request(t, pushWithPIN))
	p.draws()
	p.tabTo("PIN for Ada, 5 digits, empty")
	p.types("271")
	p.matches("confirmation-PIN")
	c := p.puts(request(t))
	p.passes(2 * time.Minute)
	p.w.show(c.Over(words.Error(wire.Errorf(wire.CodeOTPExpired, ""), words.About{})))
	p.matches("confirmation-ran-out")
}

// matches compares what the window shows with its golden picture.
func (p *person) matches(name string) {
	p.t.Helper()
	p.draws()
	golden.Match(p.t, name, p.w.frame.Canvas().Capture())
}
