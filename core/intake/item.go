package intake

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/understudy-auth/understudy/core/wire"
)

// Kind is what a text is.
type Kind string

// The kinds. The first three lead somewhere here; of the others a person is only
// told what they are.
const (
	KindOTP              Kind = "otp"               // a bare OTP: it does not say of which server
	KindOTPLink          Kind = "otp-link"          // a link with an OTP, mostly with its server
	KindRegistrationLink Kind = "registration-link" // a server and a one-time code

	KindWebAddress      Kind = "web-address"       // http and https
	KindOneTimePassword Kind = "one-time-password" // sets up codes of six digits: otpauth
	KindWiFi            Kind = "wifi"
	KindContact         Kind = "contact" // vCard, MECARD
	KindPayment         Kind = "payment" // transfers of Europe and Switzerland, coins and others
	KindText            Kind = "text"    // anything else

	// KindInvalid starts like ours and is not right: Err says what is wrong.
	KindInvalid Kind = "invalid"
)

// Item is a text with its meaning.
type Item struct {
	Kind Kind
	// Text is what may be shown of it: a web address, the name of a network, of a
	// contact, or the first 80 characters. It is cleaned, and empty where all of
	// it is secret, as with login codes.
	Text string
	// OTP is the OTP as it stood in the text, for wire.ParseOTP, which took it.
	OTP string
	// Server is what the code claims; zero where it claims none. With an OTP it is
	// for comparing and showing, nothing is ever sent to it. With a registration
	// the person has to confirm it first.
	Server wire.Origin
	// Code is the registration code.
	Code wire.Secret
	// Err is set with KindInvalid only: errors.Is finds one of ErrTooLong and the
	// others. Where an OTP is the reason, wire.CodeOf gives wire.CodeIllegalArgument.
	Err error
}

// Login reports whether the item can be answered or registered with.
func (i Item) Login() bool {
	return i.Kind == KindOTP || i.Kind == KindOTPLink || i.Kind == KindRegistrationLink
}

// String names the kind and the server, or the text, and no secret.
func (i Item) String() string {
	s := string(i.Kind)
	if !i.Server.IsZero() {
		s += " " + i.Server.String()
	}
	if i.Text != "" {
		s += " " + i.Text
	}
	if i.Err != nil {
		s += ": " + i.Err.Error()
	}
	return s
}

// GoString, Format, MarshalText and LogValue give what String gives, for each
// way in which a value gets into a print or a log.
func (i Item) GoString() string { return i.String() }

// Format is described at GoString.
func (i Item) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, i.String()) }

// MarshalText is described at GoString.
func (i Item) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// LogValue is described at GoString.
func (i Item) LogValue() slog.Value { return slog.StringValue(i.String()) }

// Candidates picks the items that could be meant, in their order and each
// once: the same OTP or registration, however it was written. If an OTP is
// there with and without its server, the one with the server stays, as it can
// be compared. The same OTP with two servers is two candidates.
func Candidates(items []Item) []Item {
	var out []Item
	for _, item := range items {
		if !item.Login() {
			continue
		}
		at := slices.IndexFunc(out, item.means)
		switch {
		case at < 0:
			out = append(out, item)
		case out[at].Server.IsZero() && !item.Server.IsZero():
			out[at] = item
		}
	}
	return out
}

// means reports whether two login items lead to the same.
func (i Item) means(o Item) bool {
	if i.Kind == KindRegistrationLink || o.Kind == KindRegistrationLink {
		return i.Kind == o.Kind && i.Server == o.Server && i.Code.Equal(o.Code)
	}
	if !i.Server.IsZero() && !o.Server.IsZero() && i.Server != o.Server {
		return false
	}
	a, errA := wire.ParseOTP(i.OTP)
	b, errB := wire.ParseOTP(o.OTP)
	defer a.Code.Clear()
	defer b.Code.Clear()
	return errA == nil && errB == nil && a.TransactionID == b.TransactionID && a.Code.Equal(b.Code)
}

// Why a text that starts like ours is refused. None repeats the text.
var (
	ErrTooLong    = errors.New("longer than 4,096 characters")
	ErrCharacters = errors.New("blanks or characters that a code cannot have")
	ErrUnknown    = errors.New("asks for something that Understudy does not know")
	ErrParameters = errors.New("parameters are missing, doubled or unknown")
	ErrServer     = errors.New("the server address is not right") // with a Refusal
	ErrCode       = errors.New("the registration code is damaged")
	ErrOTP        = errors.New("the OTP is damaged") // with a Refusal
)

// Refusal is a reason with its cause: what wire says of the address or the OTP,
// which repeats neither.
type Refusal struct{ Reason, Cause error }

func (r *Refusal) Error() string { return r.Reason.Error() + ": " + r.Cause.Error() }

// Unwrap gives both.
func (r *Refusal) Unwrap() []error { return []error{r.Reason, r.Cause} }
