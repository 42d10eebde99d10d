package mobileauth

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/wire"
)

// HandleOTP redeems an OTP at the profile's own server, asks, and sends the
// answer. It returns the result of an accept or a deny; every other end is an
// error: 8002 (no OTP), 8003, 8005 (log in first), 9006 (asked, but no answer),
// 9007 (another request is open), 10100 to 10104 and 10107.
//
// An answer that does not get through is kept and tried again until the request
// expires; if the caller gives up before, Resume sends it later. A request whose
// answer is kept is not asked again.
func (c *Client) HandleOTP(ctx context.Context, in Incoming, ask Ask) (Result, error) {
	otp, err := wire.ParseOTP(in.OTP)
	if err != nil {
		return Result{}, err
	}
	p, err := c.device.Profile(in.ProfileID)
	if err != nil {
		return Result{}, err
	}
	if !c.device.LoggedIn(p.ID) {
		return Result{}, wire.Errorf(wire.CodeNoUserAuthenticated, "")
	}
	end, err := c.begin(p.ID)
	if err != nil {
		return Result{}, err
	}
	defer end()
	if result, found, err := c.resumeOne(ctx, p.ID, otp.TransactionID, in.Notify); found {
		return result, err
	}
	t, err := c.redeem(ctx, p, otp, in)
	if err != nil {
		return Result{}, c.ifNotEnrolled(ctx, p, err)
	}
	return c.decide(ctx, t, in.Notify, ask)
}

// transaction is a redeemed request with what its answer needs.
type transaction struct {
	request   Request
	own       *wire.Key
	peer      *wire.PublicKey
	challenge string
	details   string // hash of what was received
}

// redeem fetches the details of the transaction that the OTP names.
func (c *Client) redeem(ctx context.Context, p device.Profile, otp wire.OTP, in Incoming) (transaction, error) {
	own, peer, err := c.device.Key(ctx, p.ID)
	if err != nil {
		return transaction{}, err
	}
	asked := c.device.Now()
	question := wire.Redeem{
		Context: c.context(p, wire.KindRedeem, wire.FromDevice, otp.TransactionID),
		OTP:     wire.Sent{Secret: otp.Code},
		Nonce:   rand.Text(),
	}
	sealed, err := wire.SealJSON(question, own, peer, asked)
	if err != nil {
		return transaction{}, err
	}
	answer, err := c.device.PostSealed(ctx, p.ID, wire.PathRedeem, sealed)
	if err != nil {
		return transaction{}, err
	}
	var d wire.Details
	body, err := wire.OpenJSON(answer, own, peer, c.device.Now(), &d)
	if err != nil {
		return transaction{}, err
	}
	if err := d.Check(c.context(p, wire.KindDetails, wire.FromServer, otp.TransactionID)); err != nil {
		return transaction{}, err
	}
	switch {
	case d.Nonce != question.Nonce:
		return transaction{}, wire.Errorf(wire.CodeMessageNotAuthentic, "the details answer another question")
	case len(d.Challenge) < 16 || len(d.Challenge) > 256:
		return transaction{}, wire.Errorf(wire.CodeMessageNotAuthentic, "the details have no usable challenge")
	case d.Method != wire.MethodOTP:
		return transaction{}, wire.Errorf(wire.CodeInvalidMethod, "a scanned code cannot be answered by %q", wire.CleanText(d.Method, 40))
	case d.ExpiresIn <= 0:
		return transaction{}, wire.Errorf(wire.CodeOTPExpired, "")
	}
	request, err := c.request(ctx, p, d, in, asked)
	if err != nil {
		return transaction{}, err
	}
	return transaction{request, own, peer, d.Challenge, wire.HashDetails(body)}, nil
}

// request makes what is shown out of what was received and what is known here.
func (c *Client) request(ctx context.Context, p device.Profile, d wire.Details, in Incoming, asked time.Time) (Request, error) {
	life := min(time.Duration(min(d.ExpiresIn, maxLife.Milliseconds()))*time.Millisecond, maxLife)
	r := Request{
		TransactionID: d.TransactionID,
		Profile:       p,
		Portal:        wire.CleanText(d.PortalName, 80),
		PortalID:      wire.CleanText(d.PortalID, 80),
		Message:       wire.CleanMessage(d.Message, 0),
		Type:          wire.CleanText(d.Type, 80),
		Method:        d.Method,
		Source:        in.Source,
		Picture:       in.Picture,
		Network:       d.Network,
		Agent:         wire.CleanText(d.Agent, 80),
		IssuedAt:      time.UnixMilli(d.IssuedAt),
		ExpiresAt:     asked.Add(life),
		Server:        Server{Own: p.Server, Claimed: in.Claimed, EnrolledAt: p.EnrolledAt},
	}
	if r.Server.Claimed.IsZero() {
		r.Server.Claimed = p.Server
	}
	r.Server.Relation = wire.Compare(p.Server, r.Server.Claimed)
	r.Server.Difference = wire.Difference(p.Server, r.Server.Claimed)
	before, err := c.journal.Before(ctx, p.ID, r.Portal, c.device.Now())
	if err != nil {
		c.device.Log().Warn("the history cannot be read; this request is shown as the first of its portal", "error", err)
		before = journal.Before{First: true}
	}
	r.Before = before
	seen, err := c.journal.Entries(ctx, journal.Filter{ProfileID: p.ID, Limit: 1})
	r.Server.New = err == nil && len(seen) == 0
	assess(&r)
	return r, nil
}

// decide asks while the request lives, and sends the answer.
func (c *Client) decide(ctx context.Context, t transaction, notify func(Sending), ask Ask) (Result, error) {
	asked := c.device.Now()
	open, cancel := c.untilExpiry(ctx, t.request)
	defer cancel()
	decision, err := ask(open, t.request)
	took := c.device.Now().Sub(asked)
	entry := c.entry(t.request, asked, took)
	if err == nil && decision != wire.Accept && decision != wire.Deny {
		err = wire.Errorf(wire.CodeIllegalArgument, "a decision is accept or deny")
	}
	if t.request.TimeLeft(c.device.Now()) == 0 {
		c.record(ctx, entry, journal.Expired, wire.CodeOTPExpired)
		return Result{}, wire.Errorf(wire.CodeOTPExpired, "nobody was logged in")
	}
	if err != nil {
		c.record(ctx, entry, journal.Unanswered, 0)
		if wire.CodeOf(err) == 0 {
			err = wire.Errorf(wire.CodeCanceled, "%w", err)
		}
		return Result{}, err
	}
	sealed, err := wire.SealJSON(wire.Answer{
		Context:     c.context(t.request.Profile, wire.KindAnswer, wire.FromDevice, t.request.TransactionID),
		Challenge:   t.challenge,
		Decision:    decision,
		DetailsHash: t.details,
	}, t.own, t.peer, c.device.Now())
	if err != nil {
		return Result{}, err
	}
	intent := journal.Intent{
		ProfileID: t.request.Profile.ID, Server: t.request.Server.Own.String(), TransactionID: t.request.TransactionID,
		Decision: string(decision), Challenge: t.challenge, Sealed: sealed, ExpiresAt: t.request.ExpiresAt, Entry: entry,
	}
	notSaved := c.journal.SaveIntent(ctx, intent)
	if notSaved != nil {
		c.device.Log().Warn("the answer could not be written down before it is sent", "error", notSaved)
	}
	result, err := c.send(ctx, intent, t.request.Profile, notify)
	result.Request, result.Took = t.request, took
	if result.NotRecorded == nil {
		result.NotRecorded = notSaved
	}
	return result, err
}

// untilExpiry is ctx until the request expires. The clock is looked at again
// and again: a timer alone would sleep while the computer does.
func (c *Client) untilExpiry(ctx context.Context, r Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		for {
			left := r.TimeLeft(c.device.Now())
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

// ifNotEnrolled drops an enrollment that the server says it does not have.
func (c *Client) ifNotEnrolled(ctx context.Context, p device.Profile, err error) error {
	if wire.CodeOf(err) == wire.CodeNotEnrolled && p.Enrolled() {
		if forgot := c.device.ForgetEnrollment(context.WithoutCancel(ctx), p.ID); forgot != nil {
			c.device.Log().Error("an ended enrollment could not be removed", "profile", p.ID, "error", forgot)
		}
	}
	return err
}
