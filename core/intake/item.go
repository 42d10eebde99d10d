package intake

import (
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

// Kind is what a text is.
type Kind string

// The kinds. The first three lead somewhere here; the others are told to the
// person by Describe.
const (
	KindOTP              Kind = "otp"               // a bare OTP: it does not say of which server
	KindOTPLink          Kind = "otp-link"          // a link with an OTP, mostly with its server
	KindRegistrationLink Kind = "registration-link" // a server and a one-time code

	KindWebAddress      Kind = "web-address"
	KindOneTimePassword Kind = "one-time-password" // otpauth://
	KindWiFi            Kind = "wifi"
	KindContact         Kind = "contact"
	KindPayment         Kind = "payment"
	KindText            Kind = "text"
	// KindInvalid looks like ours and is not right: Err says what is wrong.
	KindInvalid Kind = "invalid"
)

// Item is a text with its meaning.
type Item struct {
	Kind Kind
	// Text shows what was read, cleaned and cut to 80 characters; empty for codes
	// that are secrets.
	Text string
	// OTP is the OTP as it stood in the text. It is good for one answer: do not
	// show or log it.
	OTP string
	// Server is what the code claims; zero where it claims none. For an OTP it is
	// compared and shown, never called. For a registration it is strictly parsed
	// and has to be confirmed by the person.
	Server wire.Origin
	// Code is the registration code.
	Code wire.Secret
	Err  error
}

// Login reports whether the item can be answered or registered with.
func (i Item) Login() bool {
	return i.Kind == KindOTP || i.Kind == KindOTPLink || i.Kind == KindRegistrationLink
}

// Candidates picks the items that could be meant, each once.
func Candidates(items []Item) []Item {
	var out []Item
	seen := map[string]bool{}
	for _, i := range items {
		id := string(i.Kind) + "\x00" + i.OTP + "\x00" + i.Server.String() + "\x00" + string(i.Code.Bytes())
		if i.Login() && !seen[id] {
			seen[id] = true
			out = append(out, i)
		}
	}
	return out
}

// Describe says what a code is that is no login code.
func Describe(i Item) string {
	switch i.Kind {
	case KindWebAddress:
		return "The code is a web address: " + i.Text + ". Understudy does not open it."
	case KindOneTimePassword:
		return "This code sets up one-time passwords. Understudy cannot store it yet. Use a password manager that can."
	case KindWiFi:
		return "The code gives access to a Wi-Fi network."
	case KindContact:
		return "The code is a contact."
	case KindPayment:
		return "The code is a payment."
	case KindInvalid:
		return "The code looks like a login code, but " + i.Err.Error() + ". Get a new code on the page, then try again."
	case KindText:
		return "The code is plain text: " + strings.TrimSpace(i.Text) + "."
	case KindRegistrationLink:
		return "The code registers a device at " + i.Server.String() + "."
	case KindOTP:
		return "This is a login code."
	case KindOTPLink:
		if i.Server.IsZero() {
			return "This is a login code."
		}
		return "This is a login code of " + i.Server.String() + "."
	}
	return ""
}
