package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// version is that of lines and exports which this program writes.
const version = 1

// maxText is the longest text in runes, but for messages, which may have
// wire.CleanMessage's 2,000.
const maxText = 300

// Result says what became of a request.
type Result string

// The results.
const (
	Accepted   Result = "accepted"
	Denied     Result = "denied"
	Expired    Result = "expired"    // the time ran out while the question was open
	Unanswered Result = "unanswered" // closed, or the program ended, without an answer
	Failed     Result = "failed"     // Code says why
)

func (r Result) known() bool {
	switch r {
	case Accepted, Denied, Expired, Unanswered, Failed:
		return true
	}
	return false
}

// Entry is one request and what became of it.
type Entry struct {
	Version       int       // set by Add
	At            time.Time // when the question was put
	ProfileID     string
	Profile       string // its name then
	Server        string // the origin
	Portal        string // the name that the server gives it
	Message       string // may have several lines
	Source        string // screen, camera, file, paste, link, server
	TransactionID string
	Level         string // calm, ask, stop
	Result        Result
	Code          int           // the error's code where Result is Failed
	Took          time.Duration // from the question to its end, kept in ms
}

// record is an entry as JSON.
type record struct {
	Version       int       `json:"v"`
	At            time.Time `json:"at"`
	ProfileID     string    `json:"profile_id"`
	Profile       string    `json:"profile"`
	Server        string    `json:"server"`
	Portal        string    `json:"portal"`
	Message       string    `json:"message"`
	Source        string    `json:"source"`
	TransactionID string    `json:"transaction_id"`
	Level         string    `json:"level"`
	Result        Result    `json:"result"`
	Code          int       `json:"code,omitempty"`
	TookMS        int64     `json:"took_ms"`
}

func (e Entry) record() record {
	return record{
		Version: e.Version, At: e.At, ProfileID: e.ProfileID, Profile: e.Profile, Server: e.Server,
		Portal: e.Portal, Message: e.Message, Source: e.Source, TransactionID: e.TransactionID,
		Level: e.Level, Result: e.Result, Code: e.Code, TookMS: e.Took.Milliseconds(),
	}
}

func (r record) entry() Entry {
	return Entry{
		Version: r.Version, At: r.At, ProfileID: r.ProfileID, Profile: r.Profile, Server: r.Server,
		Portal: r.Portal, Message: r.Message, Source: r.Source, TransactionID: r.TransactionID,
		Level: r.Level, Result: r.Result, Code: r.Code, Took: time.Duration(r.TookMS) * time.Millisecond,
	}
}

// MarshalJSON writes the entry as a line of the history has it.
func (e Entry) MarshalJSON() ([]byte, error) { return json.Marshal(e.record()) }

// UnmarshalJSON is the reverse.
func (e *Entry) UnmarshalJSON(data []byte) error {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return err
	}
	*e = r.entry()
	return nil
}

// ErrEntry is what Add says of an entry that no history can hold.
var ErrEntry = errors.New("history entry is not usable")

// check refuses an entry that the history cannot hold.
func (e Entry) check() error {
	if e.At.IsZero() || !e.Result.known() {
		return fmt.Errorf("%w: it needs a time and one of the results, not %q", ErrEntry, wire.CleanText(string(e.Result), 20))
	}
	return nil
}

// normal gives the entry as it is kept: current version, UTC and whole
// milliseconds, all texts harmless.
func (e Entry) normal() Entry {
	e = e.cleanText()
	e.Version = version
	e.At = e.At.UTC().Round(0) // without Go's monotonic reading
	e.Took = max(e.Took, 0).Truncate(time.Millisecond)
	return e
}

func (e Entry) cleanText() Entry {
	for _, text := range []*string{
		&e.ProfileID, &e.Profile, &e.Server, &e.Portal, &e.Source, &e.TransactionID, &e.Level,
	} {
		*text = wire.CleanText(*text, maxText)
	}
	e.Message = wire.CleanMessage(e.Message, 0)
	return e
}
