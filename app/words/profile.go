package words

import (
	"time"

	"github.com/understudy-auth/understudy/core/device"
)

// Profile is a profile in one line of a list.
func Profile(p device.Profile, now time.Time) string {
	if !p.Enrolled() {
		return T("{profile}, {id}, {server}, not enrolled, registered {day}.", "profile", p.Name(), "id", p.ID, "server", p.Server, "day", Day(p.RegisteredAt, now))
	}
	return T("{profile}, {id}, {server}, ready, enrolled {day}.", "profile", p.Name(), "id", p.ID, "server", p.Server, "day", Day(p.EnrolledAt, now))
}

// Removed ends the removal of a profile; told says whether the server knows.
func Removed(p device.Profile, told bool) []string {
	lines := []string{T("{profile} was removed from this computer. The account at {server} still exists.", "profile", p.Name(), "server", p.Server)}
	if !told {
		lines = append(lines, T("The server could not be told. Ask its people to remove this computer there."))
	}
	return lines
}

// NoProfiles is said where there is nobody yet.
func NoProfiles() (title string, sentences []string) {
	return T("No profile yet"), []string{T("The command register adds one, the command demo tries it.")}
}
