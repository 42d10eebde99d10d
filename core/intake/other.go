package intake

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	maxShown   = 80  // characters of a text
	maxAddress = 200 // characters of a web address
)

// starts is how the things begin that QR codes mostly hold, in upper case.
var starts = []struct {
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
	{"BCD\n", KindPayment}, // EPC069-12, transfers in euro
	{"BCD\r\n", KindPayment},
	{"SPC\n", KindPayment}, // Swiss QR-bill
	{"SPC\r\n", KindPayment},
	{"SPD*", KindPayment},   // Czech and Slovak transfers
	{"000201", KindPayment}, // EMVCo merchant-presented mode
	{"UPI:", KindPayment},
	{"BITCOIN:", KindPayment},
	{"ETHEREUM:", KindPayment},
	{"LIGHTNING:", KindPayment},
}

// parseElse tells what a text is that is not ours.
func parseElse(text string) Item {
	item := Item{Kind: KindText}
	upper := strings.ToUpper(text[:min(len(text), 40)])
	for _, s := range starts {
		if strings.HasPrefix(upper, s.prefix) {
			item.Kind = s.kind
			break
		}
	}
	if u, err := url.Parse(text); item.Kind == KindWebAddress && (err != nil || u.Host == "" || strings.ContainsAny(text, " \t\r\n")) {
		item.Kind = KindText
	}
	switch item.Kind {
	case KindOneTimePassword, KindPayment: // the first is a secret, the second says nothing to the eye
	case KindWebAddress:
		item.Text = shown(text, maxAddress)
	case KindWiFi: // without its password
		item.Text = shown(field(text, "S"), maxShown)
	case KindContact:
		item.Text = shown(contactName(text), maxShown)
	default:
		item.Text = shown(text, maxShown)
	}
	return item
}

// encodedJSON is what an OTP or another token looks like inside of a text.
var encodedJSON = regexp.MustCompile(`ey[A-L][A-Za-z0-9+/_=%-]{16,}`)

// shown is what may be shown of a text: cleaned, cut, without tokens.
func shown(text string, limit int) string {
	// Not more than that is looked at: a text can be as long as the clipboard's.
	text = text[:min(len(text), maxText)]
	return wire.CleanText(encodedJSON.ReplaceAllString(text, "(hidden)"), limit)
}

// contactName is the name in a contact, as well as it can be told.
func contactName(text string) string {
	if name := field(text, "N"); name != "" {
		last, first, _ := strings.Cut(name, ",")
		return first + " " + last
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		if name, _, _ := strings.Cut(key, ";"); strings.EqualFold(name, "FN") {
			return value
		}
	}
	return ""
}

// field is the value of a field in "WIFI:T:WPA;S:name;;" and "MECARD:N:name;;",
// where a backslash stands before characters that would end it.
func field(text, name string) string {
	_, rest, _ := strings.Cut(text, ":")
	for rest != "" {
		var part strings.Builder
		i := 0
		for ; i < len(rest) && rest[i] != ';'; i++ {
			if rest[i] == '\\' && i+1 < len(rest) {
				i++
			}
			part.WriteByte(rest[i])
		}
		rest = rest[min(i+1, len(rest)):]
		if key, value, ok := strings.Cut(part.String(), ":"); ok && key == name {
			return value
		}
	}
	return ""
}
