package portal

import (
	"errors"
	"fmt"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// status is an attempt as it is shown: in a page, as JSON and as an event. Every
// sentence is made here, so that a page says the same with JavaScript and without.
type status struct {
	State       state  `json:"state"`
	Final       bool   `json:"final"`
	Heading     string `json:"heading"`
	Sentence    string `json:"sentence"`
	Left        int    `json:"seconds_left"`
	LeftWords   string `json:"time_left"`
	Total       int    `json:"seconds_total"` // that the code lives
	Unreachable bool   `json:"unreachable"`
}

// describe puts an attempt into words.
func describe(a *attempt, s snapshot, now time.Time) status {
	left := 0
	if !s.state.final() {
		left = int(max(0, s.deadline.Sub(now)) / time.Second)
	}
	out := status{
		State: s.state, Final: s.state.final(), Unreachable: s.unreachable,
		Left: left, LeftWords: timeLeft(left), Total: int(a.total / time.Second),
	}
	if a.transfer == nil {
		out.Heading, out.Sentence = loginWords(s)
	} else {
		out.Heading, out.Sentence = transferWords(s, *a.transfer)
	}
	if s.unreachable {
		out.Sentence = "The login server does not answer. This page keeps trying."
	}
	return out
}

func loginWords(s snapshot) (heading, sentence string) {
	switch s.state {
	case waiting:
		return "Scan the code to log in", "Waiting for you to scan the code."
	case confirming:
		return "Answer in Understudy", "The code was scanned. Read the request in Understudy, then accept or deny it."
	case accepted:
		return "Accepted", "You accepted as " + shown(s.user) + "."
	case denied:
		return "Login denied", "The request was denied, so nobody was logged in. If that was not you, somebody else scanned the code."
	case expired:
		return "The code ran out", "Nobody was logged in. Get a new code, then scan again."
	}
	return "The login did not work", "The login server ended this request, and nobody was logged in. Get a new code, then scan again."
}

func transferWords(s snapshot, t transfer) (heading, sentence string) {
	switch s.state {
	case waiting:
		return "Scan the code to confirm", "Waiting for you to scan the code."
	case confirming:
		return "Answer in Understudy", "The code was scanned. Check amount and recipient in Understudy, then accept or deny."
	case accepted:
		return "Transfer done", "Transferred " + t.Amount() + " to " + t.recipient + "."
	case denied:
		return "Transfer denied", "The request was denied, so no money was moved."
	case expired:
		return "The code ran out", "No money was moved. Get a new code, then scan again."
	}
	if s.user != "" && s.user != t.user {
		return "Someone else answered", "You are logged in as " + shown(t.user) + ", but " + shown(s.user) + " accepted. No money was moved."
	}
	return "The transfer did not work", "The login server ended this request, and no money was moved. Get a new code, then scan again."
}

// shown is a user's id as people see it. Two ids may look alike: only the id itself
// says who somebody is.
func shown(user string) string { return wire.CleanText(user, 60) }

// timeLeft is "1 minute 42 seconds left".
func timeLeft(seconds int) string {
	minutes, rest := seconds/60, seconds%60
	switch {
	case minutes == 0:
		return count(rest, "second") + " left"
	case rest == 0:
		return count(minutes, "minute") + " left"
	}
	return count(minutes, "minute") + " " + count(rest, "second") + " left"
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// trouble says why no attempt could be started.
func trouble(err error) string {
	if busy, ok := errors.AsType[*busyError](err); ok {
		return "The login server has too many open requests. Try again in " + count(int(busy.retry/time.Second), "second") + "."
	}
	switch {
	case errors.Is(err, errRefused):
		return "The login server does not accept this website. The people who run the website have to set it right."
	case errors.Is(err, errFull):
		return "Too many people are using this website. Try again in a few minutes."
	}
	return "The login server does not answer. Nobody was logged in. Try again in a moment."
}
