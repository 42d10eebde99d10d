// Package host runs a Token Server: a listener, a store and a key of its own, and
// the background work. Package tokenserver is the server itself.
package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"github.com/understudy-auth/understudy/core/netsafe"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/tokenserver"
	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/tokenserver/sqlstore"
	"github.com/understudy-auth/understudy/core/wire"
)

// Host is a Token Server that listens.
type Host struct {
	Origin wire.Origin
	Store  *sqlstore.Store
	stop   func()
}

// Stop lets the calls that are under way end, and closes the store.
func (h *Host) Stop() { h.stop() }

// AddressError tells that the server cannot have the address that it was to have.
type AddressError struct{ Err error }

func (e *AddressError) Error() string { return e.Err.Error() }
func (e *AddressError) Unwrap() error { return e.Err }

// Start starts a Token Server, its store and its background work. Its public address is the listener's where
// the configuration names none, or where the listener was chosen by hand.
func Start(ctx context.Context, c tokenserver.Config, log *slog.Logger, listenGiven bool) (*Host, error) {
	listener, err := netsafe.Listen(ctx, c.Listen)
	if err != nil {
		return nil, &AddressError{err}
	}
	if c.PublicURL.IsZero() || (listenGiven && c.PublicURL.IsLoopback()) {
		if c.PublicURL, err = wire.ParseOrigin("http://" + listener.Addr().String()); err != nil {
			_ = listener.Close()
			return nil, &AddressError{fmt.Errorf("set public_url: %w", err)}
		}
	}
	store, sealer, err := openStore(ctx, c)
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	server, err := tokenserver.New(tokenserver.Options{Config: c, Store: store, Sealer: sealer, Logger: log})
	if err != nil {
		return nil, errors.Join(err, listener.Close(), store.Close())
	}
	web := netsafe.NewServer(server.Handler(), log)
	web.RegisterOnShutdown(server.EndWaiting)
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{}, 2)
	go func() { _ = server.Run(background); done <- struct{}{} }()
	go func() {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the server ended", "error", err)
		}
		done <- struct{}{}
	}()
	stop := func() {
		end, cancelEnd := context.WithTimeout(background, 5*time.Second)
		_ = web.Shutdown(end)
		cancelEnd()
		cancel()
		<-done
		<-done
		_ = store.Close()
	}
	return &Host{c.PublicURL, store, stop}, nil
}

func openStore(ctx context.Context, c tokenserver.Config) (*sqlstore.Store, *sealer.Sealer, error) {
	if c.Database == "" {
		store, err := sqlstore.OpenMemory()
		return store, sealer.Random(), err
	}
	seal, err := sealer.Load(ctx, c.KeyFile)
	if err != nil {
		return nil, nil, err
	}
	dir, err := safefile.Open(filepath.Dir(c.Database)) // private, whoever made it
	if err != nil {
		return nil, nil, err
	}
	defer dir.Close()
	store, err := sqlstore.Open(c.Database)
	return store, seal, err
}
