package tokenserver

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// registrationCodeLife is how long a shown registration code can be used.
	registrationCodeLife = 10 * time.Minute

	// A module of the QR code is so many CSS pixels wide. The picture has twice as
	// many, so that it is exact on dense screens too.
	modulePixels = 5
	// quietZone is the code's white border in modules, which rsc.io/qr adds
	// (ISO/IEC 18004 wants four).
	quietZone = 4
)

func (s *Server) registrationPage() page {
	p := page{Title: "Register a device", Action: pathRegistration}
	if id := s.config.Test.AutoRegister; id != "" {
		user, _ := s.config.User(id) // checked with the configuration
		p.Auto = user.ShownName()
	}
	return p
}

func (s *Server) registrationForm(w http.ResponseWriter, r *http.Request) {
	p := s.registrationPage()
	p.FormToken = s.formToken(w, r)
	s.show(w, http.StatusOK, "login.html", p)
}

// registration shows a logged-in user a code that registers one device. A
// program that asks for JSON gets it as that, in test mode: thousands of devices
// have no one who scans.
func (s *Server) registration(w http.ResponseWriter, r *http.Request) {
	auto := s.config.Test.AutoRegister
	if auto != "" && r.Header.Get("Accept") == "application/json" {
		code, err := s.newRegistrationCode(r.Context(), auto)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		writeJSON(w, http.StatusOK, struct {
			Server    string    `json:"server"`
			Code      wire.Sent `json:"code"`
			Link      string    `json:"link"`
			ExpiresIn int64     `json:"expires_in"`
		}{s.config.PublicURL.String(), wire.Sent{Secret: code}, wire.RegistrationLink(s.config.PublicURL, code), int64(registrationCodeLife.Seconds())})
		return
	}
	form, bound, err := s.readLoginForm(w, r)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	user, ok := s.config.User(auto)
	if !ok || !bound {
		if user, ok = s.checkLogin(w, r, form, bound, s.registrationPage()); !ok {
			return
		}
	}
	if err := s.showCode(w, r, user); err != nil {
		s.failPage(w, r, err)
	}
}

func (s *Server) newRegistrationCode(ctx context.Context, userID string) (wire.Secret, error) {
	code := wire.SecretString(rand.Text())
	return code, s.store.AddRegistrationCode(ctx, RegistrationCode{Hash: HashSecret(code), UserID: userID, Expires: s.now().Add(registrationCodeLife)})
}

func (s *Server) showCode(w http.ResponseWriter, r *http.Request, user User) error {
	code, err := s.newRegistrationCode(r.Context(), user.ID)
	if err != nil {
		return err
	}
	link := wire.RegistrationLink(s.config.PublicURL, code)
	picture, side, err := qrPicture(link)
	if err != nil {
		return err
	}
	s.show(w, http.StatusOK, "code.html", page{
		Title: "Scan to register", User: user.ShownName(), Minutes: int(registrationCodeLife.Minutes()),
		Origin: s.config.PublicURL.String(), QR: picture, Side: side, Link: ownLink(link),
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
