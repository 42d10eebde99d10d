package bridge

import (
	"context"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/scan"
	"github.com/understudy-auth/understudy/core/wire"
)

func start(_ context.Context, c *call) (any, error) {
	p := c.page.phone
	return map[string]string{"resourceBaseURL": p.device.ResourceBase(p.b.opt.Server)}, nil
}

// reset removes all that the device holds. What the server did not hear of it
// will find out by itself.
func reset(ctx context.Context, c *call) (any, error) {
	p := c.page.phone
	p.mu.Lock()
	p.user = ""
	p.mu.Unlock()
	p.changed()
	err := p.device.Reset(ctx)
	if code := wire.CodeOf(err); code == wire.CodeServerNotReachable || code == wire.CodeNoNetwork {
		err = nil
	}
	return nil, err
}

func validatePIN(ctx context.Context, c *call) (any, error) {
	pin, err := c.pin()
	if err != nil {
		return nil, err
	}
	defer pin.Clear()
	return nil, c.page.phone.device.ValidatePIN(ctx, c.page.b.opt.Server, pin)
}

type identityProvider struct {
	ID   string `json:"identityProviderId"`
	Name string `json:"identityProviderName"`
}

func identityProviders(ctx context.Context, c *call) (any, error) {
	list, err := c.page.phone.device.IdentityProviders(ctx, c.page.b.opt.Server)
	out := []identityProvider{}
	for _, p := range list {
		out = append(out, identityProvider{p.ID, p.Name})
	}
	return out, err
}

type profileAnswer struct {
	ProfileID string `json:"profileId"`
}

func userProfiles(_ context.Context, c *call) (any, error) {
	out := []profileAnswer{}
	for _, p := range c.page.phone.device.Profiles() {
		out = append(out, profileAnswer{p.ID})
	}
	return out, nil
}

func isUserRegistered(_ context.Context, c *call) (any, error) {
	var a profileArg
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	return c.page.phone.device.IsUserRegistered(a.ProfileID), nil
}

func deregister(ctx context.Context, c *call) (any, error) {
	var a profileArg
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	if err := c.page.phone.device.Deregister(ctx, a.ProfileID); err != nil {
		return nil, err
	}
	return "OK", nil // a phone's answer without a value
}

func authenticateDevice(ctx context.Context, c *call) (any, error) {
	var a profileArg
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	return nil, c.page.phone.device.AuthenticateDevice(ctx, c.page.b.opt.Server, a.Scopes)
}

func appToWeb(ctx context.Context, c *call) (any, error) {
	user, err := c.page.phone.userID()
	if err != nil {
		return nil, err
	}
	target, err := c.target()
	if err != nil {
		return nil, err
	}
	redirect, token, err := c.page.phone.device.AppToWeb(ctx, user, target)
	if err != nil {
		return nil, err
	}
	defer token.Clear()
	return map[string]string{"redirectUri": redirect, "token": string(token.Bytes())}, nil
}

// target is the address to go to: the argument itself, or its targetUri or url.
func (c *call) target() (string, error) {
	var plain string
	if c.arg(0, &plain) == nil {
		return plain, nil
	}
	var a struct{ TargetURI, URL string }
	err := c.arg(0, &a)
	if a.TargetURI == "" {
		a.TargetURI = a.URL
	}
	return a.TargetURI, err
}

// scanPicture reads the QR codes of a picture.
func scanPicture(ctx context.Context, c *call) (any, error) {
	select {
	case c.page.b.scanning <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-c.page.b.scanning }()
	picture, err := capture.DecodeBytes(ctx, c.payload)
	if err != nil {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "%w", err)
	}
	result, err := scan.New().Read(ctx, picture)
	if err != nil {
		return nil, err
	}
	texts := []string{}
	for _, code := range result.Codes {
		texts = append(texts, code.Text)
	}
	return texts, nil
}
