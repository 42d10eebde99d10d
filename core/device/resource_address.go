package device

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxResourceURL = 8 << 10 // bytes
	maxHeaders     = 64
	maxHeaderBytes = 8 << 10 // of all of them
)

// resolveResource gives the address of a resource call, if it lies at the one
// origin where tokens go. Parsers read the odd spellings differently (//host,
// /\host, https://base@host), so these are refused rather than understood.
func resolveResource(base string, origin wire.Origin, address string) (string, error) {
	refused := wire.Errorf(wire.CodeIllegalArgument, "a resource lies at %s, or is a path below %s", origin, base)
	if address == "" || len(address) > maxResourceURL || strings.ContainsFunc(address, func(r rune) bool {
		return r <= ' ' || r == '\\' || r == 0x7f || r == 0xfffd
	}) {
		return "", refused
	}
	if strings.HasPrefix(address, "/") {
		if strings.HasPrefix(address, "//") {
			return "", refused
		}
		address = base + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Opaque != "" || u.User != nil || u.Host == "" || strings.Contains(u.Host, "@") {
		return "", refused
	}
	at, err := wire.ParseOrigin(u.Scheme + "://" + u.Host)
	if err != nil || at != origin {
		return "", refused
	}
	// What devices use themselves is no resource: a page would enroll keys with it.
	clean := path.Clean("/" + u.Path)
	for _, own := range []string{"/oauth", "/.well-known"} {
		if clean == own || strings.HasPrefix(clean, own+"/") {
			return "", wire.Errorf(wire.CodeIllegalArgument, "what lies below %s is for devices and no resource", own)
		}
	}
	to := origin.URL(u.EscapedPath())
	if u.RawQuery != "" {
		to += "?" + u.RawQuery
	}
	return to, nil
}

// Headers that do not go through: the connection's own (RFC 9110, 7.6.1), and of
// a request those that name its place, say who calls, or would bring an answer
// that has to be unpacked.
var (
	hopHeaders = []string{"Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}
	ownHeaders = []string{
		"Host", "Content-Length", "Expect", "Cookie", "Cookie2", "Authorization", "Accept-Encoding", "Content-Encoding",
		"Forwarded", "Via", "Origin", "Referer", "User-Agent",
	}
	ownPrefixes = []string{"proxy-", "sec-", "x-forwarded-", "understudy-"}
)

// dropHeaders removes the connection's headers, those that Connection names, and
// those that are given, by name and by the beginning of the name in lower case.
func dropHeaders(h http.Header, names, prefixes []string) {
	for _, list := range h.Values("Connection") {
		for name := range strings.SplitSeq(list, ",") {
			h.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range slices.Concat(hopHeaders, names) {
		h.Del(name)
	}
	for name := range h {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(strings.ToLower(name), p) }) {
			delete(h, name)
		}
	}
}

// resourceHeader copies the headers that go through. One that is none is 8002.
func resourceHeader(given http.Header) (http.Header, error) {
	header := http.Header{}
	size := 0
	for name, values := range given {
		for _, value := range values {
			size += len(name) + len(value)
			if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
				return nil, wire.Errorf(wire.CodeIllegalArgument, "a header is not one that can be sent")
			}
			header.Add(name, value)
		}
	}
	if len(header) > maxHeaders || size > maxHeaderBytes {
		return nil, wire.Errorf(wire.CodeIllegalArgument, "there are more headers than fit into a call")
	}
	dropHeaders(header, ownHeaders, ownPrefixes)
	return header, nil
}
