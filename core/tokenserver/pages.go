package tokenserver

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

//go:embed pages/*.html pages/style.css
var pageFiles embed.FS

var pageTemplates = template.Must(template.ParseFS(pageFiles, "pages/*.html"))

// registrationCodeLife is how long a shown registration code can be used.
const registrationCodeLife = 10 * time.Minute

// page is what the templates show.
type page struct {
	Server, Title, Problem, User string
	FormToken                    string
	Action                       string
	QR, Link                     template.URL
	Minutes                      int
}

// mountPages adds what people see: the login page of the small identity
// provider, and the page that shows a registration code.
func (s *Server) mountPages(mux *http.ServeMux) {
	headers := netsafe.PageHeaders()
	mux.HandleFunc("GET "+wire.PathAuthorize, s.authorizeForm)
	mux.HandleFunc("POST "+wire.PathAuthorize, s.authorize)
	mux.Handle("GET /oauth/registration", headers(http.HandlerFunc(s.registrationForm)))
	mux.Handle("POST /oauth/registration", headers(http.HandlerFunc(s.registration)))
	mux.Handle("GET /oauth/style.css", headers(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		css, _ := pageFiles.ReadFile("pages/style.css") // embedded: it is there
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(css)
	})))
}

func (s *Server) show(w http.ResponseWriter, status int, name string, p page) {
	p.Server = s.config.Name
	var buf bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&buf, name, p); err != nil {
		s.log.Error("a page could not be made", "page", name, "error", err)
		http.Error(w, "The server has a problem of its own. Try again later.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w)
}

// formToken binds a form to the browser that it was given to: the token is in
// the form, and a cookie holds the same. Other sites' pages are refused by
// netsafe.Guard already; this keeps a form of another browser out as well.
func (s *Server) formToken(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(s.cookieName()); err == nil && len(c.Value) == 26 {
		return c.Value
	}
	token := rand.Text()
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: s.config.PublicURL.IsEncrypted(), MaxAge: int(time.Hour.Seconds()),
	})
	return token
}

// cookieName is random for each server: cookies do not know ports, so another
// program on this machine may use the same names.
func (s *Server) cookieName() string {
	if s.config.PublicURL.IsEncrypted() {
		return "__Host-" + s.cookie
	}
	return s.cookie
}

// checkForm reads the login form and the user that it names. The problem is
// told to the person; err is not theirs to mend.
func (s *Server) checkForm(w http.ResponseWriter, r *http.Request) (user User, problem string, err error) {
	form, err := netsafe.ReadForm(w, r, maxDeviceBody)
	if err != nil {
		return User{}, "", err
	}
	c, cookieErr := r.Cookie(s.cookieName())
	if cookieErr != nil || c.Value == "" || subtle.ConstantTimeCompare([]byte(c.Value), []byte(form.Get("form"))) != 1 {
		return User{}, "This form was open for too long, or cookies are off. Please try again.", nil
	}
	user, ok, wait := s.logins.check(&s.config, form.Get("user"), form.Get("password"), sourceOf(r), s.now())
	switch {
	case wait:
		return User{}, "Too many wrong passwords. Wait a minute, then try again.", nil
	case !ok:
		return User{}, "User name or password is not right.", nil
	}
	return user, "", nil
}

func (s *Server) registrationForm(w http.ResponseWriter, r *http.Request) {
	s.show(w, http.StatusOK, "login.html", page{Title: "Register a device", Action: "/oauth/registration", FormToken: s.formToken(w, r)})
}

// registration shows a logged-in user a code that registers one device.
func (s *Server) registration(w http.ResponseWriter, r *http.Request) {
	user, problem, err := s.checkForm(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if problem != "" {
		s.show(w, http.StatusUnauthorized, "login.html", page{Title: "Register a device", Action: "/oauth/registration", Problem: problem, FormToken: s.formToken(w, r)})
		return
	}
	code := wire.SecretString(rand.Text())
	err = s.store.AddRegistrationCode(r.Context(), RegistrationCode{Hash: HashSecret(code), UserID: user.ID, Expires: s.now().Add(registrationCodeLife)})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	link := wire.RegistrationLink(s.config.PublicURL, code)
	picture, err := qrPicture(link)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.show(w, http.StatusOK, "code.html", page{
		Title: "Scan to register", User: user.ShownName(), Minutes: int(registrationCodeLife.Minutes()),
		QR: picture, Link: ownLink(link),
	})
}

// ownLink lets a link that RegistrationLink made into a page: html/template
// refuses schemes that it does not know.
func ownLink(link string) template.URL {
	if !strings.HasPrefix(link, "understudy://register?") {
		return ""
	}
	return template.URL(link)
}

// qrPicture draws text as a QR code with its quiet zone, as a data: address.
func qrPicture(text string) (template.URL, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", err
	}
	code.Scale = 8
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())), nil
}
