package words

import (
	"errors"
	"strings"
	"time"

	"github.com/understudy-auth/understudy/core/capture"
	"github.com/understudy-auth/understudy/core/mobileauth"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Result says what an answer led to.
func Result(r mobileauth.Result) string {
	if r.State == wire.StateAccepted {
		return T("Accepted. {portal} logs you in now. Go back to your browser.", "portal", r.Request.Portal)
	}
	return "Denied. Nobody was logged in."
}

// Unanswered says what no answer leads to.
func Unanswered(left time.Duration) string {
	return T("No answer was given. Nobody is logged in. The request runs out in {time}.", "time", TimeLeft(left))
}

// NoAnswerOfServer says that an answer is kept and tried again.
func NoAnswerOfServer(left time.Duration) string {
	return T("The server does not answer. Your answer is kept and was not sent yet. {time} left; it is tried again by itself.", "time", TimeLeft(left))
}

// WrongPIN says how many tries are left.
func WrongPIN(remaining int, name string) string {
	if remaining == 1 {
		return T("This PIN is not right. 1 try left. If it is wrong again, {name} is removed from this computer and must be registered again.", "name", name)
	}
	return T("This PIN is not right. {n} left.", "n", count(remaining, "1 try", "{n} tries"))
}

// RefusedPIN says why a new PIN is not taken.
func RefusedPIN(err error, length int) string {
	switch wire.CodeOf(err) {
	case wire.CodePINBlacklisted:
		return "The server does not allow this PIN because it is easy to guess. Choose another one."
	case wire.CodePINSequence:
		return "The server does not allow a row of digits such as 12345. Choose another one."
	case wire.CodePINSimilarDigits:
		return "The server does not allow a PIN that repeats one digit so often. Choose another one."
	}
	return T("The PIN has to have {n}. Choose another one.", "n", count(length, "1 digit", "{n} digits"))
}

// sentences says each documented code: what happened, what it means, what to
// do next.
var sentences = map[int]string{
	wire.CodeInternal:                 "Something went wrong inside. Nothing was answered. Try again.",
	wire.CodeConfiguration:            "The server does not fit this program. Ask the one who gave you its address.",
	wire.CodeIllegalArgument:          "This is not a login code. Get a new code on the page, then try again.",
	wire.CodeProfileNotRegistered:     "There is no such profile on this computer. The command profiles lists those that there are.",
	wire.CodeNoUserAuthenticated:      "Nobody is logged in. Give the PIN first.",
	wire.CodeInvalidMethod:            "This request cannot be answered by this program on this computer. Use another device.",
	wire.CodeIO:                       "Something could not be read or saved on this computer.",
	wire.CodeIncorrectPIN:             "This PIN is not right.",
	wire.CodeIdentityProviderNotFound: "The server does not know this way to register.",
	wire.CodeNoNetwork:                "This computer has no network. Codes can be read, but not answered.",
	wire.CodeServerNotReachable:       "The server does not answer. Check the address, or your network, then try again.",
	wire.CodeDeviceDeregistered:       "The server does not know this computer any more. Its profiles there were removed from this computer. Register again.",
	wire.CodeUserDeregistered:         "The profile was removed from this computer: the PIN was wrong too often, or the server removed it. The account itself still exists. Register again to go on.",
	wire.CodeOutdatedApp:              "The server does not accept this version of Understudy any more. Install a newer one.",
	wire.CodeOutdatedOS:               "The server does not accept this version of the operating system any more. Update it.",
	wire.CodeCanceled:                 "Canceled. Nothing was changed.",
	wire.CodeInProgress:               "Another request or registration is open. Finish it first.",
	wire.CodeDeviceRegistration:       "The server did not register this computer. Ask its people whether it needs a registration token.",
	wire.CodeUserNotAuthenticated:     "The login has ended. Give the PIN again.",
	wire.CodeOTPUnknown:               "The server does not know this code. It may belong to another server, or be old. Get a new code on the page, then scan again.",
	wire.CodeOTPExpired:               "This request ran out. Nobody was logged in. Get a new code on the page, then scan again.",
	wire.CodeAlreadyAnswered:          "This request was answered already. If that was not you, tell the website.",
	wire.CodeClaimedElsewhere:         "Another device has this request: it was scanned there first. Get a new code on the page if that was not you.",
	wire.CodeNotEnrolled:              "Enroll first: the profile is registered, but cannot answer requests yet. The command enroll does it.",
	wire.CodeAlreadyEnrolled:          "This profile is already enrolled and the server allows it only once. Ask the server's people to remove the old one.",
	wire.CodeEnrollmentDisabled:       "The server allows no enrollment at this time.",
	wire.CodeMessageNotAuthentic:      "This request could not be checked. It was changed on the way, or does not come from the server. Nothing was answered.",
}

// Error says what happened and what to do next. Errors that are not foreseen
// keep their own text.
func Error(err error) string {
	switch {
	case errors.Is(err, vault.ErrLocked):
		return "The keyring is locked. Your keys lie in this computer's keyring. Nothing is lost. Unlock it, or use an encrypted file instead: --vault file."
	case errors.Is(err, vault.ErrUnavailable):
		return "No keyring found. This computer has no keyring, or it is not running. Start it, or use an encrypted file instead: --vault file."
	case errors.Is(err, vault.ErrWrongPassphrase):
		return "The passphrase of the encrypted file is not right. Nothing is lost. Try again."
	case errors.Is(err, capture.ErrNotPicture), errors.Is(err, capture.ErrCutOff):
		return capital(err.Error()) + "."
	}
	code := wire.CodeOf(err)
	if code == wire.CodeMessageNotAuthentic && strings.Contains(err.Error(), "clocks") {
		return "This request could not be checked: the clocks of this computer and of the server differ by more than five minutes. Set the clock, then try again."
	}
	if code == wire.CodeIO || code == wire.CodeConfiguration || code == wire.CodeInternal {
		if e, ok := errors.AsType[*wire.Error](err); ok && e.Detail() != "" {
			return T("{what} {detail}.", "what", sentences[code], "detail", capital(e.Detail()))
		}
	}
	if said, ok := sentences[code]; ok {
		return said
	}
	return capital(err.Error()) + "."
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
