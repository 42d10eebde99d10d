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

// listing is what waits for a profile, and how the server is asked next.
type listing struct {
	waiting []Waiting
	state   string
	// hold is how long the server would hold back a question by the state; 0: it
	// does not.
	hold time.Duration
}

// Pending lists what waits for a profile, the oldest first: 8003, 8005 (log in
// first), 10104, 10107.
func (c *Client) Pending(ctx context.Context, profileID string) ([]Waiting, error) {
	list, err := c.list(ctx, profileID, "", 0)
	return list.waiting, err
}

// list is Pending; with hold the server may hold it back for so long while its
// state is the one that is known.
func (c *Client) list(ctx context.Context, profileID, state string, hold time.Duration) (listing, error) {
	p, err := c.loggedIn(profileID)
	if err != nil {
		return listing{}, err
	}
	asked := c.device.Now()
	question := wire.Pending{
		Context: c.context(p, wire.KindPending, wire.FromDevice, ""), Nonce: rand.Text(), State: state, Wait: hold.Milliseconds(),
	}
	var list wire.PendingList
	if _, err := c.exchangeHeld(ctx, p, wire.PathPending, question, &list, hold); err != nil {
		return listing{}, c.ifNotEnrolled(ctx, p, err)
	}
	if err := list.Check(c.context(p, wire.KindPendingList, wire.FromServer, "")); err != nil {
		return listing{}, err
	}
	if list.Nonce != question.Nonce {
		return listing{}, wire.Errorf(wire.CodeMessageNotAuthentic, "the list answers another question")
	}
	// Times count from when the server looked, which was no later than now.
	looked := asked.Add(time.Duration(min(max(list.Held, 0), hold.Milliseconds())) * time.Millisecond)
	if now := c.device.Now(); looked.After(now) {
		looked = now
	}
	got := listing{hold: time.Duration(min(max(list.Hold, 0), wire.MaxHold.Milliseconds())) * time.Millisecond}
	if len(list.State) <= wire.MaxListState {
		got.state = list.State
	}
	for _, r := range list.Clean() {
		got.waiting = append(got.waiting, Waiting{
			TransactionID: r.TransactionID, Profile: p, Portal: r.PortalName, PortalID: r.PortalID, Message: r.Message, Type: r.Type, Method: r.Method,
			IssuedAt: time.UnixMilli(r.IssuedAt), ExpiresAt: expiry(looked, r.ExpiresIn), Quiet: c.quiet(ctx, p, r.PortalName),
		})
	}
	return got, nil
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
