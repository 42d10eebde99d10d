package idp

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
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

// redirectOrigin is the origin of a valid redirect address, or the scheme of
// one that is an app's own: what stands in a page's form-action. Of such a scheme
// with what follows it, Chromium 156 thinks nothing and blocks the redirect.
func redirectOrigin(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return ""
	case u.Scheme != "http":
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}

var appRedirect = regexp.MustCompile(`^[a-z][a-z0-9+.-]{1,62}://[A-Za-z0-9._~/-]{1,200}$`)

// CheckRedirect finds an address that can be no app's own and says what is wrong
// with it. One that begins with the scheme of a browser's or of another program's
// addresses would send codes to those.
func CheckRedirect(address string) error {
	scheme, _, _ := strings.Cut(address, ":")
	switch {
	case !appRedirect.MatchString(address):
		return errors.New("the redirect of an app looks like myapp://login, in lower case before the colon and without a query")
	case slices.Contains(foreignSchemes, scheme):
		return fmt.Errorf("the scheme %s is no app's own", scheme)
	}
	return nil
}

var foreignSchemes = []string{
	"http", "https", "ws", "wss", "ftp", "file", "data", "blob", "about", "javascript", "vbscript", "view-source", "filesystem", "chrome", "mailto", "tel", "sms", "understudy",
}
