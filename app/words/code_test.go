package words_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/intake"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	otpTransaction   = "TRANSACTION0123456789"
	otpCode          = "CODE0123456789ABCDEFGHIJ"
	registrationCode = "REGISTRATION-CODE_0123456789"
)

var loginCode = wire.EncodeOTP(otpTransaction, wire.SecretString(otpCode))

func TestCode(t *testing.T) {
	server := origin(t, "https://id.example.com")
	invalid := func(why string) string {
		return "This looks like a login code, but " + why + ". Get a new code on the page, then try again."
	}
	for text, want := range map[string]string{
		loginCode:                        "This is a login code.",
		"myapp://login?otp=" + loginCode: "This is a login code.",
		wire.OTPLink(server, loginCode):  "This is a login code of https://id.example.com.",
		wire.RegistrationLink(server, wire.SecretString(registrationCode)): "This code registers a profile at https://id.example.com.",

		"https://shop.example":                       "The code is a web address: https://shop.example. Understudy does not open it.",
		"HTTP://SHOP.EXAMPLE/?otp=123456":            "The code is a web address: HTTP://SHOP.EXAMPLE/?otp=123456. Understudy does not open it.",
		"https://shop.example/#otp=" + loginCode:     "The code is a web address: https://shop.example/#otp=(hidden). Understudy does not open it.",
		"https://shop.example/{address}":             "The code is a web address: https://shop.example/{address}. Understudy does not open it.",
		"otpauth://totp/x?secret=" + otpCode:         "This code sets up one-time passwords. Understudy cannot store it yet. Use a password manager that can.",
		"WIFI:T:WPA;S:My \\;net;P:" + otpCode + ";;": "The code is access to a Wi-Fi network: “My ;net”. Understudy does not join it.",
		"wifi:": "The code is access to a Wi-Fi network. Understudy does not join it.",
		"BEGIN:VCARD\r\nN:Doe;Jo\r\nFN;X=y:Jo Doe\r\nEND:VCARD": "The code is a contact: “Jo Doe”. Understudy does not keep it.",
		"MECARD:TEL:1;N:Doe,Jo;;":                               "The code is a contact: “Jo Doe”. Understudy does not keep it.",
		"MECARD:TEL:1;;":                                        "The code is a contact. Understudy does not keep it.",
		"BCD\n002\n1\nSCT":                                      "The code is a payment. Understudy does not pay it.",
		"hello \u202e\x1b[2J\x00\xff":                           "The code is plain text: “hello <U+202E><U+001B>[2J<U+0000>\ufffd”.",
		strings.Repeat("x", 100_000):                            "The code is plain text: “" + strings.Repeat("x", 79) + "…”.",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln": "The code is plain text: “(hidden).(hidden).c2ln”.",
		"myapp://login?otp=123456":                              "The code is plain text: “myapp://login?otp=123456”.",
		"":                                                      "The text is empty.",
		" \n":                                                   "The text is empty.",

		"understudy://otp?otp=" + strings.Repeat("A", 5000):                      invalid("it is longer than 4,096 characters"),
		loginCode[:40] + " " + loginCode[40:]:                                    invalid("it holds blanks or characters that a code cannot have"),
		"understudy://accept?otp=" + loginCode:                                   invalid("it asks for something that Understudy does not know"),
		"understudy://otp?otp=" + loginCode + "&accept=1":                        invalid("its parameters are missing, doubled or unknown"),
		"understudy://otp?server=javascript:1&otp=" + url.QueryEscape(loginCode): invalid("its server address is not right: the address must begin with https://, such as https://id.example.com"),
		"understudy://register?server=https://id.example.com&code=AAA":           invalid("its registration code is damaged"),
		loginCode[:40]: invalid("its OTP is damaged"),
	} {
		item := intake.Parse(text)
		said := words.Code(item)
		if said != want {
			t.Errorf("%.60q is described as %q, want %q", text, said, want)
		}
		for _, secret := range []string{loginCode[:40], otpTransaction, otpCode, registrationCode, "eyJ0"} {
			if strings.Contains(said, secret) {
				t.Errorf("%q in %q", secret, said)
			}
		}
		if item.Kind != intake.KindInvalid {
			continue
		}
		// What is said of a registration link gives the same reason.
		why := strings.TrimSuffix(strings.TrimPrefix(said, "This looks like a login code, but "), " Get a new code on the page, then try again.")
		if got := words.RegistrationLinkRefused(item.Err); got != "This registration link is not right: "+why {
			t.Errorf("%q, but of a registration link %q", said, got)
		}
	}
}

// A reason that has no words of its own is not told as another one.
func TestCodeOfAnotherReason(t *testing.T) {
	err := errors.New("flux too low")
	if got := words.Code(intake.Item{Kind: intake.KindInvalid, Err: err}); got != "This looks like a login code, but it is not right. Get a new code on the page, then try again." {
		t.Error(got)
	}
	if got := words.RegistrationLinkRefused(err); got != "This registration link is not right." {
		t.Error(got)
	}
}

// FuzzCode checks that nothing that is said of a text could harm a terminal.
func FuzzCode(f *testing.F) {
	for _, text := range []string{
		loginCode, "understudy://otp?otp=" + loginCode, "myapp://x?otp=" + loginCode + "&otp=" + loginCode, loginCode[:40], loginCode + "\n" + loginCode,
		"understudy://register?server=https://id.example.com&code=" + registrationCode + "%20", "otpauth://totp/x?secret=" + otpCode,
		"https://shop.example/#otp=" + loginCode, "WIFI:S:a\\;b;P:" + otpCode + ";;", "BEGIN:VCARD\nFN:\x1b[2J", "eyJhIjoi\x00", "\xff\u202e",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		item := intake.Parse(text)
		said := words.Code(item)
		if item.Err != nil {
			said += words.RegistrationLinkRefused(item.Err)
		}
		if wire.CleanText(said, 1<<20) != said {
			t.Errorf("%q is described as %q", text, said)
		}
	})
}
