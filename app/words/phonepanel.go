package words

import "github.com/understudy-auth/understudy/core/bridge"

// AppWaits says what an app's user has to do in the app, by the event that waits;
// "" where nothing.
func AppWaits(event string) string {
	switch event {
	case "":
		return ""
	case "onPinRequest":
		return T("The app waits for the PIN. Enter it there.")
	case "onCreatePinRequest":
		return T("The app waits for a new PIN. Enter it there.")
	case "onConfirmationRequest":
		return T("A request arrived. Accept or deny it in the app.")
	case "onFingerprintRequest":
		return T("The app asks whether the fingerprint may be used. Answer there.")
	case "onRegistrationRequest":
		return T("The app shows the login page. Log in there.")
	}
	return T("The app waits for an answer. Give it there.")
}

// appCalls are the calls of the plugin that a person would call something, by
// service and action. Answers to events go without: the person gave them.
var appCalls = map[[2]string]string{
	{"OneginiClient", "start"}:                                    "Start",
	{"OneginiClient", "reset"}:                                    "Start anew",
	{"OneginiUserClient", "validatePinWithPolicy"}:                "Check a new PIN",
	{"OneginiUserRegistrationClient", "start"}:                    "Register",
	{"OneginiUserDeregistrationClient", "deregister"}:             "Deregister",
	{"OneginiUserAuthenticationClient", "authenticate"}:           "Log in",
	{"OneginiUserAuthenticationClient", "logout"}:                 "Log out",
	{"OneginiUserAuthenticationClient", "fallbackToPin"}:          "Use the PIN instead",
	{"OneginiUserAuthenticationClient", "authenticateImplicitly"}: "Log in without the user",
	{"OneginiAuthenticatorRegistrationClient", "start"}:           "Register the fingerprint",
	{"OneginiAuthenticatorRegistrationClient", "deregister"}:      "Remove the fingerprint",
	{"OneginiAuthenticatorsClient", "setPreferred"}:               "Choose how to log in",
	{"OneginiChangePinClient", "start"}:                           "Change the PIN",
	{"OneginiMobileAuthClient", "enroll"}:                         "Enroll",
	{"OneginiPushMobileAuthClient", "enroll"}:                     "Enroll for push requests",
	{"OneginiPushMobileAuthClient", "handle"}:                     "Open a push request",
	{"OneginiOtpMobileAuthRequestClient", "start"}:                "Open the request of a code",
	{"OneginiOtpMobileAuthRequestClient", "replyToChallenge"}:     "Answer a request",
	{"OneginiPushMobileAuthRequestClient", "replyToChallenge"}:    "Answer a push request",
	{"OneginiPendingMobileAuthRequestClient", "fetch"}:            "Look for waiting requests",
	{"OneginiPendingMobileAuthRequestClient", "handle"}:           "Open a waiting request",
	{"OneginiDeviceAuthenticationClient", "authenticate"}:         "Log in as a device",
	{"OneginiAppToWebSingleSignOnClient", "start"}:                "Go on in the browser",
	{"OneginiResourceClient", "fetch"}:                            "Get data from the server",
	{"Understudy", "scan"}:                                        "Read a QR code",
}

// AppCall names a call that an app made; "" where it is none that a person would
// care about.
func AppCall(a bridge.Asked) string {
	name := appCalls[[2]string{a.Service, a.Action}]
	if name == "" {
		return ""
	}
	return T(name)
}

// NoApp is the phone panel before any app has connected.
func NoApp(address string) Page {
	return Page{
		Title:     T("No app is connected"),
		Sentences: []string{T("Start your app in the browser. It finds Understudy at the address that it was given:"), address},
	}
}
