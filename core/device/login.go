package device

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/url"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// challengeLife is how long a challenge is used; the server's own limit is two
// minutes.
const challengeLife = 90 * time.Second

// PINRequest asks for the PIN of a profile. Failures of Max wrong PINs were
// given so far; Err is 8012 when the last one was just refused.
type PINRequest struct {
	Profile       Profile
	Failures, Max int
	Err           error
}

// Remaining is how many tries are left before the user is deregistered.
func (r PINRequest) Remaining() int { return max(0, r.Max-r.Failures) }

// AskPIN gives the PIN. An error cancels the flow.
type AskPIN func(context.Context, PINRequest) (wire.Secret, error)

// Login logs a profile in with its PIN and asks again after a wrong one. Too
// many wrong PINs end in 9003: the server has deregistered the user, and the
// profile is removed from this device.
func (d *Device) Login(ctx context.Context, profileID string, ask AskPIN) error {
	end, err := d.begin("login/" + profileID)
	if err != nil {
		return err
	}
	defer end()
	pin, err := d.authenticate(ctx, profileID, ask)
	pin.Clear()
	return err
}

// authenticate is Login; it returns the PIN for those who need it once more.
func (d *Device) authenticate(ctx context.Context, profileID string, ask AskPIN) (right wire.Secret, err error) {
	p, err := d.Profile(profileID)
	if err != nil {
		return wire.Secret{}, err
	}
	err = d.withPIN(ctx, p, ask, func(auth credentials, p Profile, c wire.PINChallenge, pin wire.Secret) error {
		err := d.proveForToken(ctx, auth, p, c, pin)
		if err == nil {
			right = wire.NewSecret(bytes.Clone(pin.Bytes()))
		}
		return err
	})
	return right, err
}

// withPIN asks for the PIN of a profile until prove, which proves it to the
// server for a challenge, has something else to say than that it is wrong.
func (d *Device) withPIN(ctx context.Context, p Profile, ask AskPIN, prove func(credentials, Profile, wire.PINChallenge, wire.Secret) error) error {
	auth, err := d.credentials(ctx, p.Server)
	if err != nil {
		return err
	}
	if p.PIN.Length == 0 { // an older version of this program did not note it
		if m, err := d.Metadata(ctx, p.Server); err == nil {
			p.PIN.Length = m.PIN.Length
		}
	}
	var refused error
	for {
		challenge, err := d.challenge(ctx, auth, p)
		if err != nil {
			return err
		}
		asking := d.Now()
		pin, err := ask(ctx, PINRequest{Profile: p, Failures: challenge.Failures, Max: challenge.Max, Err: refused})
		if err != nil {
			return asked(ctx, err)
		}
		if d.Now().Sub(asking) > challengeLife {
			if challenge, err = d.challenge(ctx, auth, p); err != nil {
				return err
			}
		}
		err = prove(auth, p, challenge, pin)
		pin.Clear()
		if wire.CodeOf(err) != wire.CodeIncorrectPIN {
			return d.ifDeregistered(ctx, p.ID, err)
		}
		refused = err
	}
}

// challenge fetches a challenge and settles which salt counts.
func (d *Device) challenge(ctx context.Context, auth credentials, p Profile) (wire.PINChallenge, error) {
	var c wire.PINChallenge
	err := d.call(ctx, p.Server, request{path: wire.PathPINChallenge, auth: auth.basicAuth, json: wire.PINChallengeRequest{
		Version: wire.Version, ProfileID: p.ID,
	}}, &c)
	if err != nil {
		return wire.PINChallenge{}, d.ifDeregistered(ctx, p.ID, err)
	}
	if c.Version != wire.Version || len(c.Challenge) < 16 || c.Max < 1 || c.Failures < 0 {
		return wire.PINChallenge{}, wire.Errorf(wire.CodeConfiguration, "%s sent an unusable challenge", p.Server)
	}
	return c, nil
}

// proof proves pin for a challenge, with the parameters that the server's salt
// names. The binding is what else the proof is for.
func (d *Device) proof(auth credentials, p Profile, c wire.PINChallenge, pin wire.Secret, binding ...string) ([]byte, error) {
	parameters := p.PIN
	if p.NextPIN != nil && bytes.Equal(p.NextPIN.Salt, c.Salt) {
		parameters = *p.NextPIN
	}
	if !bytes.Equal(parameters.Salt, c.Salt) {
		return nil, wire.Errorf(wire.CodeConfiguration, "the server's record of this PIN is not this computer's; remove the profile and register again")
	}
	key, err := wire.PINKey(pin, wire.NewSecret(auth.PINSecret), parameters.Salt, parameters.Cost, p.Server.IsLoopback())
	if err != nil {
		return nil, err
	}
	defer key.Clear()
	return wire.PINProof(key, c.Challenge, auth.DeviceID, p.Server, binding...), nil
}

func (d *Device) proveForToken(ctx context.Context, auth credentials, p Profile, c wire.PINChallenge, pin wire.Secret) error {
	proof, err := d.proof(auth, p, c, pin)
	if err != nil {
		return err
	}
	var tokens wire.TokenResponse
	err = d.call(ctx, p.Server, request{path: wire.PathToken, auth: auth.basicAuth, form: url.Values{
		"grant_type": {wire.GrantPIN},
		"profile_id": {p.ID},
		"challenge":  {c.Challenge},
		"proof":      {base64.RawURLEncoding.EncodeToString(proof)},
	}}, &tokens)
	if err != nil {
		return err
	}
	if err := d.settlePIN(ctx, p, c.Salt); err != nil {
		return err
	}
	d.startSession(newSession(d, p.ID, p.Server, tokens))
	return nil
}

// settlePIN ends a change of the PIN that was cut off: the PIN with the given
// salt is the one that works.
func (d *Device) settlePIN(ctx context.Context, p Profile, salt []byte) error {
	if p.NextPIN == nil {
		return nil
	}
	return d.change(ctx, func(ix *index) error {
		if q := ix.profile(p.ID); q != nil && q.NextPIN != nil {
			if bytes.Equal(q.NextPIN.Salt, salt) {
				q.PIN = *q.NextPIN
			}
			q.NextPIN = nil
		}
		return nil
	})
}

// ifDeregistered removes the profile when err says that the server has.
func (d *Device) ifDeregistered(ctx context.Context, profileID string, err error) error {
	if wire.CodeOf(err) != wire.CodeUserDeregistered {
		return err
	}
	if forgot := d.forgetProfile(context.WithoutCancel(ctx), profileID); forgot != nil {
		d.opt.Log.Error("a deregistered profile could not be removed", "profile", profileID, "error", forgot)
	}
	return err
}

// ChangePIN asks for the PIN, then for a new one. Somebody has to be logged in.
func (d *Device) ChangePIN(ctx context.Context, profileID string, ask AskPIN, create CreatePIN) error {
	if !d.LoggedIn(profileID) {
		return d.notLoggedIn(profileID)
	}
	end, err := d.begin("login/" + profileID)
	if err != nil {
		return err
	}
	defer end()
	old, err := d.authenticate(ctx, profileID, ask)
	if err != nil {
		return err
	}
	defer old.Clear()
	p, err := d.Profile(profileID)
	if err != nil {
		return err
	}
	m, err := d.Metadata(ctx, p.Server)
	if err != nil {
		return err
	}
	pin, err := createPIN(ctx, p, m.PIN, create)
	if err != nil {
		return err
	}
	defer pin.Clear()
	return d.replacePIN(ctx, p, m, old, pin)
}

// replacePIN writes the new parameters down before it tells the server, so that
// a crash at any moment leaves a PIN that works.
func (d *Device) replacePIN(ctx context.Context, p Profile, m wire.Metadata, old, pin wire.Secret) error {
	auth, err := d.credentials(ctx, p.Server)
	if err != nil {
		return err
	}
	set, err := newPINBody(pin, auth, m.KDF.AtLeast(p.PIN.Cost), p.Server)
	if err != nil {
		return err
	}
	challenge, err := d.challenge(ctx, auth, p)
	if err != nil {
		return err
	}
	set.Challenge = challenge.Challenge
	if set.Proof, err = d.proof(auth, p, challenge, old); err != nil {
		return err
	}
	next := pinParameters{Salt: set.Salt, Cost: set.Cost, Length: m.PIN.Length}
	err = d.change(ctx, func(ix *index) error {
		if q := ix.profile(p.ID); q != nil {
			q.NextPIN = &next
		}
		return nil
	})
	if err != nil {
		return err
	}
	token, err := d.accessToken(ctx, p.ID)
	if err != nil {
		return err
	}
	if err := d.call(ctx, p.Server, request{path: wire.PathPIN, auth: bearer(token), json: set}, nil); err != nil {
		return d.ifDeregistered(ctx, p.ID, err)
	}
	p.NextPIN = &next
	return d.settlePIN(ctx, p, next.Salt)
}
