package mobileauth

import (
	"context"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// PINNeed is what a request holds that takes the PIN of its profile to be
// accepted; to be denied it takes none. Whoever asks gives the PIN and then
// returns Accept. One that was not taken is asked for again, by another call with
// the same request: Err is then 8012 (wrong; Failures and Max say how many tries
// are left) or 10108 (not checked, as the server did not answer in time).
type PINNeed struct {
	device.PINRequest
	given wire.Secret
}

// Give takes the PIN, which is proved to the server and never sent, and clears
// it after use. Where it was given twice, the last one counts.
func (n *PINNeed) Give(pin wire.Secret) {
	n.given.Clear()
	n.given = pin
}

// take hands the PIN over, once.
func (n *PINNeed) take() wire.Secret {
	if n == nil {
		return wire.Secret{}
	}
	pin := n.given
	n.given = wire.Secret{}
	return pin
}

// proofAgain reports whether the answer is refused for its PIN alone, or for a
// fingerprint that the server does not have, so that a PIN may be given. After 10108
// the same PIN is never proved again by itself: the first proof may have been
// counted, and its refusal lost.
func proofAgain(err error) bool {
	switch wire.CodeOf(err) {
	case wire.CodeIncorrectPIN, wire.CodePINChallenge, wire.CodeNoSuchAuthenticator:
		return true
	}
	return false
}

// needPIN fetches a challenge for a request that takes the PIN. Wrong is the
// refusal of the try before.
func (c *Client) needPIN(ctx context.Context, t *transaction, wrong error) (err error) {
	if t.request.Method != wire.MethodPushPIN {
		return nil
	}
	p := t.request.Profile
	if t.pin, err = c.device.PINChallenge(ctx, p.ID); err != nil {
		return err
	}
	t.request.PIN = &PINNeed{PINRequest: device.PINRequest{Profile: p, Failures: t.pin.Failures, Max: t.pin.Max, Err: wrong}}
	return nil
}
