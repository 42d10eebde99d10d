package authenticators

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// challengeLife is how long a challenge can be signed.
const challengeLife = 2 * time.Minute

// ErrNotFound is what a Store says of what is not there.
var ErrNotFound = errors.New("no such profile, authenticator or challenge")

// Authenticator is a registered one. A profile has one of each type at most.
type Authenticator struct {
	ProfileID string
	Type      string
	PublicKey []byte // Ed25519
	Created   time.Time
}

// Store keeps authenticators. It is a part of tokenserver.Store, and each method
// is one atomic step.
type Store interface {
	// SetAuthenticator stores one in place of the profile's earlier one of this
	// type. It ends a try of the PIN that was counted and is right: the count of
	// wrong ones starts anew. ErrNotFound (no such profile).
	SetAuthenticator(ctx context.Context, a Authenticator) error
	// Authenticator finds one. ErrNotFound.
	Authenticator(ctx context.Context, profileID, kind string) (Authenticator, error)
	// RemoveAuthenticator removes one of a profile. ErrNotFound.
	RemoveAuthenticator(ctx context.Context, profileID, kind string) error
	// AddChallenge stores a challenge for a profile; those for the PIN are in the
	// same place. ErrNotFound (no such profile); a full table is the Store's own
	// error.
	AddChallenge(ctx context.Context, hash [sha256.Size]byte, profileID string, expires time.Time) error
	// UseChallenge uses up a challenge of a profile. ErrNotFound (unknown, used,
	// expired, of another profile).
	UseChallenge(ctx context.Context, hash [sha256.Size]byte, profileID string, now time.Time) error
}

// Keeper registers and checks the authenticators of one Token Server. Its errors
// with a code (wire.Error) are for the device: CodeNoSuchAuthenticator,
// CodeIllegalArgument, CodePINChallenge, CodeMessageNotAuthentic.
type Keeper struct {
	Store  Store
	Origin wire.Origin // of the server
	Clock  func() time.Time
}

// Owner is a profile on its device.
type Owner struct{ DeviceID, ProfileID string }

// CheckNew finds what is wrong with a new authenticator, before the PIN's proof
// uses up a try.
func CheckNew(body wire.RegisterAuthenticator) error {
	if body.Type != wire.AuthenticatorFingerprint {
		return errNone
	}
	if len(body.PublicKey) != ed25519.PublicKeySize {
		return wire.Errorf(wire.CodeIllegalArgument, "the public key is not one of Ed25519")
	}
	return nil
}

var errNone = wire.Errorf(wire.CodeNoSuchAuthenticator, "no such authenticator is registered for this profile")

// Register stores a new authenticator of a profile whose PIN was proved for it.
// ErrNotFound: the profile was removed meanwhile.
func (k *Keeper) Register(ctx context.Context, o Owner, body wire.RegisterAuthenticator) error {
	return k.Store.SetAuthenticator(ctx, Authenticator{ProfileID: o.ProfileID, Type: body.Type, PublicKey: body.PublicKey, Created: k.Clock()})
}

// Remove removes an authenticator.
func (k *Keeper) Remove(ctx context.Context, o Owner, kind string) error {
	return noneIfNotFound(k.Store.RemoveAuthenticator(ctx, o.ProfileID, kind))
}

// Challenge makes a challenge for a login with an authenticator.
func (k *Keeper) Challenge(ctx context.Context, o Owner, kind string) (wire.AuthenticatorChallenge, error) {
	if _, err := k.Store.Authenticator(ctx, o.ProfileID, kind); err != nil {
		return wire.AuthenticatorChallenge{}, noneIfNotFound(err)
	}
	c := wire.AuthenticatorChallenge{Version: wire.Version, Challenge: rand.Text()}
	err := k.Store.AddChallenge(ctx, sha256.Sum256([]byte(c.Challenge)), o.ProfileID, k.Clock().Add(challengeLife))
	return c, noneIfNotFound(err)
}

// Login uses up a challenge and checks that it was signed.
func (k *Keeper) Login(ctx context.Context, o Owner, kind, challenge string, proof []byte) error {
	err := k.Store.UseChallenge(ctx, sha256.Sum256([]byte(challenge)), o.ProfileID, k.Clock())
	if errors.Is(err, ErrNotFound) {
		return wire.Errorf(wire.CodePINChallenge, "the challenge is unknown, used or expired")
	}
	if err != nil {
		return err
	}
	return k.Check(ctx, o, kind, challenge, proof)
}

// Check checks a signature over a challenge that whoever calls knows to be fresh,
// and over what else it is for.
func (k *Keeper) Check(ctx context.Context, o Owner, kind, challenge string, proof []byte, binding ...string) error {
	a, err := k.Store.Authenticator(ctx, o.ProfileID, kind)
	if err != nil {
		return noneIfNotFound(err)
	}
	message := wire.AuthenticatorMessage(kind, challenge, o.DeviceID, o.ProfileID, k.Origin, binding...)
	if len(a.PublicKey) != ed25519.PublicKeySize || !ed25519.Verify(a.PublicKey, message, proof) {
		return wire.Errorf(wire.CodeMessageNotAuthentic, "the signature is not the registered authenticator's")
	}
	return nil
}

func noneIfNotFound(err error) error {
	if errors.Is(err, ErrNotFound) {
		return errNone
	}
	return err
}
