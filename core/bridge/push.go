package bridge

import (
	"context"
	"encoding/json"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// noPushToken stands for the token of a push service where an app has none: no
// such service takes part here, and browsers mostly have none.
const noPushToken = "none"

// enrollPush enrolls the user for push requests. What an app gives in place of a
// text is written as JSON, as on a phone.
func enrollPush(ctx context.Context, c *call) (any, error) {
	user, err := c.page.phone.userID()
	if err != nil {
		return nil, err
	}
	token := noPushToken
	if len(c.Args) > 0 && json.Unmarshal(c.Args[0], &token) != nil {
		token = string(c.Args[0])
	}
	defer c.page.phone.watcher.Poke()
	return nil, c.page.phone.client.EnrollPush(ctx, user, token)
}

func isPushEnrolled(_ context.Context, c *call) (any, error) {
	var a profileArg
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	return c.page.phone.client.IsPushEnrolled(a.ProfileID)
}

// pendingAnswer is a request that waits, as apps get it and give it back.
type pendingAnswer struct {
	ProfileID     string `json:"profileId"`
	TransactionID string `json:"transactionId"`
	Message       string `json:"message"`
	Timestamp     int64  `json:"timestamp"` // ms
	TimeToLive    int64  `json:"timeToLiveSeconds"`
}

// pendingRequests lists what waits for the profiles that are logged in and
// enrolled.
func pendingRequests(ctx context.Context, c *call) (any, error) {
	list, err := c.page.phone.pending(ctx)
	out := []pendingAnswer{}
	for _, w := range list {
		life := w.ExpiresAt.Sub(c.page.b.opt.Now()) + c.page.b.opt.Now().Sub(w.IssuedAt)
		out = append(out, pendingAnswer{w.Profile.ID, w.TransactionID, w.Message, w.IssuedAt.UnixMilli(), int64(life.Seconds())})
	}
	return out, err
}

func (p *phone) pending(ctx context.Context) ([]mobileauth.Waiting, error) {
	var all []mobileauth.Waiting
	for _, profile := range p.device.Profiles() {
		if !profile.Enrolled() || !p.device.LoggedIn(profile.ID) {
			continue
		}
		list, err := p.client.Pending(ctx, profile.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// handlePush has a request put to the receivers that an app was told of: in a
// push message, or in a list. What becomes of it is told there.
func handlePush(ctx context.Context, c *call) (any, error) {
	var a struct {
		TransactionID string `json:"transactionId"`
		Message       string `json:"og_transaction_id"`
	}
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	if a.TransactionID == "" {
		a.TransactionID = a.Message
	}
	if a.TransactionID == "" {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "the push message names no transaction")
	}
	p := c.page.phone
	if _, err := p.userID(); err != nil {
		return nil, err
	}
	list, err := p.pending(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		if w.TransactionID == a.TransactionID {
			p.b.begin(func() { _, _ = p.inbox.queue.Handle(p.b.ctx, w, nil) }) // its receiver hears how it ends
			return nil, nil
		}
	}
	return nil, wire.Errorf(wire.CodeOTPUnknown, "")
}

// registerReceiver has the call's callback get the requests of a method.
func registerReceiver(_ context.Context, c *call) (any, error) {
	var a struct {
		Method mobileauth.Method `json:"method"`
	}
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	if err := c.page.phone.inbox.register(a.Method, c); err != nil {
		return nil, err
	}
	return nil, errAnsweredElsewhere
}

func replyToPush(_ context.Context, c *call) (any, error) {
	if !c.page.phone.inbox.answer(c) {
		return nil, wire.Errorf(wire.CodeInvalidMethod, "")
	}
	return nil, errAnsweredElsewhere
}
