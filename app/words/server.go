package words

import (
	"slices"
	"time"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// ServerStanding is the line about the profile's own server, with its address
// in ASCII and how well it is known.
func ServerStanding(r mobileauth.Request, now time.Time) string {
	own := r.Server.Own
	switch {
	case own.IsLoopback() && r.Server.New:
		return T("Server: {server} (this computer, a test server; this is its first request).", "server", own)
	case own.IsLoopback():
		return T("Server: {server} (this computer, a test server).", "server", own)
	case r.Server.New:
		return T("Server: {server} (new, enrolled {day}; this is its first request).", "server", own, "day", Day(r.Server.EnrolledAt, now))
	}
	return T("Server: {server} (known, enrolled {day}).", "server", own, "day", Day(r.Server.EnrolledAt, now))
}

// Warnings are the lines of the banner, for LevelStop: empty if there is none.
// Addresses stand on lines of their own, one under the other, so that they can be
// compared character by character.
func Warnings(r mobileauth.Request) []string {
	var lines []string
	if OtherServer(r) {
		lines = append(lines, serverWarning(r)...)
	}
	if slices.Contains(r.Reasons, mobileauth.ReasonNotEncrypted) {
		lines = append(lines,
			T("Warning: This connection is not encrypted."),
			T("Others on the network can read and change this request. Address:"),
			notEncrypted(r.Server).String())
	}
	if slices.Contains(r.Reasons, mobileauth.ReasonThirdRequest) {
		lines = append(lines, T("Warning: Many requests in a short time."), Recent(r.Before),
			T("Someone may hope that you accept one to have peace. If you did not start all of them, deny."))
	}
	return lines
}

// OtherServer reports whether the code names a server that is not the
// profile's.
func OtherServer(r mobileauth.Request) bool { return r.Server.Relation != wire.RelationSame }

func serverWarning(r mobileauth.Request) []string {
	what, after := serverFinding(r)
	lines := []string{
		T("Warning: {what}.", "what", what),
		T("{profile}'s server:", "profile", r.Profile.Name()), r.Server.Own.String(),
		T("This request's server:"), r.Server.Claimed.String(),
	}
	return append(lines, after...)
}

// serverFinding is what is wrong with the server that a code names, as a title,
// and what it means.
func serverFinding(r mobileauth.Request) (what string, sentences []string) {
	profile := r.Profile.Name()
	switch r.Server.Relation {
	case wire.RelationLookAlike:
		if !r.Server.Difference.IsZero() {
			sentences = append(sentences, Difference(r.Server.Difference))
		}
		return T("This address only looks like {profile}'s server", "profile", profile),
			append(sentences, T("Addresses that look alike are a common trick. If you are not sure, deny."))
	case wire.RelationMixedAlphabets:
		return T("This is not {profile}'s server", "profile", profile),
			[]string{T("The address mixes alphabets. Letters of several alphabets are a common trick. If you are not sure, deny.")}
	}
	return T("This is not {profile}'s server", "profile", profile),
		[]string{T("The request comes from another server than the one that {profile} was enrolled at. If you are not sure, deny.", "profile", profile)}
}

func notEncrypted(s mobileauth.Server) wire.Origin {
	if !s.Own.IsEncrypted() && !s.Own.IsLoopback() {
		return s.Own
	}
	return s.Claimed
}
