package bridge

import (
	"context"

	"github.com/understudy-auth/understudy/core/wire"
)

// action answers a call, or returns errAnsweredElsewhere.
type action func(ctx context.Context, c *call) (any, error)

// Our own service, and those that messages know by name.
const (
	serviceUnderstudy = "Understudy"
	actionScan        = "scan"
	serviceResource   = "OneginiResourceClient"
	serviceReceiver   = "OneginiPushMobileAuthRequestClient"
	actionReceiver    = "registerChallengeReceiver"
)

// services are all that a page can call. A name that is not here fails as in
// Cordova.
var services = map[string]map[string]action{
	"OneginiClient":                   {"start": start, "reset": reset},
	"OneginiUserClient":               {"validatePinWithPolicy": validatePIN},
	"OneginiIdentityProvidersClient":  {"getIdentityProviders": identityProviders},
	"OneginiUserDeregistrationClient": {"deregister": deregister},
	"OneginiUserRegistrationClient": {
		"start":                                      asFlow(register),
		"respondToRegistrationRequest":               toFlow(wire.CodeIllegalArgument),
		"respondToCustomRegistrationInitRequest":     toFlow(wire.CodeIllegalArgument),
		"respondToCustomRegistrationCompleteRequest": toFlow(wire.CodeIllegalArgument),
		"createPin":                                  toFlow(wire.CodeCreatePINNotInProgress),
		"cancelFlow":                                 cancelFlow(wire.CodeCreatePINNotInProgress),
		"getUserProfiles":                            userProfiles,
		"isUserRegistered":                           isUserRegistered,
	},
	"OneginiUserAuthenticationClient": {
		"authenticate":                          asFlow(authenticate),
		"providePin":                            toFlow(wire.CodeProvidePINNotInProgress),
		"respondToFingerprintRequest":           toFingerprint,
		"fallbackToPin":                         fallbackToPIN,
		"cancelFlow":                            cancelFlow(wire.CodeProvidePINNotInProgress),
		"logout":                                logout,
		"getAuthenticatedUserProfile":           authenticatedUser,
		"authenticateImplicitly":                authenticateImplicitly,
		"getImplicitlyAuthenticatedUserProfile": implicitUser,
	},
	"OneginiAuthenticatorsClient": {
		"getAll":           authenticators(func(bool) bool { return true }),
		"getRegistered":    authenticators(func(registered bool) bool { return registered }),
		"getNotRegistered": authenticators(func(registered bool) bool { return !registered }),
		"getPreferred":     preferred,
		"setPreferred":     setPreferred,
	},
	"OneginiAuthenticatorRegistrationClient": {
		"start":      asFlow(registerAuthenticator),
		"providePin": toFlow(wire.CodeProvidePINNotInProgress),
		"cancelFlow": cancelFlow(wire.CodeProvidePINNotInProgress),
		"deregister": deregisterAuthenticator,
	},
	"OneginiChangePinClient": {
		"start":      asFlow(changePIN),
		"providePin": toFlow(wire.CodeProvidePINNotInProgress),
		"createPin":  toFlow(wire.CodeCreatePINNotInProgress),
		"cancelFlow": cancelFlow(wire.CodeProvidePINNotInProgress),
	},
	"OneginiMobileAuthClient":               {"enroll": enroll, "isEnrolled": isEnrolled},
	"OneginiOtpMobileAuthRequestClient":     {"start": asFlow(handleOTP), "replyToChallenge": replyToOTP},
	"OneginiPushMobileAuthClient":           {"enroll": enrollPush, "isEnrolled": isPushEnrolled, "handle": handlePush},
	"OneginiPendingMobileAuthRequestClient": {"fetch": pendingRequests, "handle": handlePush},
	serviceReceiver:                         {actionReceiver: registerReceiver, "replyToChallenge": replyToPush},
	"OneginiDeviceAuthenticationClient":     {"authenticate": authenticateDevice},
	"OneginiAppToWebSingleSignOnClient":     {"start": appToWeb},
	serviceResource:                         {"fetch": fetch},
	serviceUnderstudy:                       {actionScan: scanPicture},
}
