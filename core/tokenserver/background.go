package tokenserver

import (
	"context"
	"sync"
	"time"
)

const (
	sweepEvery = time.Second
	sweepBatch = 1000 // rows of each kind
)

// Run does the server's background work until ctx ends: it ends transactions
// that expire, removes what is no longer needed and delivers callbacks.
func (s *Server) Run(ctx context.Context) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	wait.Go(func() { s.sweep(ctx) })
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.callbacks.Follow(ctx, tick.C); err != nil && ctx.Err() == nil {
			s.log.Error("callbacks could not be delivered", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *Server) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		removed, err := s.store.Sweep(ctx, s.now(), sweepBatch)
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.Error("the store could not be swept", "error", err)
		case removed.Expired > 0:
			s.callbacks.Wake()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// DeliverCallbacks delivers the callbacks that are due and returns when that
// is done.
func (s *Server) DeliverCallbacks(ctx context.Context) error { return s.callbacks.Deliver(ctx) }
