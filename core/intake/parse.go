package intake

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/wire"
)

// Scheme is that of our own links.
const Scheme = "understudy"

// maxText is how long a login code may be, in bytes.
const maxText = wire.MaxOTPLength

var (
	codeForm  = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)
	otherLink = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://`)
)

// Parse tells what a text means. Blanks and line breaks around it do not
// count, as copying often adds them.
func Parse(text string) Item {
	text = strings.Trim(text, " \t\r\n")
	scheme, rest, _ := strings.Cut(text, ":")
	switch {
	case strings.EqualFold(scheme, Scheme) && len(scheme) < len(text):
		return checked(text, func() Item { return parseOwnLink(rest) })
	case startsLikeOTP(text):
		return checked(text, func() Item { return withOTP(Item{Kind: KindOTP}, text) })
	case otherLink.MatchString(text) && carriesOTP(text):
		return checked(text, func() Item { return parseOtherLink(text) })
	}
	return parseElse(text)
}

// checked parses what starts like ours, if it is of the characters and the
// length that a link or a base64 text can have.
func checked(text string, parse func() Item) Item {
	if len(text) > maxText {
		return invalid(ErrTooLong)
	}
	for _, r := range text {
		if r <= ' ' || r == 0x7F || r == utf8.RuneError {
			return invalid(ErrCharacters)
		}
	}
	// Nothing that is invisible, or turns what follows: an address with it is one
	// thing for the eye and another for the program.
	if wire.CleanText(text, maxText) != text {
		return invalid(ErrCharacters)
	}
	return parse()
}

func invalid(why error) Item { return Item{Kind: KindInvalid, Err: why} }

// startsLikeOTP reports whether text is, or starts like, base64 of a JSON
// object, by its first characters. What has dots is a token of another kind.
func startsLikeOTP(text string) bool {
	head := strings.NewReplacer("-", "+", "_", "/").Replace(text[:min(len(text), 64)])
	data, _ := base64.StdEncoding.DecodeString(head[:len(head)/4*4]) // gives what comes before an error
	inside, ok := strings.CutPrefix(strings.TrimLeft(string(data), " \t\r\n"), "{")
	return ok && strings.HasPrefix(strings.TrimLeft(inside, " \t\r\n"), `"`) && !strings.Contains(text, ".")
}

// parseOwnLink reads what follows "understudy:".
func parseOwnLink(rest string) Item {
	rest, ok := strings.CutPrefix(rest, "//")
	what, query, _ := strings.Cut(rest, "?")
	what = strings.TrimSuffix(what, "/") // which some systems add
	if !ok || strings.Contains(rest, "#") {
		return invalid(ErrUnknown)
	}
	switch {
	case strings.EqualFold(what, "otp"):
		q, ok := parameters(query, "otp", "server")
		if _, has := q["otp"]; !ok || !has {
			return invalid(ErrParameters)
		}
		return withClaim(Item{Kind: KindOTPLink}, q)
	case strings.EqualFold(what, "register"):
		q, ok := parameters(query, "server", "code")
		if !ok || len(q) != 2 {
			return invalid(ErrParameters)
		}
		server, err := wire.ParseOrigin(q["server"])
		if err != nil {
			return invalid(&Refusal{ErrServer, err})
		}
		if !codeForm.MatchString(q["code"]) {
			return invalid(ErrCode)
		}
		return Item{Kind: KindRegistrationLink, Server: server, Code: wire.SecretString(q["code"])}
	}
	return invalid(ErrUnknown)
}

// parameters reads a query of ours: each known parameter at most once, no
// others.
func parameters(query string, known ...string) (map[string]string, bool) {
	out := map[string]string{}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		_, twice := out[name]
		value, err := url.PathUnescape(value) // which leaves a plus alone
		if err != nil || twice || !slices.Contains(known, name) {
			return nil, false
		}
		out[name] = value
	}
	return out, true
}

// otherParameters are those of an app's own link that mean something here,
// with all values that they have.
func otherParameters(text string) map[string][]string {
	text, _, _ = strings.Cut(text, "#")
	_, query, _ := strings.Cut(text, "?")
	out := map[string][]string{}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if plain, err := url.PathUnescape(name); err == nil {
			name = plain
		}
		// Another reader may take them in any case.
		if name = strings.ToLower(name); name == "otp" || name == "server" {
			if plain, err := url.PathUnescape(value); err == nil {
				value = plain
			}
			out[name] = append(out[name], value)
		}
	}
	return out
}

// carriesOTP reports whether one of the link's parameters looks like our OTP
// and not like six digits.
func carriesOTP(text string) bool {
	for _, value := range otherParameters(text)["otp"] {
		if startsLikeOTP(value) {
			return true
		}
	}
	return false
}

// parseOtherLink reads an app's own link, such as myApp://login?otp=…, or the
// web address that opens the app.
func parseOtherLink(text string) Item {
	q := map[string]string{}
	for name, values := range otherParameters(text) {
		if len(values) > 1 {
			return invalid(ErrParameters)
		}
		q[name] = values[0]
	}
	return withClaim(Item{Kind: KindOTPLink}, q)
}

// withClaim adds the OTP and the server that the link claims.
func withClaim(item Item, q map[string]string) Item {
	if claimed, ok := q["server"]; ok {
		server, err := wire.ParseShownOrigin(claimed)
		if err != nil {
			return invalid(&Refusal{ErrServer, err})
		}
		item.Server = server
	}
	return withOTP(item, q["otp"])
}

func withOTP(item Item, text string) Item {
	otp, err := wire.ParseOTP(text)
	if err != nil {
		return invalid(&Refusal{ErrOTP, err})
	}
	otp.Code.Clear()
	item.OTP = text
	return item
}
