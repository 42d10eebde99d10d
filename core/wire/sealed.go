package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
)

// Kind says what a sealed body is, Direction who made it. Both are checked by
// the receiver, so that no message can be turned into another one or sent back
// to its sender.
type (
	Kind      string
	Direction string
)

// Kinds and directions of sealed bodies.
const (
	KindEnrollProof Kind = "enroll-proof" // device: I hold the key that I sent
	KindEnrollDone  Kind = "enroll-done"  // server: and I hold mine
	KindPushEnroll  Kind = "push-enroll"  // device: this is my push token
	KindPushDone    Kind = "push-done"    // server: it is stored
	KindPending     Kind = "pending"      // device: what waits for me?
	KindPendingList Kind = "pending-list" // server: these requests
	KindRedeem      Kind = "redeem"       // device: what is this OTP?
	KindClaim       Kind = "claim"        // device: what is this request, of those that wait?
	KindDetails     Kind = "details"      // server: who asks for what
	KindExtend      Kind = "extend"       // device: more time for this one
	KindExtended    Kind = "extended"     // server: you have so much
	KindAnswer      Kind = "answer"       // device: accept or deny
	KindOutcome     Kind = "outcome"      // server: what became of it

	FromDevice Direction = "device"
	FromServer Direction = "server"
)

// Context binds a sealed body to its place: one kind, one direction, one
// server, one device and, where there is one, one transaction.
type Context struct {
	Version       int       `json:"version"`
	Kind          Kind      `json:"kind"`
	Direction     Direction `json:"direction"`
	Server        string    `json:"server"` // origin
	DeviceID      string    `json:"device_id"`
	ProfileID     string    `json:"profile_id"`
	TransactionID string    `json:"transaction_id,omitempty"`
}

// Check compares a received context with the expected one. A difference is
// CodeMessageNotAuthentic and names the field, never its value.
func (c Context) Check(want Context) error {
	want.Version = Version
	switch {
	case c.Version != want.Version:
		return Errorf(CodeMessageNotAuthentic, "version %d of a sealed body is not known here (this program speaks version %d)", c.Version, Version)
	case c.Kind != want.Kind:
		return Errorf(CodeMessageNotAuthentic, "another kind of message was expected")
	case c.Direction != want.Direction:
		return Errorf(CodeMessageNotAuthentic, "the message goes in the wrong direction")
	case c.Server != want.Server:
		return Errorf(CodeMessageNotAuthentic, "the message names another server")
	case c.DeviceID != want.DeviceID:
		return Errorf(CodeMessageNotAuthentic, "the message names another device")
	case c.ProfileID != want.ProfileID:
		return Errorf(CodeMessageNotAuthentic, "the message names another profile")
	case c.TransactionID != want.TransactionID:
		return Errorf(CodeMessageNotAuthentic, "the message names another transaction")
	}
	return nil
}

// EnrollProof is signed with the new key: it binds the server's nonce to both
// fingerprints, so that neither key can be swapped. EnrollDone repeats it from
// the other side.
type EnrollProof struct {
	Context
	Nonce     string `json:"nonce"`
	DeviceKey string `json:"device_key"` // fingerprints, 40 hex digits
	ServerKey string `json:"server_key"`
}

// Redeem asks for the details of a transaction: as KindRedeem of the one that
// the OTP names, as KindClaim of one that was pushed to the profile's user and has
// no OTP. Nonce binds the answer to this question.
type Redeem struct {
	Context
	OTP   Sent   `json:"otp,omitzero"`
	Nonce string `json:"nonce"`
}

// Details is what a person has to know before answering. Challenge is good for
// one answer and replaces any earlier one of the transaction.
type Details struct {
	Context
	Nonce      string  `json:"nonce"`
	Challenge  string  `json:"challenge"`
	PortalID   string  `json:"portal_id"`
	PortalName string  `json:"portal_name"` // as registered at the server
	Message    string  `json:"message"`
	Type       string  `json:"type"`          // name of the mobile authentication type
	Method     string  `json:"method"`        // MethodOTP, MethodPush, …
	IssuedAt   int64   `json:"issued_at_ms"`  // the server's clock, milliseconds since 1970
	ExpiresIn  int64   `json:"expires_in_ms"` // the only thing that a device's deadline is made from
	Network    Network `json:"network,omitempty"`
	Agent      string  `json:"agent,omitempty"`     // the waiting browser, as the portal describes it
	Extend     int64   `json:"extend_ms,omitempty"` // how much time Extend gives; 0: none
}

// Methods of mobile authentication, as a type is configured and as apps compare
// them.
const (
	MethodOTP             = "otp"                   // comes by a scanned code, which names no user
	MethodPush            = "push"                  // waits at the server for its user's devices
	MethodPushPIN         = "push_with_pin"         // the same, and accepting takes the PIN
	MethodPushFingerprint = "push_with_fingerprint" // the same, and accepting takes the fingerprint, or the PIN in its place
)

// Pushed reports whether requests of the method wait at the server, where the
// devices of their user find them.
func Pushed(method string) bool {
	return method == MethodPush || method == MethodPushPIN || method == MethodPushFingerprint
}

// Extend asks for more time for a claimed transaction, once, by the challenge of
// its Details. The same question again has the same answer: the first may have been
// lost.
type Extend struct {
	Context
	Challenge string `json:"challenge"`
}

// Extended tells how much time there is now.
type Extended struct {
	Context
	Challenge string `json:"challenge"`
	ExpiresIn int64  `json:"expires_in_ms"`
}

// Network compares the address of the waiting browser with the device's.
type Network string

// Network relations; empty where the portal gave no address.
const (
	NetworkSame    Network = "same"
	NetworkOther   Network = "other"
	NetworkUnclear Network = "unclear" // one speaks IPv4 and the other IPv6
)

// CompareNetworks compares two addresses. What is no address compares as empty.
func CompareNetworks(browser, device string) Network {
	b, err := netip.ParseAddr(browser)
	d, err2 := netip.ParseAddr(device)
	if err != nil || err2 != nil {
		return ""
	}
	b, d = b.Unmap().WithZone(""), d.Unmap().WithZone("")
	switch {
	case b == d, b.IsLoopback() && d.IsLoopback():
		return NetworkSame
	case b.Is4() != d.Is4():
		return NetworkUnclear
	}
	return NetworkOther
}

// Decision is a person's answer.
type Decision string

// The two decisions. There is no third: no answer is no message.
const (
	Accept Decision = "accept"
	Deny   Decision = "deny"
)

// Answer carries the decision together with the hash of the details that were
// shown: a server cannot swap the text under an approval. Where accepting takes
// the PIN, PINProof proves it, for a challenge as a login takes it, and for
// nothing but this answer (Binding). Where it takes the fingerprint,
// FingerprintProof is the fingerprint's signature over Challenge and Binding
// (AuthenticatorMessage); the PIN serves in its place.
type Answer struct {
	Context
	Challenge    string   `json:"challenge"`
	Decision     Decision `json:"decision"`
	DetailsHash  string   `json:"details_sha256"`
	PINChallenge string   `json:"pin_challenge,omitempty"`
	PINProof     []byte   `json:"pin_proof,omitempty"`

	FingerprintProof []byte `json:"fingerprint_proof,omitempty"`
}

// Binding is what the proofs of an answer are bound to, for PINProof and
// AuthenticatorMessage: the proof of a login is none of an approval, that of one approval none of another,
// and the other way round.
func (a Answer) Binding() []string {
	return []string{string(KindAnswer), a.TransactionID, a.Challenge, a.DetailsHash}
}

// HashDetails is the SHA-256, in hex, of a Details body as it was received.
func HashDetails(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// State of a transaction: initialized -> claimed -> accepted | denied | failed;
// initialized and claimed may also end expired. Each step happens once.
type State string

// The states of a transaction.
const (
	StateInitialized State = "initialized"
	StateClaimed     State = "claimed"
	StateAccepted    State = "accepted"
	StateDenied      State = "denied"
	StateExpired     State = "expired"
	StateFailed      State = "failed"
)

// Outcome confirms an answer.
type Outcome struct {
	Context
	Challenge string `json:"challenge"`
	State     State  `json:"state"`
}
