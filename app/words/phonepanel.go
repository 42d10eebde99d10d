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

// AppCall names a call that an app made; "" where it is none that a person would
// care about, such as an answer: the person gave that.
func AppCall(a bridge.Asked) string {
	switch a.Service + "." + a.Action {
	case "OneginiClient.start":
		return T("Start")
	case "OneginiClient.reset":
		return T("Start anew")
	case "OneginiUserClient.validatePinWithPolicy":
		return T("Check a new PIN")
	case "OneginiUserRegistrationClient.start":
		return T("Register")
	case "OneginiUserDeregistrationClient.deregister":
		return T("Deregister")
	case "OneginiUserAuthenticationClient.authenticate":
		return T("Log in")
	case "OneginiUserAuthenticationClient.logout":
		return T("Log out")
	case "OneginiUserAuthenticationClient.fallbackToPin":
		return T("Use the PIN instead")
	case "OneginiUserAuthenticationClient.authenticateImplicitly":
		return T("Log in without the user")
	case "OneginiAuthenticatorRegistrationClient.start":
		return T("Register the fingerprint")
	case "OneginiAuthenticatorRegistrationClient.deregister":
		return T("Remove the fingerprint")
	case "OneginiAuthenticatorsClient.setPreferred":
		return T("Choose how to log in")
	case "OneginiChangePinClient.start":
		return T("Change the PIN")
	case "OneginiMobileAuthClient.enroll":
		return T("Enroll")
	case "OneginiPushMobileAuthClient.enroll":
		return T("Enroll for push requests")
	case "OneginiPushMobileAuthClient.handle":
		return T("Open a push request")
	case "OneginiOtpMobileAuthRequestClient.start":
		return T("Open the request of a code")
	case "OneginiOtpMobileAuthRequestClient.replyToChallenge":
		return T("Answer a request")
	case "OneginiPushMobileAuthRequestClient.replyToChallenge":
		return T("Answer a push request")
	case "OneginiPendingMobileAuthRequestClient.fetch":
		return T("Look for waiting requests")
	case "OneginiPendingMobileAuthRequestClient.handle":
		return T("Open a waiting request")
	case "OneginiDeviceAuthenticationClient.authenticate":
		return T("Log in as a device")
	case "OneginiAppToWebSingleSignOnClient.start":
		return T("Go on in the browser")
	case "OneginiResourceClient.fetch":
		return T("Get data from the server")
	case "Understudy.scan":
		return T("Read a QR code")
	}
	return ""
}

// NoApp is the phone panel before any app has connected.
func NoApp(address string) Page {
	return Page{
		Title:     T("No app is connected"),
		Sentences: []string{T("Start your app in the browser. It finds Understudy at the address that it was given:"), address},
	}
}
