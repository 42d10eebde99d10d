package bridge

import (
	"context"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

func enroll(ctx context.Context, c *call) (any, error) {
	user, err := c.page.phone.userID()
	if err != nil {
		return nil, err
	}
	defer c.page.phone.watcher.Poke() // what waits may come now
	return nil, c.page.phone.client.Enroll(ctx, user, nil)
}

func isEnrolled(_ context.Context, c *call) (any, error) {
	var a profileArg
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	return c.page.phone.client.IsEnrolled(a.ProfileID)
}

// handleOTP redeems an OTP and asks the app. A deny ends in an error, as on a
// phone.
func handleOTP(ctx context.Context, c *call, f *flow) (event, error) {
	user, err := c.page.phone.userID()
	if err != nil {
		return nil, err
	}
	var a struct {
		OTP string `json:"otp"`
	}
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	// The question ends with its page. The answer is sent whatever becomes of that.
	result, err := c.page.phone.client.HandleOTP(c.page.b.ctx, mobileauth.Incoming{ProfileID: user, OTP: a.OTP, Source: intake.SourcePaste},
		func(asking context.Context, r mobileauth.Request) (mobileauth.Decision, error) {
			asking, stop := context.WithCancel(asking)
			defer stop()
			defer context.AfterFunc(ctx, stop)()
			reply, err := f.ask(asking, "onConfirmationRequest", requestEvent("otp", r), "replyToChallenge")
			if err != nil {
				return "", err
			}
			return decision(reply)
		})
	return nil, denied(result, err)
}

// requestEvent is what an app is told of a request. Type is the method, whatever
// the server calls its type.
func requestEvent(method string, r mobileauth.Request) event {
	return event{"type": method, "message": r.Message, "profileId": r.Profile.ID, "transactionId": r.TransactionID}
}

func decision(c *call) (mobileauth.Decision, error) {
	var a acceptArg
	err := c.arg(0, &a)
	if a.Accept {
		return wire.Accept, err
	}
	return wire.Deny, err
}

// denied is 9006 for a request that was denied.
func denied(r mobileauth.Result, err error) error {
	if err == nil && r.Decision == wire.Deny {
		return wire.Errorf(wire.CodeCanceled, "the request was denied")
	}
	return err
}

// replyToOTP answers the question of handleOTP. What becomes of it goes to the
// callbacks of start, and this call is not answered.
func replyToOTP(_ context.Context, c *call) (any, error) {
	f := c.page.flow(c.Service)
	if f == nil || !f.takeAside(c) {
		return nil, wire.Errorf(wire.CodeInvalidMethod, "")
	}
	c.send(answer{ID: c.ID, Done: true})
	return nil, errAnsweredElsewhere
}
