package tokenserver

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/tokenserver/delivery"
	"github.com/understudy-auth/understudy/core/tokenserver/idp"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
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
	callbacks *http.Client

	people  *idp.Provider
	keys    keyCache
	portals netsafe.Tries // wrong client secrets
	wake    chan struct{}
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
		o.CallbackClient = netsafe.Client(netsafe.ClientOptions{Timeout: callbackTimeout, Strict: true})
	}
	s := &Server{
		config: o.Config, store: o.Store, sealer: o.Sealer, clock: o.Clock, log: o.Logger, callbacks: o.CallbackClient,
		wake: make(chan struct{}, 1), desk: delivery.New(maxHeld),
	}
	var err error
	s.people, err = idp.New(idp.Options{
		Name: s.config.Name, PublicURL: s.config.PublicURL, Users: s.config.Users, AutoRegister: s.config.Test.AutoRegister,
		Grants: grants{s}, Clock: s.now, Logger: s.log,
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
	return netsafe.Guard([]string{s.config.PublicURL.String()}, mux)
}
