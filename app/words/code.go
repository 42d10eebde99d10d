package words

import (
	"errors"

	"github.com/understudy-auth/understudy/core/intake"
)

// Code says what a code is and that nothing was done with it. It is made for
// codes that are no login codes, and says of the others what they are. Nothing
// in it is secret.
func Code(i intake.Item) string {
	switch i.Kind {
	case intake.KindOTP, intake.KindOTPLink:
		if i.Server.IsZero() {
			return T("This is a login code.")
		}
		return T("This is a login code of {server}.", "server", i.Server)
	case intake.KindRegistrationLink:
		return T("This code registers a profile at {server}.", "server", i.Server)
	case intake.KindInvalid:
		return invalidCode(i.Err)
	case intake.KindWebAddress:
		return T("The code is a web address: {address}. Understudy does not open it.", "address", i.Text)
	case intake.KindOneTimePassword:
		return T("This code sets up one-time passwords. Understudy cannot store it yet. Use a password manager that can.")
	case intake.KindWiFi:
		if i.Text == "" {
			return T("The code is access to a Wi-Fi network. Understudy does not join it.")
		}
		return T("The code is access to a Wi-Fi network: “{name}”. Understudy does not join it.", "name", i.Text)
	case intake.KindContact:
		if i.Text == "" {
			return T("The code is a contact. Understudy does not keep it.")
		}
		return T("The code is a contact: “{name}”. Understudy does not keep it.", "name", i.Text)
	case intake.KindPayment:
		return T("The code is a payment. Understudy does not pay it.")
	}
	if i.Text == "" {
		return T("The text is empty.")
	}
	return T("The code is plain text: “{text}”.", "text", i.Text)
}

// invalidCode says why a code that starts like a login code is none.
func invalidCode(err error) string {
	switch {
	case errors.Is(err, intake.ErrTooLong):
		return T("This looks like a login code, but it is longer than 4,096 characters. Get a new code on the page, then try again.")
	case errors.Is(err, intake.ErrCharacters):
		return T("This looks like a login code, but it holds blanks or characters that a code cannot have. Get a new code on the page, then try again.")
	case errors.Is(err, intake.ErrUnknown):
		return T("This looks like a login code, but it asks for something that Understudy does not know. Get a new code on the page, then try again.")
	case errors.Is(err, intake.ErrParameters):
		return T("This looks like a login code, but its parameters are missing, doubled or unknown. Get a new code on the page, then try again.")
	case errors.Is(err, intake.ErrServer):
		return T("This looks like a login code, but its server address is not right: {why}. Get a new code on the page, then try again.", "why", cause(err))
	case errors.Is(err, intake.ErrCode):
		return T("This looks like a login code, but its registration code is damaged. Get a new code on the page, then try again.")
	case errors.Is(err, intake.ErrOTP):
		return T("This looks like a login code, but its OTP is damaged. Get a new code on the page, then try again.")
	}
	return T("This looks like a login code, but it is not right. Get a new code on the page, then try again.")
}

// RegistrationLinkRefused says why a registration link is of no use, by the Err
// of its item.
func RegistrationLinkRefused(err error) string {
	switch {
	case errors.Is(err, intake.ErrTooLong):
		return T("This registration link is not right: it is longer than 4,096 characters.")
	case errors.Is(err, intake.ErrCharacters):
		return T("This registration link is not right: it holds blanks or characters that a code cannot have.")
	case errors.Is(err, intake.ErrUnknown):
		return T("This registration link is not right: it asks for something that Understudy does not know.")
	case errors.Is(err, intake.ErrParameters):
		return T("This registration link is not right: its parameters are missing, doubled or unknown.")
	case errors.Is(err, intake.ErrServer):
		return T("This registration link is not right: its server address is not right: {why}.", "why", cause(err))
	case errors.Is(err, intake.ErrCode):
		return T("This registration link is not right: its registration code is damaged.")
	case errors.Is(err, intake.ErrOTP):
		return T("This registration link is not right: its OTP is damaged.")
	}
	return T("This registration link is not right.")
}

// cause is what is wrong with an address, as wire.ParseOrigin says it.
func cause(err error) string {
	if r, ok := errors.AsType[*intake.Refusal](err); ok {
		return r.Cause.Error()
	}
	return err.Error()
}
