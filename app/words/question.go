package words

import (
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// Question gives a request in the order in which it is read: how it came, who
// asks, the warning if there is one, the facts, the time, the sentence that
// breaks the trick. What can be typed or pressed is added by whoever asks.
func Question(r mobileauth.Request, now time.Time) []string {
	lines := []string{Came(r.Source), Title(r)}
	lines = append(lines, Warning(r)...)
	lines = append(lines, T("Profile: {name}.", "name", r.Profile.Name()))
	lines = append(lines, server(r, now))
	lines = append(lines, message(r.Message)...)
	if r.Agent != "" || r.Network != "" {
		lines = append(lines, waitingPage(r))
	}
	lines = append(lines, before(r, now), Left(r, now))
	return append(lines, "Accept only if you opened this page yourself. If someone asked you to scan it, deny.")
}

// Title is the question itself.
func Title(r mobileauth.Request) string {
	if r.Server.Relation != wire.RelationSame {
		return "Log in on a server you do not know?"
	}
	return T("Log in to {portal}?", "portal", r.Portal)
}

// Left says how long the request can be answered.
func Left(r mobileauth.Request, now time.Time) string {
	return T("Time left: {time}.", "time", TimeLeft(r.TimeLeft(now)))
}

// Came says how the request came.
func Came(s intake.Source) string {
	switch s {
	case intake.SourceScreen:
		return "Login request, read from your screen just now."
	case intake.SourceCamera:
		return "Login request, read from the camera."
	case intake.SourceFile:
		return "Login request, read from the picture you gave."
	case intake.SourcePaste:
		return "Login request, pasted."
	case intake.SourceDrop:
		return "Login request, read from what you dropped."
	case intake.SourceLink:
		return "Login request, sent by a link from another program."
	case intake.SourceServer:
		return "Login request, sent by the server. You did not scan anything."
	}
	return "Login request."
}

// server says how the server stands to the profile's own.
func server(r mobileauth.Request, now time.Time) string {
	address := r.Server.Claimed.String()
	switch {
	case r.Server.Relation != wire.RelationSame:
		return T("Server: {address} (not {name}'s).", "address", address, "name", r.Profile.Name())
	case r.Server.Own.IsLoopback():
		return T("Server: {address} (this computer, a test server).", "address", address)
	case !r.Server.Own.IsEncrypted():
		return T("Server: {address} (not encrypted).", "address", address)
	case r.Server.New:
		return T("Server: {address} (new, enrolled {day}; this is its first request).", "address", address, "day", Day(r.Server.EnrolledAt, now))
	}
	return T("Server: {address} (known, enrolled {day}).", "address", address, "day", Day(r.Server.EnrolledAt, now))
}

// message frames the portal's own text, so that it cannot pass for ours.
func message(text string) []string {
	parts := strings.Split(text, "\n")
	if len(parts) == 1 {
		return hidden(text, T(`Message: "{text}"`, "text", text))
	}
	lines := []string{"Message, quote:"}
	for _, p := range parts {
		lines = append(lines, `"`+p+`"`)
	}
	return hidden(text, append(lines, "End of quote.")...)
}

// hidden adds a warning where characters that cannot be seen were made visible.
func hidden(text string, lines ...string) []string {
	if strings.Contains(text, "<U+") {
		return append(lines, "This message contains hidden characters.")
	}
	return lines
}

func waitingPage(r mobileauth.Request) string {
	agent := r.Agent
	if agent == "" {
		agent = "a browser"
	}
	switch r.Network {
	case wire.NetworkSame:
		return T("Waiting page: {agent}, on the same network as this computer.", "agent", agent)
	case wire.NetworkOther:
		return T("Waiting page: {agent}, on another network than this computer.", "agent", agent)
	case wire.NetworkUnclear:
		return T("Waiting page: {agent}. Whether it is on this computer's network cannot be told.", "agent", agent)
	}
	return T("Waiting page: {agent}.", "agent", agent)
}

func before(r mobileauth.Request, now time.Time) string {
	b := r.Before
	switch {
	case b.First:
		return T("Before: first request from {portal}.", "portal", r.Portal)
	case b.RecentDenied > 0:
		return T("Before: {requests} in the last 10 minutes; you denied {denied}.",
			"requests", count(b.RecentRequests, "one request", "{n} requests"), "denied", count(b.RecentDenied, "one", "{n}"))
	case b.Accepted == 0:
		return T("Before: never accepted, denied {denied}.", "denied", times(b.Denied))
	}
	return T("Before: accepted {times}, last {day}.", "times", times(b.Accepted), "day", Day(b.LastAccepted, now))
}

// Warning gives what comes before everything else at the levels ask and stop,
// nothing at calm.
func Warning(r mobileauth.Request) []string {
	var lines []string
	for _, reason := range r.Reasons {
		lines = append(lines, warning(reason, r)...)
	}
	return lines
}

func warning(reason mobileauth.Reason, r mobileauth.Request) []string {
	addresses := []string{
		T("{name}'s server: {address}", "name", r.Profile.Name(), "address", r.Server.Own.String()),
		T("This request:  {address}", "address", r.Server.Claimed.String()),
	}
	switch reason {
	case mobileauth.ReasonLookAlike:
		lines := append([]string{T("Warning: this address only looks like {name}'s server.", "name", r.Profile.Name())}, addresses...)
		if r.Server.Difference != "" {
			lines = append(lines, r.Server.Difference)
		}
		return append(lines, "Addresses that look alike are a common trick. If you are not sure, deny.")
	case mobileauth.ReasonMixed:
		return append(append([]string{T("Warning: this is not {name}'s server.", "name", r.Profile.Name())}, addresses...), "The address mixes alphabets.")
	case mobileauth.ReasonOtherServer:
		return append(append([]string{T("Warning: this is not {name}'s server.", "name", r.Profile.Name())}, addresses...),
			T("The code names another server than the one that {name} was enrolled at.", "name", r.Profile.Name()))
	case mobileauth.ReasonNotEncrypted:
		return []string{T("Warning: this connection is not encrypted. Others on the network can read and change this request. Address: {address}", "address", r.Server.Claimed.String())}
	case mobileauth.ReasonThirdRequest:
		return []string{T("Warning: this is request number {n} in 10 minutes. Someone may be trying to tire you out.", "n", count(r.Before.RecentRequests+1, "1", "{n}"))}
	case mobileauth.ReasonAfterDenial:
		return []string{T("Note: you denied a request from {portal} in the last 10 minutes.", "portal", r.Portal)}
	case mobileauth.ReasonOtherNetwork:
		return []string{"Note: the page that waits is on another network than this computer."}
	case mobileauth.ReasonLink:
		return []string{"Note: another program sent this. You did not scan it."}
	case mobileauth.ReasonServer:
		return []string{"Note: the server sent this by itself. You did not scan anything."}
	}
	return nil
}

// Box is the sentence that has to be confirmed before accepting at the levels
// ask and stop, empty at calm.
func Box(r mobileauth.Request) string {
	if r.Level == mobileauth.LevelCalm {
		return ""
	}
	for _, reason := range r.Reasons {
		switch reason {
		case mobileauth.ReasonLookAlike, mobileauth.ReasonMixed, mobileauth.ReasonOtherServer:
			return "I know this server, and I opened this page myself"
		case mobileauth.ReasonNotEncrypted:
			return "I trust this network and this server"
		}
	}
	return "I started this myself, just now"
}
