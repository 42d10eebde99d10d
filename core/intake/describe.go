package intake

// Describe says in whole sentences what a code is and that nothing was done
// with it. It is made for codes that are no login codes, and says of the others
// what they are. Nothing in it is secret; foreign text in it is cleaned and
// stands in quotation marks.
func Describe(i Item) string {
	switch i.Kind {
	case KindOTP:
		return "This is a login code."
	case KindOTPLink:
		if i.Server.IsZero() {
			return "This is a login code."
		}
		return "This is a login code of " + i.Server.String() + "."
	case KindRegistrationLink:
		return "This code registers a profile at " + i.Server.String() + "."
	case KindInvalid:
		return "This looks like a login code, but " + i.Err.Error() + ". Get a new code on the page, then try again."
	case KindWebAddress:
		return "The code is a web address: " + i.Text + ". Understudy does not open it."
	case KindOneTimePassword:
		return "This code sets up one-time passwords. Understudy cannot store it yet. Use a password manager that can."
	case KindWiFi:
		return "The code is access to a Wi-Fi network" + quoted(i.Text) + ". Understudy does not join it."
	case KindContact:
		return "The code is a contact" + quoted(i.Text) + ". Understudy does not keep it."
	case KindPayment:
		return "The code is a payment. Understudy does not pay it."
	}
	if i.Text == "" {
		return "The text is empty."
	}
	return "The code is plain text" + quoted(i.Text) + "."
}

func quoted(text string) string {
	if text == "" {
		return ""
	}
	return ": “" + text + "”"
}
