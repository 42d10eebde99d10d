package mobileauth

import (
	"context"
	"crypto/rand"

	"github.com/understudy-auth/understudy/core/wire"
)

// EnrollPush enrolls an enrolled profile for push requests, or brings the server
// its new push token: what a push service calls the app. The server keeps it and
// sends nothing by it, as connected devices learn of requests from the server itself;
// one that is configured so asks only profiles that are enrolled for push. 8002 for
// what is no token (empty, more than 4 KiB, not printable), 8003, 8005 (log in
// first), 10104 (enroll first).
func (c *Client) EnrollPush(ctx context.Context, profileID, pushToken string) error {
	token := wire.Sent{Secret: wire.SecretString(pushToken)}
	defer token.Clear()
	if err := wire.CheckPushToken(token.Secret); err != nil {
		return err
	}
	p, err := c.loggedIn(profileID)
	if err != nil {
		return err
	}
	question := wire.PushEnroll{Context: c.context(p, wire.KindPushEnroll, wire.FromDevice, ""), Nonce: rand.Text(), Token: token}
	var done wire.PushDone
	if _, err := c.exchange(ctx, p, wire.PathPushEnroll, question, &done); err != nil {
		return c.ifNotEnrolled(ctx, p, err)
	}
	if err := done.Check(c.context(p, wire.KindPushDone, wire.FromServer, "")); err != nil {
		return err
	}
	if done.Nonce != question.Nonce {
		return wire.Errorf(wire.CodeMessageNotAuthentic, "the confirmation answers another question")
	}
	return c.device.SavePushEnrollment(ctx, p.ID)
}

// IsPushEnrolled reports whether the profile is enrolled for push requests; 8003
// where there is no such profile.
func (c *Client) IsPushEnrolled(profileID string) (bool, error) {
	p, err := c.device.Profile(profileID)
	return p.Enrolled() && p.PushEnrolled, err
}

// PushMessage is what a push service would bring to an app. Nothing in it is
// believed but the transaction's id: what is asked comes from the server.
type PushMessage struct {
	TransactionID string
	Message       string
	ProfileID     string // may be empty: whichever profile it waits for
}

// HandlePush opens the request of a push message, asks, and sends the answer. See
// HandlePending. 8002 for a message without a transaction's id, 10100 where the
// request waits for nobody who is logged in here.
func (c *Client) HandlePush(ctx context.Context, m PushMessage, notify func(Sending), ask Ask) (Result, error) {
	w, err := c.pushed(ctx, m)
	if err != nil {
		return Result{}, err
	}
	return c.HandlePending(ctx, w.Profile.ID, w.TransactionID, notify, ask)
}

// pushed finds what a push message is about.
func (c *Client) pushed(ctx context.Context, m PushMessage) (Waiting, error) {
	if m.TransactionID == "" {
		return Waiting{}, wire.Errorf(wire.CodeIllegalArgument, "a push message has a transaction's id")
	}
	ids := []string{m.ProfileID}
	if m.ProfileID == "" {
		ids = nil
		for _, p := range c.watchable() {
			ids = append(ids, p.ID)
		}
		if len(ids) == 0 {
			return Waiting{}, wire.Errorf(wire.CodeNoUserAuthenticated, "")
		}
	}
	var failed error
	for _, id := range ids {
		list, err := c.Pending(ctx, id)
		if err != nil && failed == nil {
			failed = err
		}
		for _, w := range list {
			if w.TransactionID == m.TransactionID {
				return w, nil
			}
		}
	}
	if failed != nil {
		return Waiting{}, failed
	}
	return Waiting{}, wire.Errorf(wire.CodeOTPUnknown, "no such request waits at the server")
}
