package idp

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// RegisteredRedirect is the redirect address that every program registers: on
// loopback, where the port is whichever was free (RFC 8252, 7.3).
const RegisteredRedirect = "http://127.0.0.1/cb"

var redirectPath = regexp.MustCompile(`^/cb(/[A-Za-z0-9_-]{1,128})?$`)

// validRedirect reports whether an authorization request may come back to this
// address: the registered one but for the port and one more path element, by
// number, without user, query or fragment.
func validRedirect(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "" || u.RawPath != "" ||
		strings.Contains(address, "#") || !redirectPath.MatchString(u.Path) {
		return false
	}
	at, err := netip.ParseAddrPort(u.Host)
	return err == nil && at.Port() > 0 && (at.Addr() == netip.MustParseAddr("127.0.0.1") || at.Addr() == netip.IPv6Loopback())
}

// redirectOrigin is the origin of a valid redirect address.
func redirectOrigin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
