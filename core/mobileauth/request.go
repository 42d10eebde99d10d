package mobileauth

import (
	"context"
	"image"
	"time"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
	"github.com/understudy-auth/understudy/core/wire"
)

// Request is what a person has to know before answering. All of it is made
// here, and all text in it is cleaned, so that whoever asks only shows it.
type Request struct {
	TransactionID string
	Profile       device.Profile
	// Portal is the name under which the asking web application is registered at
	// the profile's server; PortalID is its API client.
	Portal, PortalID string
	// Message is the portal's own text; it may have several lines.
	Message string
	// Type is the configured name of the mobile authentication type, Method what
	// it asks of the user.
	Type, Method string
	// PIN is set where accepting takes the profile's PIN.
	PIN *PINNeed
	// Fingerprint is set where accepting takes the profile's fingerprint.
	Fingerprint *FingerprintNeed

	// Source is how the request came, Picture what was around the code, if there
	// is a picture.
	Source  intake.Source
	Picture image.Image

	Server Server
	// Network compares the waiting browser's address with this computer's; Agent
	// is how the portal describes that browser. Both may be empty.
	Network wire.Network
	Agent   string

	// IssuedAt is by the server's clock, ExpiresAt by ours.
	IssuedAt, ExpiresAt time.Time
	// Extend gets more time for this request, as much as its type allows: whoever
	// asks calls it while the question is open, from any goroutine, and gets the time
	// at which it expires from then on; calling it again gives the same. The context
	// of the question lives so much longer. Where it fails (9000, 9001, 9010, 10101,
	// …) nothing has changed, and it may be tried again. Nil where the type allows
	// none, or the request got it already.
	Extend func(context.Context) (time.Time, error)

	// Before is what the history says of this portal.
	Before journal.Before

	// Level says how careful the person has to be, Reasons why.
	Level   Level
	Reasons []Reason
}

// Server is how the server that a request names stands to the profile's own.
type Server struct {
	// Own is the profile's server: where the request was fetched from and where
	// the answer goes. Nothing is ever sent elsewhere.
	Own wire.Origin
	// Claimed is the server that the code named; Own where it named none.
	Claimed wire.Origin
	// Relation compares the two; Difference is set where they differ in one
	// character.
	Relation   wire.Relation
	Difference wire.HostDifference
	// New is set for the profile's first request ever.
	New        bool
	EnrolledAt time.Time
}

// TimeLeft is how long the request can still be answered, never negative.
func (r Request) TimeLeft(now time.Time) time.Duration {
	// A computer that slept has a monotonic clock that stood still: the wall clock
	// counts too, whichever is further.
	return max(0, min(r.ExpiresAt.Sub(now), r.ExpiresAt.Round(0).Sub(now.Round(0))))
}

// Decision is the answer: wire.Accept or wire.Deny.
type Decision = wire.Decision

// Ask puts a request to whoever decides: a person at a window or a terminal, a
// rule, an app behind the bridge. Its context ends when the request expires. An
// error is no answer; it never denies. Where the request takes a PIN, it is given
// before Accept is returned, and asked for by another call after a wrong one.
type Ask func(context.Context, Request) (Decision, error)

// Incoming is a scanned, pasted or linked OTP.
type Incoming struct {
	ProfileID string
	// OTP is the base64 text, as it was read.
	OTP string
	// Claimed is the server that the code named, zero for a bare OTP. It is
	// compared and shown; nothing is sent to it.
	Claimed wire.Origin
	Source  intake.Source
	Picture image.Image
	// Notify hears how the answer fares while it is sent; may be nil.
	Notify func(Sending)
}

// Sending tells that an answer did not get through and is tried again until
// the request expires. The answer is kept meanwhile.
type Sending struct {
	Err      error
	TimeLeft time.Duration
}

// Result is what became of an answered request.
type Result struct {
	Request  Request
	Decision Decision
	State    wire.State // StateAccepted or StateDenied
	Took     time.Duration
	// NotRecorded tells why the history could not be written; the answer itself
	// was given.
	NotRecorded error
}
