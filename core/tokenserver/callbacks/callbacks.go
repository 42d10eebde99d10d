package callbacks

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/config"
	"github.com/understudy-auth/understudy/core/wire"
)

// Callback is a message to a portal that a transaction has ended, kept until
// delivered or given up.
type Callback struct {
	ID            int64
	TransactionID string
	ClientID      string
	URI           string
	State         wire.State
	UserID        string
	Attempts      int // deliveries tried so far
	NextAt        time.Time
}

// Store is the outbox: callbacks are queued by the step that causes them and
// leave it when delivered or given up.
type Store interface {
	// LeaseCallbacks returns callbacks that are due, at most limit, and puts them
	// off until then: if the process dies, they are due again. Each has its
	// Attempts counted up for the delivery that follows. Those of the clients in
	// except are left alone.
	LeaseCallbacks(ctx context.Context, now, until time.Time, limit int, except ...string) ([]Callback, error)
	// RetryCallback says when to try again; an error where there is none.
	RetryCallback(ctx context.Context, id int64, at time.Time) error
	// RemoveCallback forgets a callback, delivered or given up; an error where there
	// is none.
	RemoveCallback(ctx context.Context, id int64) error
}

// Options is what a Deliverer is made of. All of it has to be given.
type Options struct {
	Store Store
	// Client finds the API client that a callback is for.
	Client func(id string) (config.Client, bool)
	HTTP   *http.Client // whose timeout is at most Timeout
	Clock  func() time.Time
	Logger *slog.Logger
}

// Deliverer delivers callbacks. Make it with New.
type Deliverer struct {
	store  Store
	client func(string) (config.Client, bool)
	http   *http.Client
	clock  func() time.Time
	log    *slog.Logger
	wake   chan struct{}
}

// New makes a Deliverer.
func New(o Options) *Deliverer {
	return &Deliverer{store: o.Store, client: o.Client, http: o.HTTP, clock: o.Clock, log: o.Logger, wake: make(chan struct{}, 1)}
}

const (
	// lease is far above Timeout: nothing is leased while it is still being
	// delivered.
	lease = 30 * time.Second
	// Deliveries at once. A client with maxOfClient of them under way gets no
	// more until one is through, so that a portal that hangs holds up no other.
	// As leases come in lots of as many, a client may have twice that for a moment.
	maxDeliveries = 64
	maxOfClient   = 16
)

// Wake has Follow look now.
func (d *Deliverer) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Deliver delivers the callbacks that are due and returns when that is done. Each
// is leased first: if the process dies, it is due again, so a portal may hear one
// twice and knows it by its id.
func (d *Deliverer) Deliver(ctx context.Context) error { return d.deliverDue(ctx, nil) }

// Follow delivers what is due, looks again at every tick and when it is woken, and
// returns when ctx ends or the store fails.
func (d *Deliverer) Follow(ctx context.Context, tick <-chan time.Time) error {
	return d.deliverDue(ctx, tick)
}

// deliverDue delivers what is due. Without a tick it ends when nothing is due
// and nothing under way; with one it looks again at every tick and whenever it
// is woken, until ctx ends or the store fails.
func (d *Deliverer) deliverDue(ctx context.Context, tick <-chan time.Time) error {
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
			due, err := d.store.LeaseCallbacks(ctx, d.clock(), d.clock().Add(lease), limit, busy...)
			if err != nil {
				return err
			}
			started = len(due)
			for _, c := range due {
				underWay[c.ClientID]++
				wait.Go(func() {
					d.deliver(ctx, c)
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
		case <-d.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
