package words

import (
	"time"

	"github.com/understudy-auth/understudy/core/journal"
)

// Before is what the history says of a portal: one line, or two where requests
// were denied.
func Before(b journal.Before, portal string, now time.Time) []string {
	var lines []string
	switch {
	case b.First:
		lines = append(lines, T("Before: nothing. This is the first request from {portal}.", "portal", portal))
	case b.Accepted == 1:
		lines = append(lines, T("Before: accepted once, {when}.", "when", When(b.LastAccepted, now)))
	case b.Accepted > 1:
		lines = append(lines, T("Before: accepted {n} times, last {when}.", "n", b.Accepted, "when", When(b.LastAccepted, now)))
	case b.Denied == 0:
		lines = append(lines, T("Before: asked, but never answered."))
	}
	if b.Denied > 0 {
		lines = append(lines, N(b.Denied, "Before: denied once.", "Before: denied {n} times."))
	}
	return lines
}

// Recent counts the requests of the last ten minutes, this one among them.
func Recent(b journal.Before) string {
	n := b.RecentRequests + 1
	switch {
	case b.RecentDenied == 0 && n == 2:
		return T("Second request in 10 minutes.")
	case b.RecentDenied == 0 && n == 3:
		return T("Third request in 10 minutes.")
	case b.RecentDenied == 0:
		return T("Request number {n} in 10 minutes.", "n", n)
	case n == 2:
		return T("Second request in 10 minutes. You denied the one before.")
	case n == 3:
		return N(b.RecentDenied, "Third request in 10 minutes. You denied one.", "Third request in 10 minutes. You denied two.")
	}
	return N(b.RecentDenied, "Request number {count} in 10 minutes. You denied one.", "Request number {count} in 10 minutes. You denied {n}.", "count", n)
}
