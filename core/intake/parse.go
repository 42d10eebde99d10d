package intake

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/wire"
)

// Scheme is ours.
const Scheme = "understudy"

const (
	maxText  = 4 << 10
	maxShown = 80
)

// Why a text that looks like ours is refused. None repeats the text: it may
// hold an OTP.
var (
	errTooLong    = errors.New("it is longer than 4,096 characters")
	errCharacters = errors.New("it holds characters that a code cannot have")
	errPath       = errors.New("it asks for something that Understudy does not know")
	errParameters = errors.New("its parameters are missing, doubled or unknown")
	errServer     = errors.New("the address of its server is not right")
	errCode       = errors.New("its registration code is damaged")
	errOTP        = errors.New("its OTP is damaged")
)

var (
	schemeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
	codeForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)
)

// Parse tells what a text means. Blanks around it do not count, as copying
// often adds them.
func Parse(text string) Item {
	text = strings.TrimSpace(text)
	ours := hasScheme(text, Scheme)
	switch {
	case ours && len(text) > maxText:
		return invalid(errTooLong)
	case ours && !plain(text):
		return invalid(errCharacters)
	case ours:
		return parseOurs(text)
	}
	if len(text) <= maxText && plain(text) {
		if otp, err := wire.ParseOTP(text); err == nil {
			otp.Code.Clear()
			return Item{Kind: KindOTP, OTP: text}
		}
		if item, ok := parseForeignLink(text); ok {
			return item
		}
	}
	item := Item{Kind: kindOf(text)}
	if item.Kind != KindOneTimePassword && item.Kind != KindWiFi { // those hold secrets
		item.Text = wire.CleanText(text, maxShown)
	}
	return item
}

func invalid(why error) Item { return Item{Kind: KindInvalid, Err: why} }

func hasScheme(text, scheme string) bool {
	return len(text) > len(scheme) && text[len(scheme)] == ':' && strings.EqualFold(text[:len(scheme)], scheme)
}

// plain reports whether text is UTF-8 of visible characters without blanks:
// what a link or a base64 text is made of.
func plain(text string) bool {
	for _, r := range text {
		if r == utf8.RuneError || r <= ' ' || r == 0x7F {
			return false
		}
	}
	return wire.CleanText(text, maxText) == text
}

// parseOurs reads understudy://otp?server=…&otp=… and
// understudy://register?server=…&code=….
func parseOurs(text string) Item {
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.User != nil || u.Fragment != "" || u.RawFragment != "" || strings.Trim(u.Path, "/") != "" {
		return invalid(errPath)
	}
	q, err := single(u.RawQuery)
	if err != nil {
		return invalid(err)
	}
	switch strings.ToLower(u.Host) {
	case "otp":
		return otpLink(q, true)
	case "register":
		server, err := wire.ParseOrigin(q["server"])
		switch {
		case len(q) != 2 || q["code"] == "" || q["server"] == "":
			return invalid(errParameters)
		case err != nil:
			return invalid(errServer)
		case !codeForm.MatchString(q["code"]):
			return invalid(errCode)
		}
		return Item{Kind: KindRegistrationLink, Server: server, Code: wire.SecretString(q["code"])}
	}
	return invalid(errPath)
}

// otpLink reads the parameters of a link with an OTP. Ours has no others, an
// app's own link may.
func otpLink(q map[string]string, ours bool) Item {
	item := Item{Kind: KindOTPLink, OTP: q["otp"]}
	_, hasServer := q["server"]
	if ours && (q["otp"] == "" || len(q) > 2 || (len(q) == 2 && !hasServer)) {
		return invalid(errParameters)
	}
	otp, err := wire.ParseOTP(item.OTP)
	if err != nil {
		return invalid(errOTP)
	}
	otp.Code.Clear()
	if hasServer {
		if item.Server, err = wire.ParseShownOrigin(q["server"]); err != nil {
			return invalid(errServer)
		}
	}
	return item
}

// parseForeignLink recognises an app's own deep link, such as
// myApp://login?otp=…, that carries an OTP. Web addresses are not taken for one.
func parseForeignLink(text string) (Item, bool) {
	if !schemeForm.MatchString(text) || hasScheme(text, "http") || hasScheme(text, "https") || hasScheme(text, "otpauth") {
		return Item{}, false
	}
	u, err := url.Parse(text)
	if err != nil || !strings.Contains(u.RawQuery, "otp=") {
		return Item{}, false
	}
	q, err := single(u.RawQuery)
	if err != nil || q["otp"] == "" {
		return Item{}, false
	}
	item := otpLink(q, false)
	return item, item.Kind == KindOTPLink
}

// single reads a query in which every parameter occurs once. A plus is a plus:
// base64 has them, and links do not encode blanks that way.
func single(query string) (map[string]string, error) {
	out := map[string]string{}
	if query == "" {
		return out, nil
	}
	for part := range strings.SplitSeq(query, "&") {
		name, value, ok := strings.Cut(part, "=")
		name, err1 := url.PathUnescape(name)
		value, err2 := url.PathUnescape(value)
		_, twice := out[name]
		if !ok || err1 != nil || err2 != nil || name == "" || twice {
			return nil, errParameters
		}
		out[name] = value
	}
	return out, nil
}

// kindOf recognises what else QR codes hold, by how it starts.
func kindOf(text string) Kind {
	upper := strings.ToUpper(text[:min(len(text), 40)])
	for _, k := range []struct {
		prefix string
		kind   Kind
	}{
		{"HTTP://", KindWebAddress},
		{"HTTPS://", KindWebAddress},
		{"OTPAUTH:", KindOneTimePassword},
		{"OTPAUTH-MIGRATION:", KindOneTimePassword},
		{"WIFI:", KindWiFi},
		{"BEGIN:VCARD", KindContact},
		{"MECARD:", KindContact},
		{"BCD\n", KindPayment},
		{"BCD\r\n", KindPayment},
		{"SPC\n", KindPayment},
		{"SPC\r\n", KindPayment},
		{"BITCOIN:", KindPayment},
		{"ETHEREUM:", KindPayment},
		{"LIGHTNING:", KindPayment},
		{"UPI:", KindPayment},
	} {
		if strings.HasPrefix(upper, k.prefix) {
			return k.kind
		}
	}
	return KindText
}
