package words

import (
	"errors"

	"github.com/understudy-auth/understudy/core/wire"
)

// codeError has the words for the documented codes. Codes that no person can
// meet, as only an app can cause them, have none.
func codeError(e *wire.Error, a About) (title string, sentences []string) {
	switch {
	case errors.Is(e, wire.ErrClocks):
		return T("The clocks differ"), []string{
			T("The clocks of this computer and of the server differ by more than five minutes. Nothing was answered."),
			T("Set the clock of this computer, then get a new code on the page."),
		}
	case e.Code >= 10100:
		return requestError(e.Code, a)
	case e.Code >= 9011:
		return newPINError(e.Code)
	case e.Code >= 9000:
		return stateError(e.Code, a)
	}
	switch e.Code {
	case wire.CodeConfiguration:
		return T("The server and Understudy do not fit together"), detailed(e,
			T("The server answered, but not like a login server for Understudy."),
			T("Check its address, or ask the one who gave it to you."))
	case wire.CodeIllegalArgument:
		return T("This login code is damaged"), []string{
			T("It was read, but it is not complete. Nothing was answered."),
			T("Get a new code on the page, then try again."),
		}
	case wire.CodeProfileNotRegistered:
		return T("There is no such profile here"), []string{
			T("No profile of this computer has that name or id."),
			T("Choose one from the list of profiles, or register."),
		}
	case wire.CodeNoUserAuthenticated:
		return T("Nobody is logged in"), []string{T("A request can be answered after the profile's PIN was entered."), T("Enter the PIN, then try again.")}
	case wire.CodeInvalidMethod:
		return T("This kind of request cannot be answered here"), []string{
			T("Understudy answers scanned codes, and requests that are accepted as they are or with the PIN. Nothing was answered."),
			T("Choose another way to log in on the page."),
		}
	case wire.CodeIO:
		return T("This computer could not save or read its data"), detailed(e,
			T("What was there before is whole."),
			T("Look whether the disk is full or write-protected, then try again."))
	case wire.CodeIncorrectPIN:
		return T("This PIN is not right"), TriesLeft(a.profile(), max(1, e.Remaining))
	}
	return "", nil
}

// detailed puts what the error itself knows between the two sentences.
func detailed(e *wire.Error, first, last string) []string {
	if e.Detail() == "" {
		return []string{first, last}
	}
	return []string{first, Sentence(e.Detail()), last}
}

// stateError: 9000 to 9010.
func stateError(code int, a About) (title string, sentences []string) {
	switch code {
	case wire.CodeNoNetwork:
		return T("No network"), []string{T("Codes can be read, but not answered."), T("Connect this computer, then try again.")}
	case wire.CodeServerNotReachable:
		return T("The server does not answer"), []string{T("It may be down for a while."), T("Check the address, or your network. Then try again.")}
	case wire.CodeDeviceDeregistered:
		return T("The server does not know this computer any more"), []string{
			T("Its profiles of that server were removed from this computer. Your account still exists."),
			T("Register again to go on."),
		}
	case wire.CodeUserDeregistered:
		sentences = []string{T("The PIN was wrong too often, or the server's people removed it. Your account still exists."), T("Register again to go on.")}
		if a.Profile == "" {
			return T("The profile was removed from this computer"), sentences
		}
		return T("{profile} was removed from this computer", "profile", a.Profile), sentences
	case wire.CodeOutdatedApp:
		return T("This version of Understudy is too old"), []string{T("The server does not accept it any more."), T("Update Understudy, then try again.")}
	case wire.CodeOutdatedOS:
		return T("This operating system is not accepted"), []string{T("The server refuses its version."), T("Update the system, or ask the server's people.")}
	case wire.CodeCanceled:
		return T("Canceled"), []string{T("Nothing was changed.")}
	case wire.CodeInProgress:
		return T("Something is open already"), []string{T("One request or registration is handled at a time."), T("Finish or cancel it first, then try again.")}
	case wire.CodeDeviceRegistration:
		return T("The server did not register this computer"), []string{T("Nothing was changed."), T("Ask the server's people: it may need a registration token.")}
	case wire.CodeUserNotAuthenticated:
		return T("Your login has ended"), []string{T("It lasts a limited time."), T("Enter the PIN, then try again.")}
	}
	return "", nil
}

// newPINError: 9011 to 9014.
func newPINError(code int) (title string, sentences []string) {
	title = T("The server does not allow this PIN")
	switch code {
	case wire.CodePINBlacklisted:
		return title, []string{T("The server does not allow this PIN because it is easy to guess. Choose another one.")}
	case wire.CodePINSequence:
		return title, []string{T("The server does not allow this PIN because its digits follow each other. Choose another one.")}
	case wire.CodePINSimilarDigits:
		return title, []string{T("The server does not allow this PIN because one digit occurs too often. Choose another one.")}
	case wire.CodePINLength:
		return title, []string{T("This PIN has the wrong number of digits. Choose another one.")}
	}
	return "", nil
}

// pushedError has other words where no code was scanned.
func pushedError(code int) (title string, sentences []string) {
	again := T("Start again on the page.")
	switch code {
	case wire.CodeOTPUnknown:
		return T("The server does not know this request"), []string{T("It may be old, or meant for another user or device. Nothing was answered."), again}
	case wire.CodeOTPExpired:
		return T("This request ran out"), []string{T("Nothing was accepted."), again}
	case wire.CodeClaimedElsewhere:
		return T("Another device has this request"), []string{T("It was opened there first."), T("If that was not you, start again on the page.")}
	case wire.CodeMessageNotAuthentic:
		return T("This request could not be checked"), []string{
			T("It was changed on the way, or does not come from the server. Nothing was answered."),
			T("Start again on the page. If it happens again, tell the server's people."),
		}
	}
	return "", nil
}

// requestError: 10100 to 10108.
func requestError(code int, a About) (title string, sentences []string) {
	if a.Pushed {
		if title, sentences = pushedError(code); title != "" {
			return title, sentences
		}
	}
	switch code {
	case wire.CodeOTPUnknown:
		return T("The server does not know this code"), []string{
			T("It may be old, or belong to another server. Nothing was answered."),
			T("Get a new code on the page, then try again."),
		}
	case wire.CodeOTPExpired:
		return T("This request ran out"), []string{T("Nobody was logged in."), T("Get a new code on the page, then scan again.")}
	case wire.CodeAlreadyAnswered:
		return T("Already answered"), []string{
			T("This request was answered before, here or on another device."),
			T("If that was not you, tell {portal}.", "portal", a.portal()),
		}
	case wire.CodeClaimedElsewhere:
		return T("Another device has this request"), []string{T("It was scanned there first."), T("Get a new code on the page if that was not you.")}
	case wire.CodeNotEnrolled:
		return T("Enroll first"), []string{T("{profile} is registered, but cannot answer requests yet.", "profile", a.profile())}
	case wire.CodeAlreadyEnrolled:
		return T("The server allows no second enrollment"), []string{
			T("This profile is already enrolled and the server allows it only once."),
			T("Ask the server's people to remove the old one."),
		}
	case wire.CodeEnrollmentDisabled:
		return T("Enrollment is switched off"), []string{T("The server allows no enrollment at this time."), T("Ask the server's people, or try again later.")}
	case wire.CodeMessageNotAuthentic:
		return T("This request could not be checked"), []string{
			T("It was changed on the way, or does not come from the server. Nothing was answered."),
			T("Get a new code on the page. If it happens again, tell the server's people."),
		}
	case wire.CodePINChallenge:
		return T("The PIN could not be checked"), []string{T("The server did not answer in time. This counts as no try."), T("Enter the PIN again.")}
	}
	return "", nil
}
