package words

import (
	"strconv"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/journal"
)

// ResultName names a result in a list.
func ResultName(r journal.Result) string {
	switch r {
	case journal.Accepted:
		return T("accepted")
	case journal.Denied:
		return T("denied")
	case journal.Expired:
		return T("ran out")
	case journal.Unanswered:
		return T("no answer")
	case journal.Failed:
		return T("failed")
	}
	return string(r)
}

// History is a past request in one line, as in a list; its message is the last
// in it.
func History(e journal.Entry, now time.Time) string {
	line := strings.ReplaceAll(e.Message, "\n", " / ")
	if e.Took == 0 || e.Result == journal.Failed {
		return T(`{when}: {result}, {portal}, {profile}. Message: "{message}"`,
			"when", capital(When(e.At, now)), "result", ResultName(e.Result), "portal", e.Portal, "profile", e.Profile, "message", line)
	}
	return T(`{when}: {result} after {time}, {portal}, {profile}. Message: "{message}"`,
		"when", capital(When(e.At, now)), "result", ResultName(e.Result), "time", TimeLeft(e.Took), "portal", e.Portal, "profile", e.Profile, "message", line)
}

// ResultTitle is ResultName where it stands alone.
func ResultTitle(r journal.Result) string { return capital(ResultName(r)) }

// EntryFacts are what is known of a past request, but for its message.
func EntryFacts(e journal.Entry) []Fact {
	facts := []Fact{
		{T("Profile"), e.Profile},
		{T("Server"), e.Server},
		{T("It was"), Source(intake.Source(e.Source))},
	}
	if e.Took > 0 {
		facts = append(facts, Fact{T("Answered after"), TimeLeft(e.Took)})
	}
	if e.Code != 0 {
		facts = append(facts, Fact{T("Error"), strconv.Itoa(e.Code)})
	}
	return append(facts, Fact{T("Request number"), e.TransactionID})
}

// capital makes the first letter of a sentence a capital one.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
