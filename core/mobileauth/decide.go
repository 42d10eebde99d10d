package mobileauth

import (
	"context"
	"time"

	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/wire"
)

// decide asks while the request lives, and sends the answer. After a PIN that was
// not taken it asks again, and where the PIN has to serve for the fingerprint.
func (c *Client) decide(ctx context.Context, t transaction, notify func(Sending), ask Ask) (Result, error) {
	open, cancel := c.untilExpiry(ctx, t.request, t.more)
	defer cancel()
	c.needFingerprint(ctx, &t)
	if err := c.needPIN(ctx, &t, nil); err != nil {
		return Result{}, err
	}
	asked := c.device.Now()
	for {
		decision, err := ask(open, t.request)
		t.renew()
		pin, fallBack := t.request.PIN.take(), false
		if err == nil && decision == wire.Accept && t.request.Fingerprint != nil && t.request.TimeLeft(c.device.Now()) > 0 {
			decision, fallBack, err = c.readFinger(open, &t)
			t.renew()
		}
		entry := c.entry(t.request, asked, c.device.Now().Sub(asked))
		if fallBack {
			if err = c.fallBack(ctx, &t, notify); err == nil {
				continue
			}
		}
		if err := c.decided(ctx, t.request, decision, pin, err, entry); err != nil {
			pin.Clear()
			return Result{}, err
		}
		result, err := c.answer(ctx, &t, decision, pin, entry, notify)
		pin.Clear()
		if proofAgain(err) {
			if err = c.askAgain(ctx, &t, notify, err); err == nil {
				continue
			}
			c.record(ctx, entry, failed(err), wire.CodeOf(err))
		}
		result.Request, result.Took = t.request, entry.Took
		return result, err
	}
}

// askAgain prepares the next question after a proof that was not taken.
func (c *Client) askAgain(ctx context.Context, t *transaction, notify func(Sending), wrong error) error {
	if wire.CodeOf(wrong) == wire.CodeNoSuchAuthenticator {
		c.forgetFingerprint(ctx, t.request.Profile.ID)
		return c.fallBack(ctx, t, notify)
	}
	return c.keepTrying(ctx, t.request.ExpiresAt, notify, func() error { return c.needPIN(ctx, t, wrong) })
}

// decided tells, and records, why what came of asking is no answer; nil where it
// is one.
func (c *Client) decided(ctx context.Context, r Request, decision Decision, pin wire.Secret, err error, entry journal.Entry) error {
	switch {
	case r.TimeLeft(c.device.Now()) == 0:
		c.record(ctx, entry, journal.Expired, wire.CodeOTPExpired)
		return wire.Errorf(wire.CodeOTPExpired, "nobody was logged in")
	case err != nil:
	case decision != wire.Accept && decision != wire.Deny:
		err = wire.Errorf(wire.CodeIllegalArgument, "a decision is accept or deny")
	case decision == wire.Accept && r.PIN != nil && pin.IsZero():
		err = wire.Errorf(wire.CodeCanceled, "accepting takes the PIN, and none was given")
	}
	if err == nil {
		return nil
	}
	c.record(ctx, entry, journal.Unanswered, 0)
	if wire.CodeOf(err) == 0 {
		err = wire.Errorf(wire.CodeCanceled, "%w", err)
	}
	return err
}

// answer seals a decision, writes it down and sends it. A proof that was not taken
// (proofAgain) ends nothing: the request is still open.
func (c *Client) answer(ctx context.Context, t *transaction, decision Decision, pin wire.Secret, entry journal.Entry, notify func(Sending)) (Result, error) {
	r := t.request
	sealed, err := c.seal(ctx, t, decision, pin, notify)
	if err != nil {
		c.record(ctx, entry, failed(err), wire.CodeOf(err))
		return Result{}, err
	}
	intent := journal.Intent{
		ProfileID: r.Profile.ID, Server: r.Server.Own.String(), TransactionID: r.TransactionID,
		Decision: string(decision), Challenge: t.challenge, Sealed: sealed, ExpiresAt: r.ExpiresAt, Entry: entry,
	}
	notSaved := c.journal.SaveIntent(ctx, intent)
	if notSaved != nil {
		c.device.Log().Warn("the answer could not be written down before it is sent", "error", notSaved)
	}
	result, err := c.send(ctx, intent, r.Profile, notify)
	if proofAgain(err) {
		if left := c.journal.RemoveIntent(context.WithoutCancel(ctx), r.TransactionID); left != nil {
			c.device.Log().Warn("an answer whose proof was not taken could not be forgotten", "error", left)
		}
	}
	if result.NotRecorded == nil {
		result.NotRecorded = notSaved
	}
	return result, err
}

// seal makes the sealed answer; accepting what takes the PIN proves it.
func (c *Client) seal(ctx context.Context, t *transaction, decision Decision, pin wire.Secret, notify func(Sending)) ([]byte, error) {
	r := t.request
	own, peer, err := c.device.Key(ctx, r.Profile.ID)
	if err != nil {
		return nil, err
	}
	a := c.draft(t, decision)
	if decision == wire.Accept {
		a.FingerprintProof = t.fingerprint
	}
	if decision == wire.Accept && r.PIN != nil {
		if t.pin.Stale(c.device.Now()) {
			err = c.keepTrying(ctx, r.ExpiresAt, notify, func() (err error) {
				t.pin, err = c.device.PINChallenge(ctx, r.Profile.ID)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		a.PINChallenge = t.pin.Challenge
		if a.PINProof, err = c.device.ProvePIN(ctx, r.Profile.ID, t.pin, pin, a.Binding()...); err != nil {
			return nil, err
		}
	}
	return wire.SealJSON(a, own, peer, c.device.Now())
}

// draft is an answer without what proves it.
func (c *Client) draft(t *transaction, decision Decision) wire.Answer {
	return wire.Answer{
		Context:   c.context(t.request.Profile, wire.KindAnswer, wire.FromDevice, t.request.TransactionID),
		Challenge: t.challenge, Decision: decision, DetailsHash: t.details,
	}
}

// untilExpiry is ctx until the request expires, with the time that it gets
// meanwhile. The clock is looked at again and again: a timer alone would sleep
// while the computer does.
func (c *Client) untilExpiry(ctx context.Context, r Request, more *moreTime) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		for {
			left := more.of(r).TimeLeft(c.device.Now())
			if left == 0 {
				cancel(wire.Errorf(wire.CodeOTPExpired, ""))
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(min(left, 250*time.Millisecond)):
			}
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}
