package mobileauth

import (
	"context"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/wire"
)

// send delivers an answer, the same bytes again and again, until the server
// confirms it, refuses it, or the request has expired. Only then is the intent
// removed; one whose proof was not taken is left to the caller.
func (c *Client) send(ctx context.Context, in journal.Intent, p device.Profile, notify func(Sending)) (Result, error) {
	var state wire.State
	err := c.keepTrying(ctx, in.ExpiresAt, notify, func() (err error) {
		state, err = c.deliver(ctx, in, p)
		return err
	})
	switch code := wire.CodeOf(err); {
	case err == nil:
		return c.settle(ctx, in, state)
	case proofAgain(err):
	case !passing(err):
		c.drop(ctx, in, failed(err), code)
	}
	return Result{}, err
}

// failed is what the history says of a request that ended with an error.
func failed(err error) journal.Result {
	if wire.CodeOf(err) == wire.CodeOTPExpired {
		return journal.Expired
	}
	return journal.Failed
}

// keepTrying calls do until it succeeds or fails for good, ctx ends, or the time
// is over, which is 10101.
func (c *Client) keepTrying(ctx context.Context, until time.Time, notify func(Sending), do func() error) error {
	for {
		err := do()
		if err == nil || !passing(err) {
			return err
		}
		left := Request{ExpiresAt: until}.TimeLeft(c.device.Now())
		if left == 0 {
			return wire.Errorf(wire.CodeOTPExpired, "the answer did not reach the server before the request ran out; nobody was logged in")
		}
		if notify != nil {
			notify(Sending{Err: err, TimeLeft: left})
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(min(left, c.retryEvery)):
		}
	}
}

// passing reports whether the same answer may get through later.
func passing(err error) bool {
	switch wire.CodeOf(err) {
	case wire.CodeNoNetwork, wire.CodeServerNotReachable, wire.CodeCanceled, wire.CodeUserNotAuthenticated, wire.CodeNoUserAuthenticated:
		return true
	}
	return false
}

// deliver sends the answer once and checks the server's confirmation.
func (c *Client) deliver(ctx context.Context, in journal.Intent, p device.Profile) (wire.State, error) {
	own, peer, err := c.device.Key(ctx, p.ID)
	if err != nil {
		return "", err
	}
	answer, err := c.device.PostSealed(ctx, p.ID, wire.PathAnswer, in.Sealed)
	if err != nil {
		return "", err
	}
	var o wire.Outcome
	if _, err := wire.OpenJSON(answer, own, peer, c.device.Now(), &o); err != nil {
		return "", err
	}
	if err := o.Check(c.context(p, wire.KindOutcome, wire.FromServer, in.TransactionID)); err != nil {
		return "", err
	}
	want := map[string]wire.State{string(wire.Accept): wire.StateAccepted, string(wire.Deny): wire.StateDenied}[in.Decision]
	if o.Challenge != in.Challenge || o.State != want {
		return "", wire.Errorf(wire.CodeMessageNotAuthentic, "the server confirmed another answer than was given")
	}
	return o.State, nil
}

// settle writes the confirmed answer into the history.
func (c *Client) settle(ctx context.Context, in journal.Intent, state wire.State) (Result, error) {
	result := journal.Accepted
	if state == wire.StateDenied {
		result = journal.Denied
	}
	return Result{
		Decision: Decision(in.Decision), State: state, Took: in.Entry.Took,
		NotRecorded: c.drop(ctx, in, result, 0),
	}, nil
}

// drop ends an intent: first the history, then the removal, so that a crash
// between them repeats a line rather than losing one.
func (c *Client) drop(ctx context.Context, in journal.Intent, result journal.Result, code int) error {
	ctx = context.WithoutCancel(ctx)
	if err := c.record(ctx, in.Entry, result, code); err != nil {
		return err
	}
	return c.journal.RemoveIntent(ctx, in.TransactionID)
}

// Resume sends the answers of a profile that an earlier run could not, and
// returns what became of them. The profile has to be logged in. One that proves a
// PIN is good for as long as the PIN's challenge, two minutes: after that it ends
// with 10108, counts as no try, and the request can be answered anew while it
// lives.
func (c *Client) Resume(ctx context.Context, profileID string) ([]Result, error) {
	end, err := c.begin(profileID)
	if err != nil {
		return nil, err
	}
	defer end()
	intents, err := c.journal.Intents(ctx)
	if err != nil {
		return nil, err
	}
	var results []Result
	for _, in := range intents {
		if in.ProfileID != profileID {
			continue
		}
		result, _, err := c.resumeOne(ctx, profileID, in.TransactionID, nil)
		if err != nil {
			return results, err
		}
		results = append(results, result)
	}
	return results, nil
}

// resumeOne sends the kept answer of one transaction, if there is one.
func (c *Client) resumeOne(ctx context.Context, profileID, transactionID string, notify func(Sending)) (Result, bool, error) {
	intents, err := c.journal.Intents(ctx)
	if err != nil {
		return Result{}, true, err
	}
	for _, in := range intents {
		if in.ProfileID != profileID || in.TransactionID != transactionID {
			continue
		}
		p, err := c.device.Profile(profileID)
		if err != nil {
			return Result{}, true, err
		}
		result, err := c.send(ctx, in, p, notify)
		if proofAgain(err) {
			// Nobody is here to give another one: while the request is open, it can be asked anew.
			c.drop(ctx, in, journal.Failed, wire.CodeOf(err))
		}
		result.Request = Request{
			TransactionID: in.TransactionID, Profile: p, Portal: in.Entry.Portal, Message: in.Entry.Message,
			ExpiresAt: in.ExpiresAt, Server: Server{Own: p.Server, Claimed: p.Server, Relation: wire.RelationSame},
		}
		return result, true, err
	}
	return Result{}, false, nil
}

func (c *Client) entry(r Request, at time.Time, took time.Duration) journal.Entry {
	return journal.Entry{
		At: at, ProfileID: r.Profile.ID, Profile: r.Profile.Name(), Server: r.Server.Own.String(), Portal: r.Portal, Message: r.Message,
		Source: string(r.Source), TransactionID: r.TransactionID, Level: string(r.Level), Took: took,
	}
}

func (c *Client) record(ctx context.Context, e journal.Entry, result journal.Result, code int) error {
	e.Result, e.Code = result, code
	err := c.journal.Add(context.WithoutCancel(ctx), e)
	if err != nil {
		c.device.Log().Warn("the history could not be written", "error", err)
	}
	return err
}
