package wire

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of a PendingList, so that it fits into one sealed body whatever it
// holds: Details bring the whole message.
const (
	MaxPending        = 20
	MaxPendingMessage = 200 // runes
	MaxPendingName    = 80  // runes, of each name
	MaxListState      = 64  // bytes
)

// MaxHold is the longest time for which a server may hold a question back and a
// device waits for its answer.
const MaxHold = 5 * time.Minute

// Pending asks which pushed requests wait for the profile's user. Nonce binds
// the list to this question: an old list cannot hide a request or bring one back.
//
// With Wait the server may hold its answer back for so long, as long as the list
// is in the State that the device has already: so a device learns of a push at
// once. One question of a profile waits at a time: a newer one ends it.
type Pending struct {
	Context
	Nonce string `json:"nonce"`
	State string `json:"state,omitempty"`
	Wait  int64  `json:"wait_ms,omitempty"`
}

// PendingList holds the requests that the profile may claim, or has claimed and
// not answered yet, the oldest first. Hold says how long the server would hold
// the next question back, State what to send along with it: 0 where it does not,
// and the device has to ask again and again, with consideration. Held is how long
// the question had waited when the server looked.
type PendingList struct {
	Context
	Nonce    string           `json:"nonce"`
	Requests []PendingRequest `json:"requests"`
	State    string           `json:"state,omitempty"`
	Hold     int64            `json:"hold_ms,omitempty"`
	Held     int64            `json:"held_ms,omitempty"`
}

// PendingRequest is what a list tells of a request. It is enough to choose one
// of several, not to decide on it: for that its Details are claimed.
type PendingRequest struct {
	TransactionID string `json:"transaction_id"`
	PortalID      string `json:"portal_id"`
	PortalName    string `json:"portal_name"`
	Message       string `json:"message"` // its beginning
	Type          string `json:"type"`
	Method        string `json:"method"`
	IssuedAt      int64  `json:"issued_at_ms"`  // the server's clock
	ExpiresIn     int64  `json:"expires_in_ms"` // as in Details
}

// Clean makes the list's texts harmless and short, and leaves out what nobody
// can claim: ids that are none, ids that were there before, what has run out,
// what is too much.
func (l PendingList) Clean() []PendingRequest {
	var list []PendingRequest
	seen := map[string]bool{}
	for _, r := range l.Requests {
		if len(list) == MaxPending || seen[r.TransactionID] || !otpPart.MatchString(r.TransactionID) || r.ExpiresIn <= 0 {
			continue
		}
		seen[r.TransactionID] = true
		for _, name := range []*string{&r.PortalID, &r.PortalName, &r.Type, &r.Method} {
			*name = CleanText(*name, MaxPendingName)
		}
		r.Message = CleanMessage(r.Message, MaxPendingMessage)
		list = append(list, r)
	}
	return list
}

// MaxPushToken is the longest push token, in bytes.
const MaxPushToken = 4 << 10

// PushEnroll enrolls an enrolled profile for push, or brings its new push token:
// what the device's push service calls the app. The server stores it, and sends
// nothing to anybody by it: devices learn of a push by Pending.
type PushEnroll struct {
	Context
	Nonce string `json:"nonce"`
	Token Sent   `json:"push_token"`
}

// PushDone confirms a PushEnroll.
type PushDone struct {
	Context
	Nonce string `json:"nonce"`
}

// CheckPushToken is 8002 for what is no push token: nothing, more than 4 KiB, or
// not printable.
func CheckPushToken(token Secret) error {
	text := string(token.Bytes())
	hidden := strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || isHidden(r) })
	if text == "" || len(text) > MaxPushToken || !utf8.ValidString(text) || hidden {
		return Errorf(CodeIllegalArgument, "a push token is a text of 1 to %d printable bytes", MaxPushToken)
	}
	return nil
}
