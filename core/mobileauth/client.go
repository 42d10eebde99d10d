package mobileauth

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/wire"
)

// maxLife caps what a server may say of a request's time: durations that come
// from outside have a limit.
const maxLife = 10 * time.Minute

// Client answers requests for the profiles of one device.
type Client struct {
	device  *device.Device
	journal *journal.Journal
	// retryEvery is the pause before an answer that did not get through is sent
	// again.
	retryEvery time.Duration

	mu   sync.Mutex
	busy map[string]chan struct{} // profiles with an open request; closed at its end
}

// New makes a client. The journal keeps the history and the answers that are
// not sent yet; journal.NewMemory serves devices that need none.
func New(d *device.Device, j *journal.Journal) *Client {
	return &Client{device: d, journal: j, retryEvery: 3 * time.Second, busy: map[string]chan struct{}{}}
}

// WithRetryEvery sets the pause between tries to send an answer; 3 seconds by
// default.
func (c *Client) WithRetryEvery(pause time.Duration) *Client {
	c.retryEvery = pause
	return c
}

// begin admits one request at a time for each profile: 9007 for a second one.
func (c *Client) begin(profileID string) (end func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy[profileID] != nil {
		return nil, wire.Errorf(wire.CodeInProgress, "%w", errBusy)
	}
	done := make(chan struct{})
	c.busy[profileID] = done
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.busy, profileID)
		close(done)
	}, nil
}

// errBusy tells that a profile has an open request from any other 9007.
var errBusy = errors.New("answer the open request of this profile first")

// free waits until a profile has no open request; false where ctx ends before.
func (c *Client) free(ctx context.Context, profileID string) bool {
	c.mu.Lock()
	done := c.busy[profileID]
	c.mu.Unlock()
	if done == nil {
		return true
	}
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// context binds a sealed body to its place.
func (c *Client) context(p device.Profile, kind wire.Kind, direction wire.Direction, transactionID string) wire.Context {
	return wire.Context{
		Version:       wire.Version,
		Kind:          kind,
		Direction:     direction,
		Server:        p.Server.String(),
		DeviceID:      c.device.DeviceID(p.Server),
		ProfileID:     p.ID,
		TransactionID: transactionID,
	}
}
