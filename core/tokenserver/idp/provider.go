package idp

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/wire"
)

// Options is what a Provider is made of.
type Options struct {
	Name      string      // the server's, at the top of every page
	PublicURL wire.Origin // where browsers find the pages; the issuer
	Users     []User      // each with an id of its own, and right by its Check
	// AutoRegister is the id of a user whom the registration page logs in without
	// a password, for tests only. Empty: nobody.
	AutoRegister string
	// AnyName has the authorization endpoint log in whomever its parameter user_id
	// names, at once and without a password, for tests only. See ValidName.
	AnyName bool
	// Scope says what is granted of the scopes that an authorization request asks
	// for; ok is false where one of them is not known. nil grants
	// wire.ScopeMobileAuth and knows no other.
	Scope func(asked string) (granted string, ok bool)
	// Custom are the custom identity providers, right by CheckCustom.
	Custom []Custom
	// Redirects are the addresses of apps' own schemes to which a login may lead,
	// each right by CheckRedirect.
	Redirects []string
	Grants    Grants
	// Sealer seals what a custom registration remembers between its steps; nil: one
	// that the next start does not know.
	Sealer *sealer.Sealer
	Clock  func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: none
}

// Provider is the identity provider of one Token Server. Make it with New.
type Provider struct {
	name   string
	origin wire.Origin
	users  []User
	auto   User // the zero one: nobody
	any    bool
	scope  func(string) (string, bool)
	custom []Custom
	apps   []string // redirects
	grants Grants
	seal   *sealer.Sealer
	clock  func() time.Time
	log    *slog.Logger

	cookie   string // the name of the login form's cookie
	tries    netsafe.Tries
	passes   kept[pass]
	sessions kept[User]
}

// New makes a Provider. It fails if AutoRegister is the id of none of the users.
func New(o Options) (*Provider, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Scope == nil {
		o.Scope = func(asked string) (string, bool) {
			return wire.ScopeMobileAuth, asked == "" || asked == wire.ScopeMobileAuth
		}
	}
	if o.Sealer == nil {
		o.Sealer = sealer.Random()
	}
	p := &Provider{
		name: o.Name, origin: o.PublicURL, users: o.Users, grants: o.Grants, clock: o.Clock, log: o.Logger,
		any: o.AnyName, scope: o.Scope, custom: o.Custom, apps: o.Redirects, seal: o.Sealer,
		cookie: "login-" + rand.Text()[:10],
	}
	if o.AutoRegister != "" {
		var ok bool
		if p.auto, ok = p.user(o.AutoRegister); !ok {
			return nil, fmt.Errorf("there is no user %q to log in without a password", o.AutoRegister)
		}
	}
	return p, nil
}

// Mount adds the pages. The mux has to be served behind netsafe.Guard, which
// keeps other sites' forms out.
func (p *Provider) Mount(mux *http.ServeMux) {
	headers := netsafe.PageHeaders()
	mux.HandleFunc("GET "+wire.PathAuthorize, p.authorizeForm)
	mux.HandleFunc("POST "+wire.PathAuthorize, p.authorize)
	mux.Handle("GET "+pathRegistration, headers(http.HandlerFunc(p.registrationForm)))
	mux.Handle("POST "+pathRegistration, headers(http.HandlerFunc(p.registration)))
	mux.HandleFunc("GET "+pathAppToWeb, p.appToWebForm)
	mux.Handle("POST "+pathAppToWeb, headers(http.HandlerFunc(p.appToWeb)))
	mux.Handle("GET "+pathSession, headers(http.HandlerFunc(p.sessionPage)))
	mux.Handle("POST "+pathSession, headers(http.HandlerFunc(p.endSession)))
	mux.Handle("GET "+pathStyle, headers(http.HandlerFunc(style)))
}
