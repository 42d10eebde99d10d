package intake

import (
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/wire"
)

func origin(t testing.TB, s string) wire.Origin {
	t.Helper()
	o, err := wire.ParseOrigin(s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestParse(t *testing.T) {
	otp := wire.EncodeOTP("TRANSACTION0123456789", wire.SecretString("CODE0123456789ABCDEFGHIJ"))
	server := origin(t, "https://id.example.com")
	code := strings.Repeat("A", 26)
	link := wire.OTPLink(server, otp)
	for name, c := range map[string]struct {
		text   string
		kind   Kind
		server string
	}{
		"bare OTP":              {otp, KindOTP, ""},
		"bare OTP with blanks":  {"  " + otp + "\r\n", KindOTP, ""},
		"link":                  {link, KindOTPLink, "https://id.example.com"},
		"link, upper case":      {strings.Replace(link, "understudy://otp", "UNDERSTUDY://OTP", 1), KindOTPLink, "https://id.example.com"},
		"link without server":   {"understudy://otp?otp=" + otp, KindOTPLink, ""},
		"link, not encrypted":   {"understudy://otp?server=http://id.example.com&otp=" + otp, KindOTPLink, "http://id.example.com"},
		"another app's link":    {"myApp://login?x=1&otp=" + otp, KindOTPLink, ""},
		"registration":          {wire.RegistrationLink(server, wire.SecretString(code)), KindRegistrationLink, "https://id.example.com"},
		"two servers":           {link + "&server=https://evil.example", KindInvalid, ""},
		"two OTPs":              {link + "&otp=" + otp, KindInvalid, ""},
		"an option behind":      {link + " --accept", KindInvalid, ""},
		"an option as value":    {link + "&accept=1", KindInvalid, ""},
		"with a quote":          {`understudy://otp?otp=x"`, KindInvalid, ""},
		"with a command":        {"understudy://otp?otp=$(id)", KindInvalid, ""},
		"with a line break":     {"understudy://otp?otp=" + otp + "\nunderstudy://otp", KindInvalid, ""},
		"with NUL":              {"understudy://otp?otp=\x00", KindInvalid, ""},
		"with direction":        {"understudy://otp?server=https://a.example\u202e&otp=" + otp, KindInvalid, ""},
		"bad UTF-8":             {"understudy://otp?otp=\xff", KindInvalid, ""},
		"over 4 KiB":            {"understudy://otp?otp=" + strings.Repeat("A", 4096), KindInvalid, ""},
		"unknown path":          {"understudy://accept?otp=" + otp, KindInvalid, ""},
		"with user":             {"understudy://me@otp?otp=" + otp, KindInvalid, ""},
		"with fragment":         {link + "#x", KindInvalid, ""},
		"damaged OTP":           {"understudy://otp?otp=AAAA", KindInvalid, ""},
		"server is no server":   {"understudy://otp?server=file:///x&otp=" + otp, KindInvalid, ""},
		"server with a user":    {"understudy://otp?server=https://login.example@evil.example&otp=" + otp, KindInvalid, ""},
		"register over http":    {"understudy://register?server=http://192.168.0.1&code=" + code, KindInvalid, ""},
		"register without code": {"understudy://register?server=https://id.example.com", KindInvalid, ""},
		"register, short code":  {"understudy://register?server=https://id.example.com&code=AAA", KindInvalid, ""},
		"web address":           {"https://shop.example/?otp=" + otp, KindWebAddress, ""},
		"one-time password":     {"otpauth://totp/x?secret=JBSWY3DPEHPK3PXP", KindOneTimePassword, ""},
		"Wi-Fi":                 {"WIFI:T:WPA;S:net;P:secret;;", KindWiFi, ""},
		"contact":               {"BEGIN:VCARD\nN:Doe\nEND:VCARD", KindContact, ""},
		"payment":               {"BCD\n002\n1\nSCT", KindPayment, ""},
		"text":                  {"hello", KindText, ""},
		"nothing":               {"", KindText, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse(c.text)
			if got.Kind != c.kind || got.Server.String() != c.server || (got.Err != nil) != (c.kind == KindInvalid) {
				t.Errorf("%+v, want %s %s", got, c.kind, c.server)
			}
			said := Describe(got)
			if said == "" || strings.Contains(said, otp) || strings.Contains(said, code) || strings.Contains(said, "JBSWY3DP") {
				t.Errorf("described as %q", said)
			}
			if (got.OTP != "") != (c.kind == KindOTP || c.kind == KindOTPLink) {
				t.Errorf("OTP present: %v", got.OTP != "")
			}
		})
	}
}

func TestCandidates(t *testing.T) {
	otp := wire.EncodeOTP("TRANSACTION0123456789", wire.SecretString("CODE0123456789ABCDEFGHIJ"))
	items := []Item{Parse("https://shop.example"), Parse(otp), Parse(otp), Parse("understudy://otp?otp=" + otp), Parse("x")}
	if got := Candidates(items); len(got) != 2 || got[0].Kind != KindOTP || got[1].Kind != KindOTPLink {
		t.Errorf("%+v", got)
	}
}

// What is taken for ours can be written again with the same meaning.
func FuzzParse(f *testing.F) {
	otp := wire.EncodeOTP("TRANSACTION0123456789", wire.SecretString("CODE0123456789ABCDEFGHIJ"))
	f.Add(otp)
	f.Add("understudy://otp?server=https://id.example.com&otp=" + otp)
	f.Add("understudy://register?server=https://id.example.com&code=AAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("BCD\n")
	f.Fuzz(func(t *testing.T, text string) {
		got := Parse(text)
		Describe(got)
		switch got.Kind {
		case KindOTPLink:
			again := Parse(wire.OTPLink(got.Server, got.OTP))
			if got.Server.IsZero() {
				again = Parse("understudy://otp?otp=" + strings.ReplaceAll(got.OTP, "%", "%25"))
			}
			if again.Kind != KindOTPLink || again.OTP != got.OTP || again.Server != got.Server {
				t.Errorf("%q became another link", text)
			}
		case KindRegistrationLink:
			again := Parse(wire.RegistrationLink(got.Server, got.Code))
			if again.Kind != got.Kind || again.Server != got.Server || !again.Code.Equal(got.Code) {
				t.Errorf("%q became another registration", text)
			}
		}
	})
}
