package idp

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"

	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// A module of the QR code is so many CSS pixels wide. The picture has twice as
	// many, so that it is exact on dense screens too.
	modulePixels = 5
	// quietZone is the code's white border in modules, which rsc.io/qr adds
	// (ISO/IEC 18004 wants four).
	quietZone = 4
)

func (p *Provider) registrationPage() page {
	return page{Title: "Register a device", Action: pathRegistration, Auto: p.auto.ShownName()}
}

func (p *Provider) registrationForm(w http.ResponseWriter, r *http.Request) {
	form := p.registrationPage()
	form.FormToken, form.Session = p.formToken(w, r), p.sessionName(r)
	p.show(w, http.StatusOK, "login.html", form)
}

// registration shows a logged-in user a code that registers one device.
func (p *Provider) registration(w http.ResponseWriter, r *http.Request) {
	auto := p.auto.ID != ""
	if auto && r.Header.Get("Accept") == "application/json" {
		p.registrationJSON(w, r)
		return
	}
	form, bound, err := p.readLoginForm(w, r)
	if err != nil {
		p.failPage(w, r, err)
		return
	}
	user := p.auto
	if !auto || !bound {
		var ok bool
		if user, ok = p.checkLogin(w, r, form, bound, p.registrationPage()); !ok {
			return
		}
	}
	if err := p.showCode(w, r, user); err != nil {
		p.failPage(w, r, err)
	}
}

func (p *Provider) showCode(w http.ResponseWriter, r *http.Request, user User) error {
	code, life, err := p.grants.NewRegistrationCode(r.Context(), user.ID)
	if err != nil {
		return err
	}
	link := wire.RegistrationLink(p.origin, code)
	picture, side, err := qrPicture(link)
	if err != nil {
		return err
	}
	p.show(w, http.StatusOK, "code.html", page{
		Title: "Scan to register", User: user.ShownName(), Minutes: int(life.Minutes()),
		Origin: p.origin.String(), QR: picture, Side: side, Link: ownLink(link),
	})
	return nil
}

// ownLink lets a link that RegistrationLink made into a page: html/template
// refuses schemes that it does not know.
func ownLink(link string) template.URL {
	if !strings.HasPrefix(link, "understudy://register?") {
		return ""
	}
	return template.URL(link)
}

// qrPicture draws text as a QR code with its quiet zone: a data: address, and
// the side in CSS pixels.
func qrPicture(text string) (address template.URL, side int, err error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", 0, err
	}
	code.Scale = 2 * modulePixels
	address = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG()))
	return address, (code.Size + 2*quietZone) * modulePixels, nil
}
