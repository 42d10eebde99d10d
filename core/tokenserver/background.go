package tokenserver

import (
	"context"
	"sync"
	"time"
)

const (
	sweepEvery = time.Second
	sweepBatch = 1000 // rows of each kind

	// callbackLease is far above callbackTimeout: nothing is leased while it is
	// still being delivered.
	callbackLease = 30 * time.Second
	// Deliveries at once. A client with maxOfClient of them under way gets no
	// more until one is through, so that a portal that hangs holds up no other.
	// As leases come in lots of as many, a client may have twice that for a moment.
	maxDeliveries = 64
	maxOfClient   = 16
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
		if err := s.deliverDue(ctx, tick.C); err != nil && ctx.Err() == nil {
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
			s.wakeCallbacks()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// wakeCallbacks has Run deliver now.
func (s *Server) wakeCallbacks() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// DeliverCallbacks delivers the callbacks that are due and returns when that
// is done. Each is leased first: if the process dies, it is due again, so a
// portal may hear one twice and knows it by its id.
func (s *Server) DeliverCallbacks(ctx context.Context) error { return s.deliverDue(ctx, nil) }

// deliverDue delivers what is due. Without a tick it ends when nothing is due
// and nothing under way; with one it looks again at every tick and whenever it
// is woken, until ctx ends or the store fails.
func (s *Server) deliverDue(ctx context.Context, tick <-chan time.Time) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	underWay := map[string]int{} // by client
	through := make(chan string, maxDeliveries)
	total := 0
	for {
		var busy []string
		for client, n := range underWay {
			if n >= maxOfClient {
				busy = append(busy, client)
			}
		}
		started := 0
		if limit := min(maxOfClient, maxDeliveries-total); limit > 0 {
			due, err := s.store.LeaseCallbacks(ctx, s.now(), s.now().Add(callbackLease), limit, busy...)
			if err != nil {
				return err
			}
			started = len(due)
			for _, c := range due {
				underWay[c.ClientID]++
				wait.Go(func() {
					s.deliver(ctx, c)
					through <- c.ClientID
				})
			}
		}
		total += started
		switch {
		case started > 0:
			continue // there may be more
		case total == 0 && tick == nil:
			return nil
		}
		select {
		case client := <-through:
			total--
			if underWay[client]--; underWay[client] == 0 {
				delete(underWay, client)
			}
		case <-tick:
		case <-s.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
