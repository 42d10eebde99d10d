package wire

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxOriginLength is the longest address that is looked at, in bytes: a host of
// 253 characters in the longest spelling that anybody could need.
const maxOriginLength = 1024

// Origin is the address of a Token Server: scheme, host and port, nothing else.
// Origins are comparable with ==, and equal ones name the same server: the host
// is in lower case and ASCII (IDNA), the default port is left out. The zero
// value stands for none.
type Origin struct {
	scheme string // "https" or "http"
	host   string // "id.example.com", "127.0.0.1", "[::1]"
	port   uint16 // 0 for the scheme's own
}

// ParseOrigin reads an address to which the program may connect: https, or http
// for 127.0.0.1, [::1] and localhost only, as nothing of that leaves the machine.
// Names below localhost are not loopback: the resolver may ask the network for
// them.
//
// It is strict, as an address that two programs read differently is the start of
// a false server: no user, path (not even "/"), query, fragment, percent sign,
// zone or trailing dot; a port from 1 to 65535 without leading zeros; an IPv4
// address in four plain numbers. Names pass [idna.Lookup] (UTS 46), but without
// what that makes of characters that only look like ASCII: ideographic full
// stops as dots, full-width letters and digits, invisible characters.
//
// Errors are sentences that can be shown; they never repeat the address.
func ParseOrigin(s string) (Origin, error) {
	o, err := ParseShownOrigin(s)
	if err == nil && !o.IsEncrypted() && !o.IsLoopback() {
		return Origin{}, errors.New("the address must begin with https://; http:// is for this computer only (127.0.0.1, [::1], localhost)")
	}
	return o, err
}

// ParseShownOrigin is ParseOrigin that takes plain http anywhere. Such an origin
// is for comparing and showing only: nothing is ever sent to it.
func ParseShownOrigin(s string) (Origin, error) {
	if len(s) > maxOriginLength {
		return Origin{}, errors.New("the address is too long to be a server's")
	}
	scheme, rest, ok := strings.Cut(s, "://")
	scheme = lowerASCII(scheme)
	if !ok || scheme != "https" && scheme != "http" {
		return Origin{}, errors.New("the address must begin with https://, such as https://id.example.com")
	}
	if strings.ContainsAny(rest, `@/\?#%`) { // % would also begin an IPv6 zone
		return Origin{}, errors.New("the address must be a scheme, a host and perhaps a port, such as https://id.example.com:8443: no user name, no path, nothing after it")
	}
	host, port, err := splitPort(rest)
	if err != nil {
		return Origin{}, err
	}
	if host, err = parseHost(host); err != nil {
		return Origin{}, err
	}
	if scheme == "https" && port == 443 || scheme == "http" && port == 80 {
		port = 0
	}
	return Origin{scheme: scheme, host: host, port: port}, nil
}

func splitPort(s string) (host string, port uint16, err error) {
	// The colons of an IPv6 address are inside its brackets.
	i := strings.LastIndexByte(s, ':')
	if i < strings.LastIndexByte(s, ']') || i < 0 {
		return s, 0, nil
	}
	n, err := strconv.ParseUint(s[i+1:], 10, 16)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != s[i+1:] {
		return "", 0, errors.New("the port must be a number from 1 to 65535 without leading zeros")
	}
	return s[:i], uint16(n), nil
}

func parseHost(s string) (string, error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(inner)
		if !ok || err != nil || !ip.Is6() || ip.Is4In6() || ip.IsUnspecified() {
			return "", errors.New("the address in brackets must be an IPv6 address, such as [::1]")
		}
		return "[" + ip.String() + "]", nil
	}
	errName := errors.New("the host must be a name such as id.example.com, or an IP address")
	s = lowerASCII(s) // IDNA leaves the case of plain ASCII names alone
	name, err := idna.Lookup.ToASCII(s)
	if err != nil || len(name) > 253 || strings.ContainsFunc(s, isHidden) {
		return "", errName
	}
	// What is not UTF-8 would pass once, but its result not a second time.
	if again, err := idna.Lookup.ToASCII(name); err != nil || again != name {
		return "", errName
	}
	given, labels := strings.Split(s, "."), strings.Split(name, ".")
	if len(given) != len(labels) {
		return "", errName // another character passed for a dot
	}
	for i, label := range labels {
		// Letters beyond ASCII that IDNA turns into plain ones (full-width,
		// Kelvin sign, superscript) serve no name, only disguise.
		if !isHostLabel(label) || !isASCII(given[i]) && !strings.HasPrefix(label, "xn--") {
			return "", errName
		}
	}
	// What ends in a number is an IPv4 address to a browser, in the strangest
	// spellings (127.1, 0x7f.1): only the plain one is taken.
	if last := labels[len(labels)-1]; endsInNumber(last) {
		ip, err := netip.ParseAddr(name)
		if err != nil || ip.IsUnspecified() {
			return "", errors.New("the IP address must be four numbers from 0 to 255 without leading zeros, and not 0.0.0.0")
		}
	}
	return name, nil
}

// isHostLabel follows RFC 1123, 2.1, and RFC 1035, 2.3.4.
func isHostLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// endsInNumber is the check of the URL standard (whatwg.org, "ends in a number").
func endsInNumber(label string) bool {
	if hex, ok := strings.CutPrefix(label, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// lowerASCII leaves letters beyond ASCII to IDNA: strings.ToLower would turn the
// Kelvin sign into a k.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}

// String gives the origin as it is shown and sent: "https://id.example.com:8443".
// The zero value gives "".
func (o Origin) String() string {
	if o.IsZero() {
		return ""
	}
	return o.scheme + "://" + o.Host()
}

// Host is the host and, where it is not the scheme's own, the port:
// "id.example.com:8443".
func (o Origin) Host() string {
	if o.port == 0 {
		return o.host
	}
	return o.host + ":" + strconv.Itoa(int(o.port))
}

// IsZero reports whether there is no origin.
func (o Origin) IsZero() bool { return o == Origin{} }

// IsLoopback reports whether the host is 127.0.0.1, [::1] or localhost.
func (o Origin) IsLoopback() bool {
	return o.host == "127.0.0.1" || o.host == "[::1]" || o.host == "localhost"
}

// IsEncrypted reports whether the scheme is https.
func (o Origin) IsEncrypted() bool { return o.scheme == "https" }

// URL is the address of a path on this server. A path without its leading slash
// gets one, so that it can never become a part of the host.
func (o Origin) URL(path string) string {
	if path != "" && path[0] != '/' {
		path = "/" + path
	}
	return o.String() + path
}

// MarshalText gives what String gives.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what ParseOrigin takes, and "" as the zero value. An origin
// of ParseShownOrigin does therefore not always come back; keep it as a string.
func (o *Origin) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*o = Origin{}
		return nil
	}
	parsed, err := ParseOrigin(string(text))
	if err == nil {
		*o = parsed
	}
	return err
}
