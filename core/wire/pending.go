package wire

// Bounds of a PendingList, so that it fits into one sealed body whatever it
// holds: Details bring the whole message.
const (
	MaxPending        = 20
	MaxPendingMessage = 200 // runes
	MaxPendingName    = 80  // runes, of each name
)

// Pending asks which pushed requests wait for the profile's user. Nonce binds
// the list to this question: an old list cannot hide a request or bring one back.
type Pending struct {
	Context
	Nonce string `json:"nonce"`
}

// PendingList holds the requests that the profile may claim, or has claimed and
// not answered yet, the oldest first.
type PendingList struct {
	Context
	Nonce    string           `json:"nonce"`
	Requests []PendingRequest `json:"requests"`
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
