package words

import (
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/mobileauth"
)

// IsLogin reports whether a request logs somebody in. The platform does not
// say what a mobile authentication is for; a type that is called login, as the
// Token Server's own is, logs in. Anything else, such as the confirmation of a
// transfer, gets words that fit both.
func IsLogin(r mobileauth.Request) bool {
	name := strings.ToLower(r.Type)
	return name == "login" || strings.HasPrefix(name, "login-") || strings.HasPrefix(name, "login_")
}

// Title is the question itself.
func Title(r mobileauth.Request) string {
	switch {
	case OtherServer(r) && IsLogin(r):
		return T("Log in on a server you do not know?")
	case OtherServer(r):
		return T("Accept this request on a server you do not know?")
	case IsLogin(r):
		return T("Log in to {portal}?", "portal", r.Portal)
	}
	return T("Accept this request from {portal}?", "portal", r.Portal)
}

// Question is a request as a person reads it, a line each: how it came, the
// question, warnings, facts, time left, and what to mind. What can be answered
// follows in Prompt.
func Question(r mobileauth.Request, now time.Time) []string {
	return question(r, now, false)
}

func question(r mobileauth.Request, now time.Time, whole bool) []string {
	lines := []string{Came(r), Title(r)}
	lines = append(lines, Warnings(r)...)
	lines = append(lines, Reasons(r)...)
	lines = append(lines, facts(r, now, whole)...)
	lines = append(lines, T("Time left: {time}.", "time", TimeLeft(r.TimeLeft(now))))
	switch {
	case r.PIN != nil:
		lines = append(lines, PINNeeded())
	case r.Fingerprint != nil:
		lines = append(lines, T("The fingerprint is needed to accept, not to deny."))
	}
	return append(lines, Mind(r))
}

func facts(r mobileauth.Request, now time.Time, whole bool) []string {
	who := []string{
		T("Portal: {portal}.", "portal", r.Portal),
		T("Profile: {profile}.", "profile", r.Profile.Name()),
		ServerStanding(r, now),
	}
	if !OtherServer(r) {
		who = who[1:] // the title names the portal
	}
	message := Message(r.Message, whole)
	var lines []string
	if IsLogin(r) {
		lines = append(who, message...)
	} else { // what is accepted comes before who asks
		lines = append(message, who...)
	}
	if waiting := Waiting(r); waiting != "" {
		lines = append(lines, waiting)
	}
	return append(lines, Before(r.Before, r.Portal, now)...)
}

// Mind is the sentence that breaks the trick of a relayed code; MindSpans the
// same with its point standing out.
func Mind(r mobileauth.Request) string { return Plain(MindSpans(r)) }

// MindSpans is described at Mind.
func MindSpans(r mobileauth.Request) []Span {
	switch {
	case r.Source == intake.SourceServer && IsLogin(r):
		return Spans("Accept only if **you opened this page yourself**. If you are not logging in just now, deny.")
	case r.Source == intake.SourceServer:
		return Spans("Accept only if **you started this yourself**. If you did not, deny.")
	case IsLogin(r):
		return Spans("Accept only if **you opened this page yourself**. If someone asked you to scan it, deny.")
	}
	return Spans("Accept only if **you started this yourself**. If someone asked you to scan it, deny.")
}

// Details is Question with the whole message and what the question leaves out.
func Details(r mobileauth.Request, now time.Time) []string {
	lines := question(r, now, true)
	return append(lines,
		T("Kind of request: {type}.", "type", r.Type),
		T("Asked {when}.", "when", When(r.IssuedAt, now)),
		T("Enrolled {when}.", "when", When(r.Server.EnrolledAt, now)),
		T("Request number: {number}.", "number", r.TransactionID),
	)
}

// Prompt is what can be typed.
func Prompt() string { return T("Type accept, deny, details or later:") }

// AcceptNeeds says, for a request that is not calm, what comes before accept;
// nil once nothing is missing.
func AcceptNeeds(missing []Confirmation) []string {
	var lines []string
	for _, c := range missing {
		lines = append(lines, T(`Before you can accept, type {word}. It means: "{sentence}."`, "word", c.Word, "sentence", c.Sentence))
	}
	return lines
}

// AcceptRefused answers an accept that came too soon.
func AcceptRefused() []string {
	return []string{T("Accept is not available yet. Nothing was answered.")}
}

// Confirmed answers a confirming word; so many are still missing.
func Confirmed(missing int) string {
	if missing > 0 {
		return T("Noted.")
	}
	return T("Noted. Accept is available now.")
}

// UnknownAnswer answers a word that is none of the choices.
func UnknownAnswer() string {
	return T("That is none of the choices. Nothing was answered.")
}

// TooEarly tells that something typed was not taken for an answer.
func TooEarly() string {
	return T("What you typed came before you could read the question. It was ignored.")
}

// TimeLeftNow announces the time while a question is open.
func TimeLeftNow(d time.Duration) string {
	return T("{time} left.", "time", TimeLeft(d))
}

// MoreTimeUnder is how little time is left when more can be asked for. It counts
// from then on, so that asking early would be a waste.
const MoreTimeUnder = 30 * time.Second

// MoreTimeLater tells when more time can be asked for.
func MoreTimeLater() string {
	return T("You can ask for more time in the last {time}.", "time", TimeLeft(MoreTimeUnder))
}

// MoreTimeOffered tells how to ask for more time at a terminal.
func MoreTimeOffered() string { return T("Type more to get more time.") }

// Extended tells that the server gave more time.
func Extended(left time.Duration) string { return T("Extended to {time}.", "time", TimeLeft(left)) }

// NoMoreTime tells that the server gave none, and why.
func NoMoreTime(err error) string {
	why, _ := Error(err, About{})
	return T("There is no more time: {why}.", "why", why)
}

// Sending tells that an answer is on its way.
func Sending() string { return T("Sending your answer…") }

// NotThrough tells that the server does not answer while an answer is sent.
func NotThrough(left time.Duration) []string {
	return []string{
		T("The server does not answer."),
		T("Your answer is kept and was not sent yet. {time} left.", "time", TimeLeft(left)),
		T("Understudy tries again every 3 seconds. You need not do anything."),
	}
}

// TimeLeftShort is the time beside its bar.
func TimeLeftShort(d time.Duration) string {
	if d <= 0 {
		return T("No time left")
	}
	return T("{time} left", "time", TimeLeft(d))
}
