package words

import (
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// Offline is said where this computer has no network.
func Offline() string { return T("Codes can be read, but not answered.") }

// Waits is the title of a request that waits at its server.
func Waits(portal string) string {
	return T("{portal} is waiting for your answer", "portal", portal)
}

// WaitsFor says for whom it waits and for how long.
func WaitsFor(profile string, left time.Duration) string {
	return T("For {profile} · {time} left", "profile", profile, "time", TimeLeft(left))
}

// WaitsLines is a waiting request as a reader tells it.
func WaitsLines(w mobileauth.Waiting, now time.Time) []string {
	return []string{
		T("{portal} is waiting for your answer.", "portal", w.Portal),
		T("For {profile}.", "profile", w.Profile.Name()),
		T("{time} left.", "time", TimeLeft(w.TimeLeft(now))),
	}
}

// WaitingCount tells how many requests wait, and no more of them; "" for none.
func WaitingCount(n int) string {
	if n == 0 {
		return ""
	}
	return N(n, "One request is waiting.", "{n} requests are waiting.")
}

// WaitingRequest is a request that waits to be opened, in one line of a list.
func WaitingRequest(w mobileauth.Waiting, now time.Time) string {
	message, left := strings.ReplaceAll(w.Message, "\n", " / "), TimeLeft(w.TimeLeft(now))
	if w.Method == wire.MethodPushPIN {
		return T(`{portal}, for {profile}, takes the PIN, {time} left. Number: {number}. Message: "{message}"`,
			"portal", w.Portal, "profile", w.Profile.Name(), "time", left, "number", w.TransactionID, "message", message)
	}
	if w.Method == wire.MethodPushFingerprint {
		return T(`{portal}, for {profile}, takes the fingerprint or the PIN, {time} left. Number: {number}. Message: "{message}"`,
			"portal", w.Portal, "profile", w.Profile.Name(), "time", left, "number", w.TransactionID, "message", message)
	}
	return T(`{portal}, for {profile}, {time} left. Number: {number}. Message: "{message}"`,
		"portal", w.Portal, "profile", w.Profile.Name(), "time", left, "number", w.TransactionID, "message", message)
}

// Quiet tells why waiting requests of a portal are not announced.
func Quiet(portal string) string {
	return T("Requests from {portal} are quiet for a while, as you denied two in a short time.", "portal", portal)
}

// NothingWaits is said where no request waits.
func NothingWaits() (title string, sentences []string) {
	return T("No request is waiting"), []string{T("Requests that a website sends to your devices are listed here until they run out.")}
}

// WhichRequest asks which of several waiting requests is meant.
func WhichRequest(n int) []string {
	return []string{T("{n} requests are waiting. Which one?", "n", n), T("Choosing does not accept anything. You see the details first.")}
}
