package tokenserver

import (
	"crypto/sha256"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/callbacks"
	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
	"github.com/understudy-auth/understudy/core/wire"
)

// Hash is the SHA-256 of a random secret (token, code, challenge, device
// secret). The store holds hashes only: whoever reads it learns nothing that can
// be presented. Fast hashing is right here and wrong for passwords, as every
// hashed value has at least 128 random bits.
type Hash [sha256.Size]byte

// HashSecret is the hash of a secret.
func HashSecret(s wire.Secret) Hash { return sha256.Sum256(s.Bytes()) }

// HashText is the hash of a secret that arrives as text.
func HashText(s string) Hash { return sha256.Sum256([]byte(s)) }

// Times in records have the precision of a millisecond, which is what a store
// keeps. A record with an expiry is valid before it and no longer at it.

// Device is one registered installation (RFC 7591): a phone, or what stands in
// for one.
type Device struct {
	ID              string
	SecretHash      Hash
	Kind            wire.DeviceKind
	ClientName      string
	SoftwareID      string
	SoftwareVersion string
	OS              string // "linux/6.1", as the device says
	Created         time.Time
	// Seen is when the device last got, lost or, as far as Sweep noticed, had a
	// profile. Sweep removes devices that have had none for long.
	Seen time.Time
}

// Profile is one registered user on one device.
type Profile struct {
	ID       string // 6 characters, made by NewProfileID
	DeviceID string
	UserID   string
	Scope    string // granted at the registration
	Created  time.Time
	PIN      *PIN // nil until the user has created one
	Failures int  // wrong PINs since the last right one
}

// PIN is what the server knows of a PIN: enough to check a proof, and useless
// for trying PINs without the device's secret.
type PIN struct {
	SealedKey []byte // wire.PINKey's result, sealed by a Sealer
	Salt      []byte
	Cost      wire.KDFCost
	Set       time.Time
}

// TokenKind tells access from refresh tokens.
type TokenKind string

// The kinds of tokens.
const (
	AccessToken  TokenKind = "access"
	RefreshToken TokenKind = "refresh"
)

// Token is an issued token. All tokens that go back to one authorization share
// a family and are revoked together.
type Token struct {
	Hash      Hash
	Kind      TokenKind
	ProfileID string
	DeviceID  string
	Scope     string
	Audience  string
	Family    string
	Parent    Hash // refresh tokens: the one that was exchanged for this one; zero for the first
	Expires   time.Time
}

// Session is what a presented access token stands for, in one look-up.
type Session struct {
	Token      Token
	Profile    Profile
	Device     Device
	Enrollment *Enrollment // the active one, nil if there is none
}

// DeviceToken is an access token that a device got by its own credentials alone:
// for itself, or in the name of the user of one of its profiles, who was not asked.
type DeviceToken struct {
	Hash      Hash
	DeviceID  string
	ProfileID string // "": anonymous
	Scope     string
	Audience  string
	Expires   time.Time
}

// DeviceSession is what a presented DeviceToken stands for.
type DeviceSession struct {
	Token  DeviceToken
	Device Device
	UserID string // "": anonymous
}

// UserDevice is one of the devices of a user.
type UserDevice struct {
	Device   Device
	Enrolled bool // a profile of the user on it is
}

// AuthCode is an authorization code (RFC 6749, 4.1), bound to the device, the
// redirect and the PKCE challenge of its request.
type AuthCode struct {
	Hash        Hash
	DeviceID    string
	RedirectURI string
	Challenge   string // S256
	Scope       string
	UserID      string
	Family      string // of the tokens that the code will be exchanged for
	Expires     time.Time
}

// RegistrationCode is shown to a logged-in user, mostly as a QR code, and
// registers whichever device presents it first.
type RegistrationCode struct {
	Hash    Hash
	UserID  string
	Expires time.Time
}

// PINChallenge is good for one proof of one profile's PIN.
type PINChallenge struct {
	Hash      Hash
	ProfileID string
	Expires   time.Time
}

// Enrollment holds the OpenPGP keys of a profile. It is pending until the
// device has proved its key with the nonce; a replaced one is gone together with
// its keys.
type Enrollment struct {
	ProfileID         string
	DeviceKey         []byte // public, as wire.PublicKey marshals it
	DeviceFingerprint string
	SealedServerKey   []byte // private, sealed; empty: the key shared by all enrollments
	ServerFingerprint string
	DeviceKind        wire.DeviceKind // as the device says
	KeyStorage        string          // as the device says: keyring, file, memory
	NonceHash         Hash
	PushToken         string // empty: not enrolled for push; kept when the profile enrolls again
	Created           time.Time
	Expires           time.Time // while pending
}

func (e *Enrollment) keys() serverkeys.Enrollment {
	return serverkeys.Enrollment{
		ProfileID: e.ProfileID, DeviceKey: e.DeviceKey, DeviceFingerprint: e.DeviceFingerprint,
		SealedServerKey: e.SealedServerKey, ServerFingerprint: e.ServerFingerprint,
	}
}

// Transaction is one mobile authentication.
type Transaction struct {
	ID               string
	ClientID         string // the API client (portal) that started it
	Type             string // name of the mobile authentication type
	Method           string // wire.MethodOTP, …
	Message          string
	UserID           string // set by the claim; a pushed one is for its user from the start
	ForDevice        string // of a pushed one: the only device that it is for; empty: all of the user's
	OTPHash          Hash   // zero for a pushed one, which has no OTP
	CallbackURI      string // empty: the portal asks by itself
	InitiatorAddress string // of the waiting browser, as the portal says; may be empty
	InitiatorAgent   string
	State            wire.State
	DeviceID         string // the claim's from here on
	ProfileID        string
	DeviceKind       wire.DeviceKind
	KeyStorage       string
	Created          time.Time
	Expires          time.Time
	Extended         bool      // it got its more time
	Ended            time.Time // zero while open
}

// StateAt is the state at a moment: an open transaction past its expiry is
// expired, whether or not Sweep came by.
func (t Transaction) StateAt(now time.Time) wire.State {
	if t.Open() && !now.Before(t.Expires) {
		return wire.StateExpired
	}
	return t.State
}

// Open reports whether the stored state is not final.
func (t Transaction) Open() bool {
	return t.State == wire.StateInitialized || t.State == wire.StateClaimed
}

// Claim is a device's redemption of an OTP, or its choice of a request that was
// pushed to its user.
type Claim struct {
	TransactionID string
	OTPHash       Hash // zero for a pushed one
	DeviceID      string
	ProfileID     string
	UserID        string
	DeviceKind    wire.DeviceKind
	KeyStorage    string
	ChallengeHash Hash
	DetailsHash   string // wire.HashDetails of what the device is going to show
}

// ClaimResult is what became of a claim.
type ClaimResult int

// Results of a claim. Only Claimed changed anything.
const (
	Claimed          ClaimResult = iota + 1
	ClaimUnknown                 // no such transaction, another OTP, or pushed to others: 10100
	ClaimExpired                 // 10101
	ClaimAnswered                // 10102
	ClaimElsewhere               // another device or profile holds it: 10103
	ClaimNotEnrolled             // the profile is not enrolled (any more): 10104
)

// Answer is a device's decision.
type Answer struct {
	TransactionID string
	DeviceID      string
	ProfileID     string
	ChallengeHash Hash
	DetailsHash   string
	Decision      wire.Decision
	PINProved     bool // a counted try was right; its count ends with this step
	// FingerprintProved is as good as the PIN where the method is that of the
	// fingerprint.
	FingerprintProved bool
}

// Extension is a device's wish for more time.
type Extension struct {
	TransactionID string
	DeviceID      string
	ProfileID     string
	ChallengeHash Hash
	By            time.Duration // from now
}

// AnswerResult is what became of an answer or of an extension.
type AnswerResult int

// Results of an answer. Only Answered changed anything; AnswerRepeated means
// that the same answer is in force already.
const (
	Answered          AnswerResult = iota + 1
	AnswerRepeated                 // same outcome as the first time
	AnswerUnknown                  // no such transaction, or not claimed: 10100
	AnswerExpired                  // 10101
	AnswerTooLate                  // answered otherwise, or failed: 10102
	AnswerElsewhere                // another device or profile holds it: 10103
	AnswerMismatch                 // other challenge or other details than were sent: 10107
	AnswerNotEnrolled              // the profile is not enrolled any more: 10104
	AnswerNeedsProof               // all is right but that accepting takes the PIN or the fingerprint
)

// PINAttempt says whether a proof may be checked.
type PINAttempt int

// Results of Store.CountPINFailure.
const (
	PINCounted     PINAttempt = iota + 1 // counted: check the proof
	PINNoChallenge                       // challenge unknown, used or expired; nothing was counted
	PINUnknown                           // no such profile, or it has no PIN
	PINBusy                              // the last allowed try is being checked right now: try again shortly
	PINLocked                            // the last allowed try was wrong, or its check was lost in a crash: deregister
)

// Callback is a message to a portal that a transaction has ended.
type Callback = callbacks.Callback

// Removed counts what a sweep has removed or ended.
type Removed struct {
	Expired      int // transactions that ended as expired
	Transactions int // ended ones, forgotten after their retention
	Tokens       int
	Codes        int // authorization and registration codes, PIN challenges
	Profiles     int // that got no PIN in time
	Devices      int // without profiles for long
	Enrollments  int // pending ones that were never proved
}

// Total is the sum.
func (r Removed) Total() int {
	return r.Expired + r.Transactions + r.Tokens + r.Codes + r.Profiles + r.Devices + r.Enrollments
}
