package tokenserver

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/tokenserver/authenticators"
	"github.com/understudy-auth/understudy/core/tokenserver/callbacks"
	"github.com/understudy-auth/understudy/core/tokenserver/serverkeys"
)

// Errors of a Store that callers tell apart. Any other error means that the
// store itself does not work.
var (
	ErrNotFound = errors.New("no such record")
	ErrExists   = errors.New("such a record exists already")
	ErrConflict = errors.New("the record was changed meanwhile")
	ErrFull     = errors.New("the server's store holds as many records of this kind as it may")
	ErrReused   = errors.New("the code or token was used before; what came of it is revoked")
)

// Periods that a Store applies by itself.
const (
	// PINTime is how long a counted try may be under check before it counts as
	// lost. It is far above what a check takes.
	PINTime = 10 * time.Second
	// NoPINTime is how long a profile may be without a PIN.
	NoPINTime = 30 * time.Minute
	// IdleDeviceTime is how long a device may be without a profile.
	IdleDeviceTime = 30 * 24 * time.Hour
	// RetentionTime is how long an ended transaction can still be asked for.
	RetentionTime = 24 * time.Hour
	// MaxRotations is how often one refresh token may be exchanged before one of
	// its successors is used: responses get lost, but not that often.
	MaxRotations = 10
)

// Limits caps the tables of a Store. A full table refuses new rows with
// ErrFull until old ones are removed or swept. Tables without a number here are
// bounded by others: a profile has two enrollments and one authenticator, and a
// transaction has one callback at most.
type Limits struct {
	Devices          int
	Profiles         int
	Tokens           int // of each: those of a login, those of devices
	Codes            int // of each: authorization codes, registration codes, PIN challenges
	Transactions     int // open and ended
	OpenTransactions int // of one API client
}

// DefaultLimits is enough for a test of thousands of devices on a laptop.
var DefaultLimits = Limits{
	Devices:          100_000,
	Profiles:         100_000,
	Tokens:           1_000_000,
	Codes:            100_000,
	Transactions:     2_000_000,
	OpenTransactions: 20_000,
}

// Store keeps what the server knows. Every method is one atomic step: it
// happens whole or not at all, whoever races and whenever the power fails; what
// returned without an error survives the process. Every step that changes a
// state is conditional on the state before and says what it found. Methods may
// be called from any number of goroutines.
//
// All times come from the caller, so that a test can move them. The package
// storetest holds every implementation to this description.
type Store interface {
	DeviceStore
	TokenStore
	PINStore
	authenticators.Store
	EnrollmentStore
	TransactionStore
	CallbackStore

	// Sweep ends what has expired and removes what is no longer needed, at most
	// limit rows of each kind. Transactions that expire queue their callback.
	Sweep(ctx context.Context, now time.Time, limit int) (Removed, error)
	Close() error
}

// DeviceStore keeps devices, their users' profiles and the codes that make
// them.
type DeviceStore interface {
	// AddDevice adds a device. ErrExists, ErrFull.
	AddDevice(ctx context.Context, d Device) error
	// Device finds a device. ErrNotFound.
	Device(ctx context.Context, id string) (Device, error)
	// RemoveDevice removes a device and all of its profiles, as RemoveProfile
	// does. ErrNotFound.
	RemoveDevice(ctx context.Context, id string, now time.Time) error

	// AddProfile adds a profile without a PIN, and its first tokens with it.
	// ErrExists (take another id), ErrNotFound (no such device), ErrFull.
	AddProfile(ctx context.Context, p Profile, tokens ...Token) error
	// Profile finds a profile. ErrNotFound.
	Profile(ctx context.Context, id string) (Profile, error)
	// Profiles lists the profiles of a device, oldest first, at most limit.
	Profiles(ctx context.Context, deviceID string, limit int) ([]Profile, error)
	// UserDevices lists the devices on which a user has a registered profile, with
	// a PIN; the first one that the user had comes first; at most limit.
	UserDevices(ctx context.Context, userID string, limit int) ([]UserDevice, error)
	// RemoveProfile removes a profile of a device with its tokens, challenges
	// and enrollment. A transaction that it had claimed fails. ErrNotFound.
	RemoveProfile(ctx context.Context, deviceID, profileID string, now time.Time) error

	// AddAuthCode stores a new authorization code. ErrFull.
	AddAuthCode(ctx context.Context, c AuthCode) error
	// UseAuthCode uses up a code of this device for this redirect. ErrNotFound
	// (unknown, expired, of another device, for another redirect); ErrReused (it
	// was used before: the tokens of its family are now revoked).
	UseAuthCode(ctx context.Context, hash Hash, deviceID, redirectURI string, now time.Time) (AuthCode, error)
	// AddRegistrationCode stores a new registration code. ErrFull.
	AddRegistrationCode(ctx context.Context, c RegistrationCode) error
	// UseRegistrationCode uses up a registration code. ErrNotFound (unknown,
	// expired, used).
	UseRegistrationCode(ctx context.Context, hash Hash, now time.Time) (RegistrationCode, error)
}

// TokenStore keeps tokens.
type TokenStore interface {
	// AddTokens adds tokens of one profile. ErrNotFound (the profile is gone),
	// ErrFull.
	AddTokens(ctx context.Context, tokens ...Token) error
	// Session finds what an access token stands for. ErrNotFound (unknown,
	// expired, or a refresh token).
	Session(ctx context.Context, access Hash, now time.Time) (Session, error)
	// RefreshToken finds a refresh token without using it. ErrNotFound.
	RefreshToken(ctx context.Context, refresh Hash, now time.Time) (Token, error)
	// RotateRefresh exchanges a refresh token of a device for new tokens, whose
	// Parent and Family it sets. The old one stays valid until one of its
	// successors is used, as a response may be lost; using a successor ends its
	// parent and its siblings, and whoever presents one of those then has the
	// whole family revoked (RFC 9700, 4.14). ErrNotFound (unknown, expired, of
	// another device), ErrReused, ErrFull.
	RotateRefresh(ctx context.Context, refresh Hash, deviceID string, now time.Time, tokens ...Token) error
	// AddDeviceToken adds a token of a device. ErrNotFound (the device is gone, or
	// the profile, or it is another device's), ErrFull.
	AddDeviceToken(ctx context.Context, t DeviceToken) error
	// DeviceSession finds what a token of a device stands for. ErrNotFound (unknown,
	// expired).
	DeviceSession(ctx context.Context, access Hash, now time.Time) (DeviceSession, error)
	// RevokeToken removes a token of a device; a refresh token takes its family
	// along. ErrNotFound (the caller answers as if it had been there: RFC 7009).
	RevokeToken(ctx context.Context, hash Hash, deviceID string) error
}

// PINStore counts and checks PINs. The order is: CountPINFailure, compare, then
// PassPIN or FailPIN. So a try is counted before anybody learns whether it was
// right, and a hundred tries at once are not more than a hundred in a row.
type PINStore interface {
	// AddPINChallenge stores a challenge for a profile. ErrNotFound (no such
	// profile), ErrFull.
	AddPINChallenge(ctx context.Context, c PINChallenge) error
	// CountPINFailure uses up the challenge and counts a failure in advance,
	// unless max are counted already. The profile is filled for PINCounted and
	// holds the count with this one.
	CountPINFailure(ctx context.Context, deviceID, profileID string, challenge Hash, max int, now time.Time) (Profile, PINAttempt, error)
	// PassPIN is the end of a right try: the counter starts anew and tokens are
	// added. ErrNotFound (the profile was removed meanwhile: the try came too
	// late), ErrFull.
	PassPIN(ctx context.Context, profileID string, tokens ...Token) error
	// FailPIN is the end of a wrong try: where max are counted, the profile is
	// removed as by RemoveProfile, and removed is true. Failures is the count
	// that stands.
	FailPIN(ctx context.Context, profileID string, max int, now time.Time) (failures int, removed bool, err error)
	// SetPIN stores a PIN and starts the counter anew. oldSalt names the PIN that
	// it replaces, nil if there is none. ErrNotFound; ErrConflict (there is
	// another PIN by now).
	SetPIN(ctx context.Context, profileID string, pin PIN, oldSalt []byte) error
}

// EnrollmentStore keeps enrollments.
type EnrollmentStore interface {
	// BeginEnrollment stores a pending enrollment, in place of an earlier pending
	// one. An active one stays in force. ErrExists (there is an active one and
	// override is false), ErrNotFound (no such profile).
	BeginEnrollment(ctx context.Context, e Enrollment, override bool) error
	// PendingEnrollment finds the pending enrollment of a profile, or the active
	// one where nothing is pending: its device may not have got the answer. The
	// nonce tells. ErrNotFound.
	PendingEnrollment(ctx context.Context, profileID string, now time.Time) (Enrollment, error)
	// ActivateEnrollment puts the pending enrollment with this nonce into force
	// and removes the one before it with its keys. A repeated call is no error.
	// ErrExists (see BeginEnrollment), ErrNotFound (none pending with this nonce).
	ActivateEnrollment(ctx context.Context, profileID string, nonce Hash, override bool, now time.Time) error
	// Enrollments lists the active enrollments of a user, at most limit.
	Enrollments(ctx context.Context, userID string, limit int) ([]Enrollment, error)
	// SetPushToken enrolls an enrolled profile for push, in place of an earlier
	// token. ErrNotFound (it is not enrolled).
	SetPushToken(ctx context.Context, profileID, token string) error

	serverkeys.Store
}

// TransactionStore keeps mobile authentications. Their states:
//
//	initialized -> claimed -> accepted | denied | failed
//	initialized, claimed -> expired
type TransactionStore interface {
	// AddTransaction stores a new one, initialized. ErrFull.
	AddTransaction(ctx context.Context, t Transaction) error
	// AddPush stores a new one that waits for the devices of its user, at the time
	// of its Created. If rules say that the user was asked enough, it stores nothing
	// and tells when the next one may come; the zero time: stored. ErrFull.
	AddPush(ctx context.Context, t Transaction, rules PushConfig) (next time.Time, err error)
	// Pending lists the pushed transactions that the profile may claim or has
	// claimed and not answered, oldest first, at most limit.
	Pending(ctx context.Context, p Profile, now time.Time, limit int) ([]Transaction, error)
	// Transaction finds one. ErrNotFound. See Transaction.StateAt.
	Transaction(ctx context.Context, id string) (Transaction, error)
	// Claim gives a transaction to the first device that has its OTP, a pushed one
	// to the first of its user's. The same device and profile may claim again while
	// it is open: the new challenge and details replace the earlier ones.
	Claim(ctx context.Context, c Claim, now time.Time) (ClaimResult, error)
	// Answer ends a claimed transaction and queues its callback in the same step.
	// With PINProved it also starts the count of wrong PINs anew, whatever becomes
	// of the answer; without, what takes the PIN is not accepted, and what takes the
	// fingerprint only with FingerprintProved.
	Answer(ctx context.Context, a Answer, now time.Time) (AnswerResult, error)
	// Extend gives a claimed transaction more time, once: it then expires as late
	// as the extension says, never sooner than before. Answered (it was extended) and
	// AnswerRepeated (it had been already) tell when it expires; other results are as
	// for an answer.
	Extend(ctx context.Context, e Extension, now time.Time) (expires time.Time, result AnswerResult, err error)
}

// CallbackStore keeps callbacks: they are queued by the step that causes them.
type CallbackStore = callbacks.Store
