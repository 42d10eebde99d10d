package words

import (
	"time"

	"github.com/understudy-auth/understudy/core/mobileauth"
)

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
