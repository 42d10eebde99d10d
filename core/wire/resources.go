package wire

import (
	"regexp"
	"strings"
)

// PathResources is the root of the resources that access tokens open, PathAppToWeb
// takes a logged-in user's session from the app to a browser.
const (
	PathResources = "/resources"
	PathAppToWeb  = "/oauth/device/app-to-web"
)

// Grants that take nothing but the device's own credentials. Neither gives a
// refresh token: the credentials get the next access token as well.
const (
	// GrantDevice gives an anonymous token (RFC 6749, 4.4); the form has scope.
	GrantDevice = "client_credentials"
	// GrantImplicit gives a token of a profile's user, who is not asked; the form
	// has profile_id and scope.
	GrantImplicit = "urn:understudy:params:oauth:grant-type:implicit"
)

// MaxScopes bounds how many scopes one token has.
const MaxScopes = 32

// scopeForm is RFC 6749, 3.3, bounded.
var scopeForm = regexp.MustCompile(`^[\x21\x23-\x5b\x5d-\x7e]{1,128}$`)

// JoinScopes makes the parameter scope of a list. An entry that is no scope, and
// more than 32 of them, are 8002.
func JoinScopes(scopes []string) (string, error) {
	if len(scopes) > MaxScopes {
		return "", Errorf(CodeIllegalArgument, "at most %d scopes can be asked for at once", MaxScopes)
	}
	for _, s := range scopes {
		if !ValidScope(s) {
			return "", Errorf(CodeIllegalArgument, "a scope has 1 to 128 visible ASCII characters other than quotes and backslashes")
		}
	}
	return strings.Join(scopes, " "), nil
}

// ValidScope reports whether s may be a scope (RFC 6749, 3.3) of at most 128
// characters.
func ValidScope(s string) bool { return scopeForm.MatchString(s) }

// AppToWebRequest asks for a way into a browser that ends at Target, an address
// that the server knows. It comes with the user's access token.
type AppToWebRequest struct {
	Version int    `json:"version"`
	Target  string `json:"target"`
}

// AppToWeb is a page of the server that logs the browser in which it is opened in
// as the user, once and within a minute. Token is the page's parameter of that name.
type AppToWeb struct {
	Version     int  `json:"version"`
	RedirectURI Sent `json:"redirect_uri"`
	Token       Sent `json:"token"`
}
