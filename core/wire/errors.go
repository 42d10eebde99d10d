package wire

import (
	"errors"
	"fmt"
)

// Error codes as the platform documents them. Codes from 9000 to 9999 are
// meant to be shown to the user, in words; 10100 to 10199 are ours, for cases
// in which the public documents name no code.
const (
	CodeInternal                 = 8000
	CodeConfiguration            = 8001
	CodeIllegalArgument          = 8002
	CodeProfileNotRegistered     = 8003
	CodeNoUserAuthenticated      = 8005
	CodeNoSuchAuthenticator      = 8006
	CodeCreatePINNotInProgress   = 8007
	CodeProvidePINNotInProgress  = 8008
	CodeFingerprintNotInProgress = 8009
	CodeInvalidMethod            = 8010
	CodeIO                       = 8011
	CodeIncorrectPIN             = 8012
	CodeIdentityProviderNotFound = 8013 // in the plugin's JavaScript: HTTP request failed

	CodeNoNetwork            = 9000
	CodeServerNotReachable   = 9001
	CodeDeviceDeregistered   = 9002
	CodeUserDeregistered     = 9003
	CodeOutdatedApp          = 9004
	CodeOutdatedOS           = 9005
	CodeCanceled             = 9006
	CodeInProgress           = 9007
	CodeDeviceRegistration   = 9008
	CodeUserNotAuthenticated = 9010
	CodePINBlacklisted       = 9011
	CodePINSequence          = 9012
	CodePINSimilarDigits     = 9013
	CodePINLength            = 9014

	CodeOTPUnknown          = 10100
	CodeOTPExpired          = 10101
	CodeAlreadyAnswered     = 10102
	CodeClaimedElsewhere    = 10103
	CodeNotEnrolled         = 10104
	CodeAlreadyEnrolled     = 10105
	CodeEnrollmentDisabled  = 10106
	CodeMessageNotAuthentic = 10107
	CodePINChallenge        = 10108
)

// codes gives each code its stable name and the description of the plugin's
// documentation; apps compare some of these texts letter by letter.
var codes = map[int]struct{ name, description string }{
	CodeInternal:                 {"internal_error", "Onegini: Internal error."},
	CodeConfiguration:            {"configuration_error", "Onegini: Configuration error."},
	CodeIllegalArgument:          {"illegal_argument", "Onegini: Illegal argument."},
	CodeProfileNotRegistered:     {"profile_not_registered", "Onegini: No registered user found."},
	CodeNoUserAuthenticated:      {"no_user_authenticated", "Onegini: No user authenticated."},
	CodeNoSuchAuthenticator:      {"no_such_authenticator", "Onegini: No such authenticator found"},
	CodeCreatePINNotInProgress:   {"create_pin_not_in_progress", "Onegini: createPin called, but no registration in progress."},
	CodeProvidePINNotInProgress:  {"provide_pin_not_in_progress", "Onegini: providePin called, but no PIN is asked for."},
	CodeFingerprintNotInProgress: {"fingerprint_not_in_progress", "Onegini: fingerprint answered, but none is asked for."},
	CodeInvalidMethod:            {"invalid_method", "Onegini: Invalid mobile authentication method."},
	CodeIO:                       {"io_error", "Onegini: I/O error."},
	CodeIncorrectPIN:             {"incorrect_pin", "Onegini: Incorrect Pin. Check the maxFailureCount and remainingFailureCount properties for details."},
	CodeIdentityProviderNotFound: {"identity_provider_not_found", "Onegini: Identity provider not found."},
	CodeNoNetwork:                {"no_network", "Onegini: This machine has no network."},
	CodeServerNotReachable:       {"server_not_reachable", "Onegini: The server does not answer."},
	CodeDeviceDeregistered:       {"device_deregistered", "Onegini: The device was deregistered; all its profiles are removed."},
	CodeUserDeregistered:         {"user_deregistered", "Onegini: The user was deregistered; the profile is removed."},
	CodeOutdatedApp:              {"outdated_app", "Onegini: The server refuses this version of the app."},
	CodeOutdatedOS:               {"outdated_os", "Onegini: The server refuses this version of the operating system."},
	CodeCanceled:                 {"action_canceled", "Onegini: the operation was canceled."},
	CodeInProgress:               {"action_already_in_progress", "Onegini: the action is already in progress."},
	CodeDeviceRegistration:       {"device_registration_error", "Onegini: The device could not be registered."},
	CodeUserNotAuthenticated:     {"user_not_authenticated", "Onegini: The user is no longer authenticated. Log in again."},
	CodePINBlacklisted:           {"pin_blacklisted", "Onegini: The PIN is easy to guess and not allowed."},
	CodePINSequence:              {"pin_sequence", "Onegini: The PIN is a sequence of digits."},
	CodePINSimilarDigits:         {"pin_similar_digits", "Onegini: The PIN uses one digit too often."},
	CodePINLength:                {"pin_length", "Onegini: The PIN has the wrong length."},
	CodeOTPUnknown:               {"otp_unknown", "The server does not know this OTP."},
	CodeOTPExpired:               {"otp_expired", "The request has expired."},
	CodeAlreadyAnswered:          {"already_answered", "The request has been answered already."},
	CodeClaimedElsewhere:         {"claimed_elsewhere", "Another device has this request."},
	CodeNotEnrolled:              {"not_enrolled", "The profile is not enrolled for mobile authentication."},
	CodeAlreadyEnrolled:          {"already_enrolled", "The profile is enrolled already and the server does not allow another enrollment."},
	CodeEnrollmentDisabled:       {"enrollment_disabled", "The server does not allow enrollment."},
	CodeMessageNotAuthentic:      {"message_not_authentic", "The message was changed on its way or does not come from whom it claims."},
	CodePINChallenge:             {"pin_challenge_expired", "The PIN was not checked: its challenge is unknown, used or expired."},
}

// Error is an error of the documented kind: a code, its stable name and a
// description in English for developers. What a person reads is made from the
// code, in words, by whoever shows it.
//
// errors.Is(err, wire.Errorf(code, "")) compares codes; CodeOf is shorter.
type Error struct {
	Code        int
	Name        string
	Description string
	// Failures and Remaining count wrong PINs; set with CodeIncorrectPIN only.
	Failures, Remaining int

	detail string
	cause  error
}

// Errorf makes the error of a code. The detail is for developers and must not
// hold anything secret; an empty one leaves the description alone. A %w verb
// sets the cause.
func Errorf(code int, format string, a ...any) *Error {
	e := &Error{Code: code, Name: "unknown", Description: fmt.Sprintf("Onegini: error %d.", code)}
	if known, ok := codes[code]; ok {
		e.Name, e.Description = known.name, known.description
	}
	if format != "" {
		err := fmt.Errorf(format, a...)
		e.detail, e.cause = err.Error(), errors.Unwrap(err)
	}
	return e
}

// Error gives description, detail and code.
func (e *Error) Error() string {
	if e.detail == "" {
		return fmt.Sprintf("%s (%d)", e.Description, e.Code)
	}
	return fmt.Sprintf("%s (%d): %s", e.Description, e.Code, e.detail)
}

// Detail is what is particular to this error, for developers; empty where the
// description says all.
func (e *Error) Detail() string { return e.detail }

// Unwrap returns the cause, if one was given with %w.
func (e *Error) Unwrap() error { return e.cause }

// Is reports whether target is an *Error of the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf returns the code of the first *Error in err's chain, 0 where there is
// none.
func CodeOf(err error) int {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return 0
}

// KnownCode reports whether code is one that this package documents. What a
// server sends beyond these is treated as CodeInternal.
func KnownCode(code int) bool {
	_, ok := codes[code]
	return ok
}
