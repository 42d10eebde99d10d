package tokenserver

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// Options is what a Server is made of.
type Options struct {
	Config Config
	Store  Store
	Sealer *Sealer
	Clock  func() time.Time // nil: time.Now
	Logger *slog.Logger     // nil: none
	// CallbackClient delivers callbacks; nil takes a guarded one of our own.
	CallbackClient *http.Client
}

// Server is the Token Server. Make it with New, serve Handler, and keep Run
// running meanwhile.
type Server struct {
	config Config
	store  Store
	sealer *Sealer
	clock  func() time.Time
	log    *slog.Logger
}

// New checks the configuration and makes a server.
func New(o Options) (*Server, error) {
	if o.Store == nil || o.Sealer == nil {
		return nil, errors.New("a server needs a store and a sealer")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{config: o.Config, store: o.Store, sealer: o.Sealer, clock: o.Clock, log: o.Logger}, nil
}

// now is the server's time, cut to the millisecond that a store keeps.
func (s *Server) now() time.Time { return s.clock().Truncate(time.Millisecond) }

// Handler serves devices and portals.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	return mux
}

// Run does the server's background work until ctx ends: it ends transactions
// that expire, removes what is no longer needed and delivers callbacks.
func (s *Server) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
