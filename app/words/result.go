package words

import (
	"time"

	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/wire"
)

// Result says what became of an answered request.
func Result(res mobileauth.Result) (title string, sentences []string) {
	r := res.Request
	login := IsLogin(r)
	if res.State == wire.StateAccepted {
		if login {
			sentences = append(sentences, T("{portal} logs you in now. Go back to your browser.", "portal", r.Portal))
		} else {
			sentences = append(sentences, T("{portal} goes on now. Go back to your browser.", "portal", r.Portal))
		}
		title = T("Accepted")
	} else {
		title = T("Denied")
		sentences = append(sentences, NobodyLoggedIn(r), T("If you did not ask for this and it happens again, someone may know your password: change it."))
	}
	if res.NotRecorded != nil {
		sentences = append(sentences, NotRecorded())
	}
	return title, sentences
}

// NobodyLoggedIn says what it means that a request was denied.
func NobodyLoggedIn(r mobileauth.Request) string {
	if IsLogin(r) {
		return T("Nobody was logged in.")
	}
	return T("Nothing was accepted.")
}

// NotRecorded tells that an answer is not in the history.
func NotRecorded() string {
	return T("Your answer was given, but the history could not be saved. Is the disk full?")
}

// Resumed tells of an answer that an earlier run of the program could not send.
func Resumed(res mobileauth.Result) string {
	if res.State == wire.StateAccepted {
		return T("An earlier answer was sent now: accepted, {portal}.", "portal", res.Request.Portal)
	}
	return T("An earlier answer was sent now: denied, {portal}.", "portal", res.Request.Portal)
}

// NotSent tells of an earlier answer that came too late.
func NotSent() []string {
	return []string{
		T("An earlier answer did not reach the server before its request ran out."),
		T("Nobody was logged in by it."),
	}
}

// NotCounted tells of an earlier answer that the server did not take.
func NotCounted() []string {
	return []string{T("An earlier answer was not taken by the server any more."), T("It was answered before, or could not be checked.")}
}

// NotProved tells of an earlier answer whose PIN was not taken.
func NotProved() []string {
	return []string{
		T("An earlier answer was not taken, as its PIN was wrong or could not be checked in time."),
		T("While its request is open, you can answer it again."),
	}
}

// Unanswered tells what it means that no answer was given. Left is how long
// the request still lives.
func Unanswered(r mobileauth.Request, left time.Duration) (title string, sentences []string) {
	first := T("Nobody is logged in.")
	if !IsLogin(r) {
		first = T("Nothing was accepted.")
	}
	return T("Not answered"), []string{first, T("It runs out in {time}.", "time", TimeLeft(left))}
}
