package bridge

import (
	"context"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

func authenticate(ctx context.Context, c *call, f *flow) (event, error) {
	var profile profileArg
	var by authenticatorArg
	if err := c.arg(0, &profile); err != nil {
		return nil, err
	}
	if err := c.arg(1, &by); err != nil {
		return nil, err
	}
	p := c.page.phone
	err := p.device.LoginWith(ctx, profile.ProfileID, device.Login{
		Authenticator: string(by.Type), PIN: askPIN(f), Fingerprint: askFingerprint(f),
	})
	if err != nil {
		return nil, err
	}
	p.loggedIn(ctx, profile.ProfileID)
	return event{"profileId": profile.ProfileID}, nil
}

// askPIN has the app's user give the PIN, again after a wrong one.
func askPIN(f *flow) device.AskPIN {
	return func(ctx context.Context, r device.PINRequest) (wire.Secret, error) {
		c, err := f.ask(ctx, "onPinRequest", pinEvent(r), "providePin")
		if err != nil {
			return wire.Secret{}, err
		}
		return c.pin()
	}
}

func pinEvent(r device.PINRequest) event {
	return withError(event{"maxFailureCount": r.Max, "remainingFailureCount": r.Remaining()}, r.Err)
}

// askFingerprint asks whether the sensor may read, and tells what it does.
func askFingerprint(f *flow) device.AskFingerprint {
	return func(ctx context.Context, r device.FingerprintRequest) (device.FingerprintAnswer, error) {
		if f.tellFingerprint(r, nil) {
			return device.FingerprintAccept, nil
		}
		c, err := f.ask(ctx, "onFingerprintRequest", nil, "respondToFingerprintRequest", "fallbackToPin")
		switch {
		case err != nil:
			return device.FingerprintDeny, err
		case c.Action == "fallbackToPin":
			return device.FingerprintFallbackToPIN, nil
		}
		var a acceptArg
		if err := c.arg(0, &a); err != nil || !a.Accept {
			return device.FingerprintDeny, err
		}
		return device.FingerprintAccept, nil
	}
}

// tellFingerprint tells what the sensor did. Where it did nothing yet, it notes how
// an answer can be taken back, and is false.
func (f *flow) tellFingerprint(r device.FingerprintRequest, e event) bool {
	switch {
	case r.Captured:
		f.tell("onFingerprintCaptured", e)
	case r.Failed:
		f.tell("onFingerprintFailed", e)
	default:
		f.mu.Lock()
		defer f.mu.Unlock()
		f.change = r.Change
		return false
	}
	return true
}

// fallbackToPIN asks for the PIN in place of the fingerprint, also while the
// sensor waits. Apps call it without callbacks, so events do not go to it.
func fallbackToPIN(_ context.Context, c *call) (any, error) {
	f := c.page.flow(c.Service)
	if f == nil {
		return nil, wire.Errorf(wire.CodeFingerprintNotInProgress, "")
	}
	if f.takeAside(c) {
		return nil, nil
	}
	f.mu.Lock()
	change := f.change
	f.mu.Unlock()
	if change == nil {
		return nil, wire.Errorf(wire.CodeFingerprintNotInProgress, "")
	}
	change(device.FingerprintFallbackToPIN)
	return nil, nil
}

// toFingerprint answers a fingerprint's question, or takes the answer back while
// the sensor waits.
func toFingerprint(_ context.Context, c *call) (any, error) {
	f := c.page.flow(c.Service)
	if f != nil && f.take(c) {
		return nil, errAnsweredElsewhere
	}
	var a acceptArg
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	if f == nil || a.Accept || !f.takeBack(c) {
		return nil, wire.Errorf(wire.CodeFingerprintNotInProgress, "")
	}
	return nil, errAnsweredElsewhere
}

// takeBack denies what was accepted before, and moves the events to c; it reports
// whether there was something to take back.
func (f *flow) takeBack(c *call) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended || f.change == nil {
		return false
	}
	f.moveTo(c)
	f.change(device.FingerprintDeny)
	return true
}

func logout(ctx context.Context, c *call) (any, error) {
	p := c.page.phone
	user, err := p.userID()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.user = ""
	p.mu.Unlock()
	p.changed()
	return nil, p.device.Logout(ctx, user)
}

func authenticatedUser(_ context.Context, c *call) (any, error) {
	user, err := c.page.phone.userID()
	return profileAnswer{user}, err
}

func authenticateImplicitly(ctx context.Context, c *call) (any, error) {
	var a profileArg
	if err := c.arg(0, &a); err != nil {
		return nil, err
	}
	return nil, c.page.phone.device.LoginImplicitly(ctx, a.ProfileID, a.Scopes)
}

func implicitUser(_ context.Context, c *call) (any, error) {
	user, ok := c.page.phone.device.ImplicitProfile(c.page.b.opt.Server)
	if !ok {
		return nil, wire.Errorf(wire.CodeNoUserAuthenticated, "")
	}
	return profileAnswer{user}, nil
}

func changePIN(ctx context.Context, c *call, f *flow) (event, error) {
	user, err := c.page.phone.userID()
	if err != nil {
		return nil, err
	}
	return nil, c.page.phone.device.ChangePIN(ctx, user, askPIN(f), createPIN(f))
}
