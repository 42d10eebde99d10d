package tokenserver

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
	"github.com/understudy-auth/understudy/core/tokenserver/callbacks"
	"github.com/understudy-auth/understudy/core/tokenserver/delivery"
	"github.com/understudy-auth/understudy/core/tokenserver/gateway"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
)

// Options is what a Server is made of.
type Options struct {
	Config Config
	Store  Store
	Sealer *sealer.Sealer
	Clock  func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: none
	// CallbackClient delivers callbacks; nil takes a guarded one of our own.
	CallbackClient *http.Client
}

// Server is the Token Server. Make it with New, serve Handler, and keep Run
// running meanwhile.
type Server struct {
	config    Config
	store     Store
	sealer    *sealer.Sealer
	clock     func() time.Time
	log       *slog.Logger
	callbacks *callbacks.Deliverer

	people *idp.Provider

	authenticators *authenticators.Keeper

	keys    *serverkeys.Ring
	portals netsafe.Tries  // wrong client secrets
	desk    *delivery.Desk // devices that wait
}

// New checks the configuration and makes a server.
func New(o Options) (*Server, error) {
	if o.Store == nil || o.Sealer == nil {
		return nil, errors.New("a server needs a store and a sealer")
	}
	if o.Config.PublicURL.IsZero() {
		return nil, errors.New("a server needs its public address: set public_url")
	}
	if err := o.Config.Check(); err != nil {
		return nil, err
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.CallbackClient == nil {
		o.CallbackClient = netsafe.Client(netsafe.ClientOptions{Timeout: callbacks.Timeout, Strict: true})
	}
	s := &Server{
		config: o.Config, store: o.Store, sealer: o.Sealer, clock: o.Clock, log: o.Logger,
		desk: delivery.New(maxHeld),
	}
	s.callbacks = callbacks.New(callbacks.Options{
		Store: s.store, Client: s.config.Client, HTTP: o.CallbackClient, Clock: s.now, Logger: s.log,
	})
	s.keys = &serverkeys.Ring{Store: s.store, Sealer: s.sealer, Clock: s.now, Unique: s.config.Enrollment.UniqueKeys}
	s.authenticators = &authenticators.Keeper{Store: s.store, Origin: s.config.PublicURL, Clock: s.now}
	var err error
	s.people, err = idp.New(idp.Options{
		Name: s.config.Name, PublicURL: s.config.PublicURL, Users: s.config.Users, AutoRegister: s.config.Test.AutoRegister,
		AnyName: s.config.Test.RegisterByName, Scope: s.userScope,
		Custom: s.config.IdentityProviders, Redirects: s.config.Device.RedirectURIs,
		Grants: grants{s}, Sealer: s.sealer, Clock: s.now, Logger: s.log,
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// now is the server's time, cut to the millisecond that a store keeps.
func (s *Server) now() time.Time { return s.clock().Truncate(time.Millisecond) }

// Handler serves devices and portals under the public address, and refuses
// what is meant for another one.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.mountDevice(mux)
	s.mountPortal(mux)
	if s.config.Resources.Demo {
		gateway.New(resources{s}, s.log).Mount(mux)
	}
	origins := []string{s.config.PublicURL.String()}
	guarded := netsafe.Guard(origins, mux)
	if !s.config.Test.PortalFromPages {
		return guarded
	}
	open := netsafe.GuardHost(origins, fromPages(mux))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, portalBase) {
			open.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})
}

// portalBase is where the portal API begins.
const portalBase = "/oauth/api/"

// fromPages lets pages of any origin read what next answers: an app under test
// that plays its own portal. What they send is no browser's own, as a client's
// secret is in it.
func fromPages(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
			h.Set("Access-Control-Allow-Methods", "GET, POST")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}
