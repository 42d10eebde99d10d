package bridge

import (
	"context"

	"github.com/understudy-auth/understudy/core/device"
)

type authenticatorAnswer struct {
	Type       string `json:"authenticatorType"`
	ID         string `json:"authenticatorId"`
	Name       string `json:"name"`
	Preferred  bool   `json:"isPreferred"`
	Registered bool   `json:"isRegistered"`
}

func answerOf(a device.Authenticator) authenticatorAnswer {
	return authenticatorAnswer{a.Type, a.ID, a.Name, a.Preferred, a.Registered}
}

func authenticators(wanted func(registered bool) bool) action {
	return func(ctx context.Context, c *call) (any, error) {
		var a profileArg
		if err := c.arg(0, &a); err != nil {
			return nil, err
		}
		list, err := c.page.phone.device.Authenticators(ctx, a.ProfileID)
		out := []authenticatorAnswer{}
		for _, a := range list {
			if wanted(a.Registered) {
				out = append(out, answerOf(a))
			}
		}
		return out, err
	}
}

func preferred(ctx context.Context, c *call) (any, error) {
	user, err := c.page.phone.userID()
	if err != nil {
		return nil, err
	}
	a, err := c.page.phone.device.PreferredAuthenticator(ctx, user)
	return answerOf(a), err
}

func setPreferred(ctx context.Context, c *call) (any, error) {
	user, a, err := c.authenticator()
	if err != nil {
		return nil, err
	}
	return nil, c.page.phone.device.SetPreferredAuthenticator(ctx, user, string(a.Type), string(a.ID))
}

// authenticator is who is logged in, and what the app names.
func (c *call) authenticator() (user string, a authenticatorArg, err error) {
	if user, err = c.page.phone.userID(); err == nil {
		err = c.arg(0, &a)
	}
	return user, a, err
}

func registerAuthenticator(ctx context.Context, c *call, f *flow) (event, error) {
	user, a, err := c.authenticator()
	if err != nil {
		return nil, err
	}
	return nil, c.page.phone.device.RegisterAuthenticator(ctx, user, string(a.Type), askPIN(f))
}

func deregisterAuthenticator(ctx context.Context, c *call) (any, error) {
	user, a, err := c.authenticator()
	if err != nil {
		return nil, err
	}
	return nil, c.page.phone.device.DeregisterAuthenticator(ctx, user, string(a.Type))
}
