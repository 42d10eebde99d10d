package mobileauth

import (
	"slices"

	"github.com/understudy-auth/understudy/core/device"
	"github.com/understudy-auth/understudy/core/wire"
)

// Answering picks the profiles that could answer a code: those at the server
// that it names, or, where it names none, those that are enrolled. Nothing is
// ever sent to a server where there is no profile.
func Answering(profiles []device.Profile, claimed wire.Origin) []device.Profile {
	return slices.DeleteFunc(slices.Clone(profiles), func(p device.Profile) bool {
		if claimed.IsZero() {
			return !p.Enrolled()
		}
		return p.Server != claimed
	})
}
