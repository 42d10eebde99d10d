package mobileauth

import (
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/wire"
)

// Level says how much stands between a person and accepting.
type Level string

// The levels. Whoever asks obeys them: at LevelAsk and LevelStop accepting takes
// a second deliberate step, at LevelStop the warning comes first. At LevelAsk a PIN
// is that step, where the request takes one.
const (
	LevelCalm Level = "calm"
	LevelAsk  Level = "ask"
	LevelStop Level = "stop"
)

// Reason is why a request is not calm.
type Reason string

// The reasons for LevelAsk, then those for LevelStop.
const (
	ReasonLink         Reason = "link"          // another program sent it
	ReasonServer       Reason = "server"        // it came by itself, and takes neither PIN nor fingerprint
	ReasonAfterDenial  Reason = "after-denial"  // one was denied in the last ten minutes
	ReasonOtherNetwork Reason = "other-network" // the waiting page is in another network

	ReasonOtherServer  Reason = "other-server"
	ReasonLookAlike    Reason = "look-alike"
	ReasonMixed        Reason = "mixed-alphabets"
	ReasonNotEncrypted Reason = "not-encrypted"
	ReasonThirdRequest Reason = "third-request" // within ten minutes, none of those before accepted
)

var stopReasons = map[Reason]bool{
	ReasonOtherServer: true, ReasonLookAlike: true, ReasonMixed: true, ReasonNotEncrypted: true, ReasonThirdRequest: true,
}

// assess sets a request's level and reasons from its other fields.
func assess(r *Request) {
	r.Reasons = reasons(*r)
	r.Level = LevelCalm
	for _, reason := range r.Reasons {
		if stopReasons[reason] {
			r.Level = LevelStop
			return
		}
		r.Level = LevelAsk
	}
}

// reasons lists the gravest first.
func reasons(r Request) []Reason {
	var list []Reason
	switch r.Server.Relation {
	case wire.RelationLookAlike:
		list = append(list, ReasonLookAlike)
	case wire.RelationMixedAlphabets:
		list = append(list, ReasonMixed)
	case wire.RelationDifferent:
		list = append(list, ReasonOtherServer)
	}
	for _, o := range []wire.Origin{r.Server.Own, r.Server.Claimed} {
		if !o.IsZero() && !o.IsEncrypted() && !o.IsLoopback() {
			list = append(list, ReasonNotEncrypted)
			break
		}
	}
	// Requests that were accepted are no flood: who logs in three times in a row
	// must not learn to click warnings away.
	if r.Before.RecentRequests-r.Before.RecentAccepted >= 2 {
		list = append(list, ReasonThirdRequest)
	}
	if r.Before.RecentDenied > 0 {
		list = append(list, ReasonAfterDenial)
	}
	if r.Network == wire.NetworkOther {
		list = append(list, ReasonOtherNetwork)
	}
	switch {
	case r.Source == intake.SourceLink:
		list = append(list, ReasonLink)
	case r.Source == intake.SourceServer && r.Method != wire.MethodPushPIN && r.Method != wire.MethodPushFingerprint: // that is the second step
		list = append(list, ReasonServer)
	}
	return list
}
