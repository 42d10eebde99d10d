package wire

import (
	"crypto/sha256"
	"encoding/hex"
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
	KindRedeem      Kind = "redeem"       // device: what is this OTP?
	KindDetails     Kind = "details"      // server: who asks for what
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

// Redeem asks for the details of the transaction that an OTP names. Nonce
// binds the answer to this question.
type Redeem struct {
	Context
	OTP   Sent   `json:"otp"`
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
	Method     string  `json:"method"`        // MethodOTP
	IssuedAt   int64   `json:"issued_at_ms"`  // the server's clock, milliseconds since 1970
	ExpiresIn  int64   `json:"expires_in_ms"` // the only thing that a device's deadline is made from
	Network    Network `json:"network,omitempty"`
	Agent      string  `json:"agent,omitempty"` // the waiting browser, as the portal describes it
}

// MethodOTP is the method of requests that come by a scanned code.
const MethodOTP = "otp"

// Network compares the address of the waiting browser with the device's.
type Network string

// Network relations; empty where the portal gave no address.
const (
	NetworkSame    Network = "same"
	NetworkOther   Network = "other"
	NetworkUnclear Network = "unclear" // one speaks IPv4 and the other IPv6
)

// Decision is a person's answer.
type Decision string

// The two decisions. There is no third: no answer is no message.
const (
	Accept Decision = "accept"
	Deny   Decision = "deny"
)

// Answer carries the decision together with the hash of the details that were
// shown: a server cannot swap the text under an approval.
type Answer struct {
	Context
	Challenge   string   `json:"challenge"`
	Decision    Decision `json:"decision"`
	DetailsHash string   `json:"details_sha256"`
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
