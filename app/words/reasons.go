package words

import (
	"slices"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// Reasons says, one sentence each, why a request asks for care beyond what
// Warnings says.
func Reasons(r mobileauth.Request) []string {
	var lines []string
	for _, reason := range r.Reasons {
		switch reason {
		case mobileauth.ReasonLink:
			lines = append(lines, T("Take care: another program sent this by a link. You did not scan anything."))
		case mobileauth.ReasonServer:
			lines = append(lines, T("Take care: this request came by itself. You did not scan anything."))
		case mobileauth.ReasonAfterDenial:
			if !slices.Contains(r.Reasons, mobileauth.ReasonThirdRequest) { // which says so itself
				lines = append(lines, T("Take care: you denied a request from {portal} a short time ago.", "portal", r.Portal))
			}
		case mobileauth.ReasonOtherNetwork:
			lines = append(lines, T("Take care: the page that waits for you is on another network than this computer."))
		}
	}
	return lines
}

// ReasonName names a reason in a list, for those who write rules and scripts.
func ReasonName(reason mobileauth.Reason) string {
	switch reason {
	case mobileauth.ReasonLink:
		return T("it came by a link from another program")
	case mobileauth.ReasonServer:
		return T("it came by itself")
	case mobileauth.ReasonAfterDenial:
		return T("a request was denied a short time ago")
	case mobileauth.ReasonOtherNetwork:
		return T("the waiting page is on another network")
	case mobileauth.ReasonOtherServer:
		return T("the code names another server")
	case mobileauth.ReasonLookAlike:
		return T("the code names a server that only looks like the profile's")
	case mobileauth.ReasonMixed:
		return T("the code names a server whose address mixes alphabets")
	case mobileauth.ReasonNotEncrypted:
		return T("the connection is not encrypted")
	case mobileauth.ReasonThirdRequest:
		return T("it is one of many requests in ten minutes")
	}
	return string(reason)
}

// Waiting says where the page is that waits for the answer, "" where the
// server does not tell.
func Waiting(r mobileauth.Request) string {
	same := r.Network == wire.NetworkSame
	untold := !same && r.Network != wire.NetworkOther
	switch {
	case untold && r.Agent == "":
		return ""
	case untold:
		return T("Waiting page: {browser}.", "browser", r.Agent)
	case r.Agent == "" && same:
		return T("Waiting page: on the same network as this computer.")
	case r.Agent == "":
		return T("Waiting page: on another network than this computer.")
	case same:
		return T("Waiting page: {browser}, on the same network as this computer.", "browser", r.Agent)
	}
	return T("Waiting page: {browser}, on another network than this computer.", "browser", r.Agent)
}

// Confirmation is a sentence that a person has to say before a request that is
// not calm can be accepted: a check box in a window, a word in a terminal.
type Confirmation struct {
	Word     string // what is typed in a terminal
	Sentence string // what it means
}

// Confirmations lists what a request needs before accept counts; none for a
// calm one, and none beside a PIN where no warning is shown.
func Confirmations(r mobileauth.Request) []Confirmation {
	var list []Confirmation
	has := func(reason mobileauth.Reason) bool { return slices.Contains(r.Reasons, reason) }
	if has(mobileauth.ReasonNotEncrypted) {
		list = append(list, Confirmation{T("trust"), T("I trust this network and this server")})
	}
	switch {
	case OtherServer(r):
		list = append(list, Confirmation{T("know"), T("I know this server, and I opened this page myself")})
		if has(mobileauth.ReasonThirdRequest) {
			list = append(list, Confirmation{T("started"), T("I started all of these requests myself")})
		}
	case has(mobileauth.ReasonThirdRequest):
		list = append(list, Confirmation{T("started"), T("I started all of these requests myself")})
	case r.Level != mobileauth.LevelCalm && r.PIN == nil:
		list = append(list, Confirmation{T("started"), T("I started this myself, just now")})
	}
	return list
}
