package portal

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/wire"
)

// CallbackPath is where the Token Server delivers results, below PublicURL.
const CallbackPath = "/callback"

const (
	defaultPollInterval = time.Second
	serverTimeout       = 5 * time.Second
	maxTitle            = 60 // runes
)

// Values of Config.QRHolds. A link names the server beside the OTP, so that an
// authenticator that knows several servers need not guess; bare is the OTP alone,
// as the platform documents it.
const (
	QRLink = "link"
	QRBare = "bare"
)

// Config is what a portal needs to know. PublicURL, Server, ClientID,
// ClientSecret, CallbackKey and the two types have no default.
type Config struct {
	// Title is the website's name, as it stands in its pages and messages; "" is
	// "Example Bank".
	Title string
	// PublicURL is the origin by which browsers and the Token Server reach the
	// portal. Requests for another one are refused.
	PublicURL wire.Origin
	// Server is the Token Server.
	Server wire.Origin

	// ClientID and ClientSecret are the portal's credentials there, CallbackKey is
	// the key with which the server signs callbacks to it.
	ClientID                  string
	ClientSecret, CallbackKey wire.Secret
	// LoginType and TransferType name mobile authentication types of the method
	// OTP.
	LoginType, TransferType string
	// QRHolds is what the QR code holds: QRLink, also for "", or QRBare.
	QRHolds string

	HTTPClient   *http.Client     // for calls to Server; nil: a guarded one
	Clock        func() time.Time // nil: time.Now
	Logger       *slog.Logger     // nil: none
	PollInterval time.Duration    // between two questions about an attempt; 0: one second
}

// Portal is the web application. Make it with New.
type Portal struct {
	config   Config
	log      *slog.Logger
	now      func() time.Time
	server   *tokenServer
	sessions *sessions
	heard    *heard
	pages    pages
}

// New checks the configuration. Its errors name what is missing.
func New(c Config) (*Portal, error) {
	if c.Title = wire.CleanText(c.Title, maxTitle); c.Title == "" {
		c.Title = "Example Bank"
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.PollInterval <= 0 {
		c.PollInterval = defaultPollInterval
	}
	switch {
	case c.PublicURL.IsZero():
		return nil, errors.New("the portal needs its own public URL")
	case c.Server.IsZero():
		return nil, errors.New("the portal needs the address of its Token Server")
	case c.ClientID == "" || c.ClientSecret.IsZero():
		return nil, errors.New("the portal needs the id and secret of an API client")
	case c.CallbackKey.IsZero():
		return nil, errors.New("the portal needs its callback key")
	case c.QRHolds != "" && c.QRHolds != QRLink && c.QRHolds != QRBare:
		return nil, errors.New(`what the portal's QR codes hold must be "link" or "bare"`)
	case c.LoginType == "" || c.TransferType == "":
		return nil, errors.New("the portal needs the names of two mobile authentication types, for the login and for transfers")
	}
	if c.HTTPClient == nil {
		// Whoever configured the server's name knows where it leads.
		own := func(host string) bool { return host == dialed(c.Server) }
		c.HTTPClient = netsafe.Client(netsafe.ClientOptions{
			Timeout: serverTimeout, AllowPrivate: own, AllowLoopback: own, MaxIdleConnsPerHost: 16,
		})
	}
	return &Portal{
		config:   c,
		log:      c.Logger,
		now:      c.Clock,
		server:   &tokenServer{origin: c.Server, id: c.ClientID, secret: c.ClientSecret, client: c.HTTPClient},
		sessions: newSessions(c.Clock, c.PublicURL),
		heard:    newHeard(),
		pages:    parsePages(),
	}, nil
}

// dialed is the host as a client dials it: always with the port.
func dialed(o wire.Origin) string {
	u, err := url.Parse(o.String())
	if err != nil || u.Port() != "" {
		return o.Host()
	}
	if o.IsEncrypted() {
		return o.Host() + ":443"
	}
	return o.Host() + ":80"
}

// Handler serves the portal. It refuses what is not addressed to PublicURL.
func (p *Portal) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.showStart)
	mux.HandleFunc("GET /login", p.showLogin)
	mux.HandleFunc("POST /login", p.form(p.startLogin))
	mux.HandleFunc("POST /cancel", p.form(p.cancelLogin))
	mux.HandleFunc("GET /home", p.showHome)
	mux.HandleFunc("POST /logout", p.form(p.logOut))
	mux.HandleFunc("GET /transfer", p.showTransfer)
	mux.HandleFunc("POST /transfer", p.form(p.startTransfer))
	mux.HandleFunc("GET /transfer/confirm", p.showConfirm)
	mux.HandleFunc("POST /transfer/again", p.form(p.repeatTransfer))
	mux.HandleFunc("POST /transfer/cancel", p.form(p.cancelTransfer))
	mux.HandleFunc("GET /qr.png", p.qr)
	mux.HandleFunc("GET /status", p.status)
	mux.HandleFunc("GET /status/events", p.events)
	mux.HandleFunc("POST "+CallbackPath, p.callback)
	mux.Handle("GET /static/", http.FileServerFS(static))
	mux.HandleFunc("/", p.notFound)
	return netsafe.Guard([]string{p.config.PublicURL.String()}, netsafe.PageHeaders()(mux))
}
