package mobileauth

import (
	"context"
	"sync"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// moreTime is the time that a request has got while it was open.
type moreTime struct {
	mu    sync.Mutex
	until time.Time // zero: none
}

// of is the request with that time.
func (m *moreTime) of(r Request) Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.until.IsZero() {
		r.ExpiresAt, r.Extend = m.until, nil
	}
	return r
}

// renew takes the time in that the request got while somebody was asked.
func (t *transaction) renew() { t.request = t.more.of(t.request) }

// extend makes a request's Extend.
func (c *Client) extend(t transaction) func(context.Context) (time.Time, error) {
	r := t.request
	return func(ctx context.Context) (time.Time, error) {
		asked := c.device.Now()
		wish := wire.Extend{Context: c.context(r.Profile, wire.KindExtend, wire.FromDevice, r.TransactionID), Challenge: t.challenge}
		var got wire.Extended
		if _, err := c.exchange(ctx, r.Profile, wire.PathExtend, wish, &got); err != nil {
			return time.Time{}, c.ifNotEnrolled(ctx, r.Profile, err)
		}
		if err := got.Check(c.context(r.Profile, wire.KindExtended, wire.FromServer, r.TransactionID)); err != nil {
			return time.Time{}, err
		}
		if got.Challenge != t.challenge {
			return time.Time{}, wire.Errorf(wire.CodeMessageNotAuthentic, "more time was given to another question")
		}
		t.more.mu.Lock()
		defer t.more.mu.Unlock()
		if until := expiry(asked, got.ExpiresIn); until.After(r.ExpiresAt) && until.After(t.more.until) {
			t.more.until = until
		}
		if t.more.until.IsZero() {
			return r.ExpiresAt, nil // no later than before
		}
		return t.more.until, nil
	}
}
