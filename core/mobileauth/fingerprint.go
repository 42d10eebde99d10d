package mobileauth

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// FingerprintNeed is what a request holds that takes the fingerprint of its
// profile to be accepted; to be denied it takes none. Once Accept is returned the
// sensor reads. Where the PIN has to serve instead, as the fingerprint or the sensor
// can no longer be used or somebody wants it so, the same function is asked once
// more: the request is then one of wire.MethodPushPIN, with its PINNeed.
type FingerprintNeed struct {
	given device.AskFingerprint
}

// Give has ask hear what the sensor does after Accept: first the question whether
// it may read, which FingerprintAccept answers, then each finger that it read.
// FingerprintDeny, also by the request's Change, denies the request;
// FingerprintFallbackToPIN has the PIN asked for. Nobody has to give anything: the
// sensor reads then until it knows.
func (n *FingerprintNeed) Give(ask device.AskFingerprint) { n.given = ask }

// fingerprintRegistered reports whether the profile can be asked for its
// fingerprint here.
func (c *Client) fingerprintRegistered(ctx context.Context, profileID string) bool {
	list, err := c.device.Authenticators(ctx, profileID)
	if err != nil {
		return false
	}
	for _, a := range list {
		if a.Type == device.AuthenticatorFingerprint && a.Registered {
			return true
		}
	}
	return false
}

// needFingerprint prepares a request that takes the fingerprint, or, where there
// is none, the PIN.
func (c *Client) needFingerprint(ctx context.Context, t *transaction) {
	switch {
	case t.request.Method != wire.MethodPushFingerprint:
	case c.fingerprintRegistered(ctx, t.request.Profile.ID):
		t.request.Fingerprint = &FingerprintNeed{}
	default:
		t.request.Method = wire.MethodPushPIN
	}
}

// fallBack makes the request one that takes the PIN, and prepares it.
func (c *Client) fallBack(ctx context.Context, t *transaction, notify func(Sending)) error {
	t.request.Method, t.request.Fingerprint, t.fingerprint = wire.MethodPushPIN, nil, nil
	return c.keepTrying(ctx, t.request.ExpiresAt, notify, func() error { return c.needPIN(ctx, t, nil) })
}

// readFinger has the sensor read for an answer that accepts, and keeps the
// signature for it. The decision is Deny where that came of it; fallBack: the PIN
// has to serve.
func (c *Client) readFinger(ctx context.Context, t *transaction) (decision Decision, fallBack bool, err error) {
	var denied atomic.Bool
	note := func(a device.FingerprintAnswer) {
		if a == device.FingerprintDeny {
			denied.Store(true)
		}
	}
	given := t.request.Fingerprint.given
	if given == nil {
		given = func(context.Context, device.FingerprintRequest) (device.FingerprintAnswer, error) {
			return device.FingerprintAccept, nil
		}
	}
	ask := func(ctx context.Context, r device.FingerprintRequest) (device.FingerprintAnswer, error) {
		change := r.Change
		r.Change = func(a device.FingerprintAnswer) {
			note(a)
			change(a)
		}
		answer, err := given(ctx, r)
		if err == nil {
			note(answer)
		}
		return answer, err
	}
	a := c.draft(t, wire.Accept)
	t.fingerprint, err = c.device.ProveFingerprint(ctx, t.request.Profile.ID, ask, a.Challenge, a.Binding()...)
	switch code := wire.CodeOf(err); {
	case err == nil:
		return wire.Accept, false, nil
	case errors.Is(err, device.ErrFallbackToPIN), code == wire.CodeNoSuchAuthenticator:
		return "", true, nil
	case code == wire.CodeCanceled && denied.Load():
		return wire.Deny, false, nil
	}
	return "", false, err
}

// forgetFingerprint removes one that the server does not know any more.
func (c *Client) forgetFingerprint(ctx context.Context, profileID string) {
	if err := c.device.DeregisterAuthenticator(ctx, profileID, device.AuthenticatorFingerprint); err != nil {
		c.device.Log().Warn("a fingerprint that the server does not know could not be removed", "profile", profileID, "error", err)
	}
}
