package mobileauth

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/wire"
)

// Waiting is a pushed request that waits at the server for one of its user's
// devices. It is enough to choose one of several; what a person has to know
// before answering is the Request that HandlePending makes of it. All text in it
// is cleaned.
type Waiting struct {
	TransactionID    string
	Profile          device.Profile
	Portal, PortalID string
	Message          string // its beginning
	Type, Method     string
	// IssuedAt is by the server's clock, ExpiresAt by ours.
	IssuedAt, ExpiresAt time.Time
	// Quiet requests are listed but not announced: the person has just denied two
	// of this portal. They can be opened like any other.
	Quiet bool
}

// TimeLeft is how long the request can still be answered, never negative.
func (w Waiting) TimeLeft(now time.Time) time.Duration {
	return Request{ExpiresAt: w.ExpiresAt}.TimeLeft(now)
}

// Pending lists what waits for a profile, the oldest first: 8003, 8005 (log in
// first), 10104, 10107.
func (c *Client) Pending(ctx context.Context, profileID string) ([]Waiting, error) {
	p, err := c.loggedIn(profileID)
	if err != nil {
		return nil, err
	}
	asked := c.device.Now()
	question := wire.Pending{Context: c.context(p, wire.KindPending, wire.FromDevice, ""), Nonce: rand.Text()}
	var list wire.PendingList
	if _, err := c.exchange(ctx, p, wire.PathPending, question, &list); err != nil {
		return nil, c.ifNotEnrolled(ctx, p, err)
	}
	if err := list.Check(c.context(p, wire.KindPendingList, wire.FromServer, "")); err != nil {
		return nil, err
	}
	if list.Nonce != question.Nonce {
		return nil, wire.Errorf(wire.CodeMessageNotAuthentic, "the list answers another question")
	}
	var waiting []Waiting
	for _, r := range list.Clean() {
		waiting = append(waiting, Waiting{
			TransactionID: r.TransactionID, Profile: p, Portal: r.PortalName, PortalID: r.PortalID, Message: r.Message, Type: r.Type, Method: r.Method,
			IssuedAt: time.UnixMilli(r.IssuedAt), ExpiresAt: expiry(asked, r.ExpiresIn), Quiet: c.quiet(ctx, p, r.PortalName),
		})
	}
	return waiting, nil
}

func (c *Client) quiet(ctx context.Context, p device.Profile, portal string) bool {
	before, err := c.journal.Before(ctx, p.ID, portal, c.device.Now())
	if err != nil {
		c.device.Log().Warn("the history cannot be read; a waiting request is announced", "error", err)
	}
	return !before.QuietUntil.IsZero()
}

// HandlePending opens a request that waits for the profile, asks, and sends the
// answer. Results, errors and what becomes of an answer that does not get through
// are those of HandleOTP; 10100 also means that the request is another user's, 10103
// that another device opened it first. A wrong PIN is asked for again; one too many
// ends in 9003: the server has deregistered the user, and the profile is removed
// from this device.
func (c *Client) HandlePending(ctx context.Context, profileID, transactionID string, notify func(Sending), ask Ask) (Result, error) {
	in := Incoming{ProfileID: profileID, Source: intake.SourceServer, Notify: notify}
	return c.handle(ctx, in, wire.OTP{TransactionID: transactionID}, ask)
}
