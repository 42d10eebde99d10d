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
	return c.handle(ctx, in, otp, ask)
}

// handle is HandleOTP and HandlePending: a pushed request has an OTP without a
// code.
func (c *Client) handle(ctx context.Context, in Incoming, otp wire.OTP, ask Ask) (Result, error) {
	p, err := c.loggedIn(in.ProfileID)
	if err != nil {
		return Result{}, err
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

// loggedIn finds a profile that is logged in: 8003, 8005.
func (c *Client) loggedIn(profileID string) (device.Profile, error) {
	p, err := c.device.Profile(profileID)
	if err == nil && !c.device.LoggedIn(p.ID) {
		err = wire.Errorf(wire.CodeNoUserAuthenticated, "")
	}
	return p, err
}

// exchange sends a sealed question and opens the sealed answer. It returns the
// bytes that were opened.
func (c *Client) exchange(ctx context.Context, p device.Profile, path string, question, answer any) ([]byte, error) {
	return c.exchangeHeld(ctx, p, path, question, answer, 0)
}

// exchangeHeld is exchange for a question that the server may hold back.
func (c *Client) exchangeHeld(ctx context.Context, p device.Profile, path string, question, answer any, hold time.Duration) ([]byte, error) {
	own, peer, err := c.device.Key(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	sealed, err := wire.SealJSON(question, own, peer, c.device.Now())
	if err != nil {
		return nil, err
	}
	if sealed, err = c.device.PostHeld(ctx, p.ID, path, sealed, hold); err != nil {
		return nil, err
	}
	return wire.OpenJSON(sealed, own, peer, c.device.Now(), answer)
}

// transaction is a redeemed request with what its answer needs.
type transaction struct {
	request   Request
	challenge string
	details   string // hash of what was received
	pin       device.PINChallenge
	more      *moreTime

	fingerprint []byte // its signature, once there is one
}

// redeem fetches the details of the transaction that the OTP names.
func (c *Client) redeem(ctx context.Context, p device.Profile, otp wire.OTP, in Incoming) (transaction, error) {
	asked, pushed, kind := c.device.Now(), otp.Code.IsZero(), wire.KindRedeem
	if pushed {
		kind = wire.KindClaim
	}
	question := wire.Redeem{
		Context: c.context(p, kind, wire.FromDevice, otp.TransactionID),
		OTP:     wire.Sent{Secret: otp.Code},
		Nonce:   rand.Text(),
	}
	var d wire.Details
	body, err := c.exchange(ctx, p, wire.PathRedeem, question, &d)
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
	case pushed && !wire.Pushed(d.Method), !pushed && d.Method != wire.MethodOTP:
		return transaction{}, wire.Errorf(wire.CodeInvalidMethod, "a request that came like this cannot be answered by %q", wire.CleanText(d.Method, 40))
	case d.ExpiresIn <= 0:
		return transaction{}, wire.Errorf(wire.CodeOTPExpired, "")
	}
	request, err := c.request(ctx, p, d, in, asked)
	if err != nil {
		return transaction{}, err
	}
	t := transaction{request: request, challenge: d.Challenge, details: wire.HashDetails(body), more: &moreTime{}}
	if d.Extend > 0 {
		t.request.Extend = c.extend(t)
	}
	return t, nil
}

// request makes what is shown out of what was received and what is known here.
func (c *Client) request(ctx context.Context, p device.Profile, d wire.Details, in Incoming, asked time.Time) (Request, error) {
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
		ExpiresAt:     expiry(asked, d.ExpiresIn),
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

// expiry makes a time of our clock out of what a server says is left.
func expiry(asked time.Time, leftMS int64) time.Time {
	return asked.Add(time.Duration(min(leftMS, maxLife.Milliseconds())) * time.Millisecond)
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
