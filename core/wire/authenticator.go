package wire

import (
	"crypto/sha256"
	"encoding/hex"
)

// Paths of the calls about authenticators beside the PIN.
const (
	PathAuthenticator          = "/oauth/device/authenticator"
	PathAuthenticatorRemove    = "/oauth/device/authenticator/remove"
	PathAuthenticatorChallenge = "/oauth/device/authenticator/challenge"
)

// GrantAuthenticator logs a profile in with an authenticator's signature: the
// form has profile_id, type, challenge and proof.
const GrantAuthenticator = "urn:understudy:params:oauth:grant-type:authenticator"

// AuthenticatorFingerprint is the type of the only authenticator beside the PIN.
const AuthenticatorFingerprint = "Fingerprint"

// RegisterAuthenticator stores the public half (Ed25519) of an authenticator's
// key for the profile that the access token belongs to. Challenge and Proof prove
// the PIN, for this key alone: see Binding.
type RegisterAuthenticator struct {
	Version   int    `json:"version"`
	Type      string `json:"type"`
	PublicKey []byte `json:"public_key"`
	Challenge string `json:"challenge"`
	Proof     []byte `json:"proof"`
}

// Binding is what the PIN's proof is for besides its challenge.
func (r RegisterAuthenticator) Binding() []string {
	sum := sha256.Sum256(r.PublicKey)
	return []string{"authenticator", r.Type, hex.EncodeToString(sum[:])}
}

// AuthenticatorRequest names an authenticator of a profile, for PathAuthenticatorRemove
// and PathAuthenticatorChallenge. The device authenticates with its own
// credentials: an authenticator that is broken goes without a login.
type AuthenticatorRequest struct {
	Version   int    `json:"version"`
	ProfileID string `json:"profile_id"`
	Type      string `json:"type"`
}

// AuthenticatorChallenge is good for one signature and for two minutes.
type AuthenticatorChallenge struct {
	Version   int    `json:"version"`
	Challenge string `json:"challenge"` // at least 128 random bits
}

// AuthenticatorMessage is what an authenticator's key signs: for one challenge,
// one profile on one device, and one server. What else the signature is for
// follows; each part ends in a zero byte, so that no part can run into the next.
func AuthenticatorMessage(kind, challenge, deviceID, profileID string, server Origin, binding ...string) []byte {
	message := []byte("understudy authenticator\x00")
	for _, part := range append([]string{kind, challenge, deviceID, profileID, server.String()}, binding...) {
		message = append(append(message, part...), 0)
	}
	return message
}
