package intake

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	transaction = "TRANSACTION0123456789"
	secretCode  = "CODE0123456789ABCDEFGHIJ"
	regCode     = "REGISTRATION-CODE_0123456789"
)

var (
	otp    = wire.EncodeOTP(transaction, wire.SecretString(secretCode))
	server = mustOrigin("https://id.example.com")
	link   = wire.OTPLink(server, otp)
	reg    = wire.RegistrationLink(server, wire.SecretString(regCode))
)

func mustOrigin(s string) wire.Origin {
	o, err := wire.ParseOrigin(s)
	if err != nil {
		panic(err)
	}
	return o
}

func encode(enc *base64.Encoding, format string) string {
	return enc.EncodeToString([]byte(fmt.Sprintf(format, transaction, secretCode)))
}

func TestParseLogin(t *testing.T) {
	const json = `{"transaction_id":%q,"otp":%q}`
	const odd = `{"a":"~~~~???","transaction_id":%q,"otp":%q}` // has both characters in which the alphabets differ
	if !strings.ContainsAny(encode(base64.StdEncoding, odd), "+/") {
		t.Fatal("the example does not need the other alphabet")
	}
	for name, c := range map[string]struct {
		text   string
		kind   Kind
		otp    string
		server string
	}{
		"bare":                   {otp, KindOTP, otp, ""},
		"bare, copied":           {"  \t" + otp + "\r\n", KindOTP, otp, ""},
		"bare, without padding":  {strings.TrimRight(otp, "="), KindOTP, strings.TrimRight(otp, "="), ""},
		"bare, URL alphabet":     {encode(base64.URLEncoding, odd), KindOTP, encode(base64.URLEncoding, odd), ""},
		"bare, blanks in JSON":   {encode(base64.StdEncoding, "\n { \n"+json[1:]), KindOTP, encode(base64.StdEncoding, "\n { \n"+json[1:]), ""},
		"link":                   {link, KindOTPLink, otp, "https://id.example.com"},
		"link, other order":      {"understudy://otp?otp=" + otp + "&server=https://id.example.com", KindOTPLink, otp, "https://id.example.com"},
		"link, upper case":       {strings.Replace(link, "understudy://otp", "UNDERSTUDY://OTP", 1), KindOTPLink, otp, "https://id.example.com"},
		"link with a slash":      {strings.Replace(link, "otp?", "otp/?", 1), KindOTPLink, otp, "https://id.example.com"},
		"link without server":    {"understudy://otp?otp=" + otp, KindOTPLink, otp, ""},
		"link, bare plus":        {"understudy://otp?otp=" + encode(base64.StdEncoding, odd), KindOTPLink, encode(base64.StdEncoding, odd), ""},
		"link, not encrypted":    {"understudy://otp?server=http://id.example.com&otp=" + otp, KindOTPLink, otp, "http://id.example.com"},
		"link, another spelling": {"understudy://otp?server=HTTPS://ID.example.com:443&otp=" + otp, KindOTPLink, otp, "https://id.example.com"},
		"link, loopback":         {"understudy://otp?server=http://127.0.0.1:8080&otp=" + otp, KindOTPLink, otp, "http://127.0.0.1:8080"},
		"an app's link":          {"myApp://login?otp=" + otp, KindOTPLink, otp, ""},
		"an app's, with more":    {"myApp://login/now?x=1&x=2&y&otp=" + url.QueryEscape(otp) + "&z=%zz#top", KindOTPLink, otp, ""},
		"an app's, with server":  {"my-app+1.0://x?server=https%3A%2F%2Fid.example.com&otp=" + otp, KindOTPLink, otp, "https://id.example.com"},
		"an app's web address":   {"https://app.example/login?otp=" + otp, KindOTPLink, otp, ""},
		"registration":           {reg, KindRegistrationLink, "", "https://id.example.com"},
		"registration, case":     {strings.Replace(reg, "understudy://register", "Understudy://Register", 1), KindRegistrationLink, "", "https://id.example.com"},
		"registration, order":    {"understudy://register?code=" + regCode + "&server=https://id.example.com", KindRegistrationLink, "", "https://id.example.com"},
		"registration, loopback": {"understudy://register?server=http://localhost:8080&code=" + regCode, KindRegistrationLink, "", "http://localhost:8080"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse(c.text)
			if got.Kind != c.kind || got.OTP != c.otp || got.Server.String() != c.server || got.Err != nil || !got.Login() {
				t.Errorf("%v, OTP right: %v", got, got.OTP == c.otp)
			}
			if (c.kind == KindRegistrationLink) != got.Code.Equal(wire.SecretString(regCode)) {
				t.Error("the registration code is wrong")
			}
			if got.Text != "" {
				t.Errorf("shows %q", got.Text)
			}
			keepsSecrets(t, got)
		})
	}
}

func TestParseInvalid(t *testing.T) {
	long := wire.EncodeOTP(strings.Repeat("A", 4000), wire.SecretString(secretCode))
	for name, c := range map[string]struct {
		text string
		why  error
	}{
		"two servers":              {link + "&server=https://evil.example", ErrParameters},
		"the same server twice":    {link + "&server=" + url.QueryEscape(server.String()), ErrParameters},
		"two OTPs":                 {link + "&otp=" + otp, ErrParameters},
		"another case":             {"understudy://otp?OTP=" + otp, ErrParameters},
		"server in another case":   {link + "&Server=https://evil.example", ErrParameters},
		"name with a percent":      {"understudy://otp?%6ftp=" + otp, ErrParameters},
		"unknown parameter":        {link + "&accept=1", ErrParameters},
		"bad percent":              {"understudy://otp?otp=%zz", ErrParameters},
		"ends with an ampersand":   {link + "&", ErrParameters},
		"without an OTP":           {"understudy://otp?server=https://id.example.com", ErrParameters},
		"without anything":         {"understudy://otp", ErrParameters},
		"an option behind":         {link + " --accept", ErrCharacters},
		"an encoded option":        {link + "%20--accept", ErrOTP},
		"with a line break":        {"understudy://otp?otp=" + otp + "\nunderstudy://otp", ErrCharacters},
		"with NUL":                 {"understudy://otp?otp=\x00", ErrCharacters},
		"with an escape":           {link + "\x1b]52;c;eA==\x07", ErrCharacters},
		"with a direction":         {"understudy://otp?server=https://a.example\u202e&otp=" + otp, ErrCharacters},
		"with an invisible":        {"understudy://otp?server=https://a\u200b.example&otp=" + otp, ErrCharacters},
		"bad UTF-8":                {"understudy://otp?otp=\xff", ErrCharacters},
		"4 KiB and one":            {"understudy://otp?otp=" + strings.Repeat("A", maxText+1-len("understudy://otp?otp=")), ErrTooLong},
		"bare, 4 KiB and more":     {long, ErrTooLong},
		"an app's, 4 KiB and more": {"myapp://x?otp=" + long, ErrTooLong},
		"unknown path":             {"understudy://accept?otp=" + otp, ErrUnknown},
		"more of a path":           {"understudy://otp/accept?otp=" + otp, ErrUnknown},
		"no slashes":               {"understudy:otp?otp=" + otp, ErrUnknown},
		"nothing":                  {"understudy:", ErrUnknown},
		"with a user":              {"understudy://me@otp?otp=" + otp, ErrUnknown},
		"with a port":              {"understudy://otp:1?otp=" + otp, ErrUnknown},
		"with a fragment":          {link + "#x", ErrUnknown},
		"with a quote":             {`understudy://otp?otp=x"`, ErrOTP},
		"with a command":           {"understudy://otp?otp=$(id)", ErrOTP},
		"damaged OTP":              {"understudy://otp?otp=AAAA", ErrOTP},
		"encoded twice":            {"understudy://otp?otp=" + url.QueryEscape(url.QueryEscape(otp+"==")), ErrOTP},
		"bare, damaged":            {otp[:40] + "!" + otp[40:], ErrOTP},
		"bare, cut off":            {otp[:40], ErrOTP},
		"bare, with a blank":       {otp[:40] + " " + otp[40:], ErrCharacters},
		"bare, with a line break":  {otp[:40] + "\n" + otp[40:], ErrCharacters},
		"bare, two":                {otp + "\n" + otp, ErrCharacters},
		"bare, a key twice":        {base64.StdEncoding.EncodeToString([]byte(`{"otp":"` + secretCode + `","OTP":"` + secretCode + `","transaction_id":"` + transaction + `"}`)), ErrOTP},
		"bare, other JSON":         {base64.StdEncoding.EncodeToString([]byte(`{"hello":"world"}`)), ErrOTP},
		"an app's, two OTPs":       {"myapp://x?otp=" + otp + "&otp=" + otp, ErrParameters},
		"an app's, in two cases":   {"myapp://x?otp=" + otp + "&OTP=123456", ErrParameters},
		"an app's, encoded name":   {"myapp://x?otp=" + otp + "&%4ftp=123456", ErrParameters},
		"an app's, two servers":    {"myapp://x?server=https://a.example&server=https://b.example&otp=" + otp, ErrParameters},
		"an app's, damaged OTP":    {"myapp://x?otp=" + otp[:40], ErrOTP},
		"an app's, bad server":     {"myapp://x?server=javascript:1&otp=" + otp, ErrServer},
		"server is a file":         {"understudy://otp?server=file:///x&otp=" + otp, ErrServer},
		"server is empty":          {"understudy://otp?server=&otp=" + otp, ErrServer},
		"server with a user":       {"understudy://otp?server=https://login.example@evil.example&otp=" + otp, ErrServer},
		"server with a path":       {"understudy://otp?server=https://id.example.com/x&otp=" + otp, ErrServer},
		"register over http":       {"understudy://register?server=http://192.168.0.1&code=" + regCode, ErrServer},
		"register, user in server": {"understudy://register?server=https://a@b.example&code=" + regCode, ErrServer},
		"register without a code":  {"understudy://register?server=https://id.example.com", ErrParameters},
		"register without server":  {"understudy://register?code=" + regCode, ErrParameters},
		"register, server twice":   {reg + "&server=https://evil.example", ErrParameters},
		"register, short code":     {"understudy://register?server=https://id.example.com&code=AAA", ErrCode},
		"register, long code":      {"understudy://register?server=https://id.example.com&code=" + strings.Repeat("A", 129), ErrCode},
		"register, odd code":       {"understudy://register?server=https://id.example.com&code=" + regCode + "%20", ErrCode},
	} {
		t.Run(name, func(t *testing.T) {
			got := Parse(c.text)
			if got.Kind != KindInvalid || !errors.Is(got.Err, c.why) || got.Login() {
				t.Errorf("%v, want %v", got, c.why)
			}
			if c.why == ErrOTP && wire.CodeOf(got.Err) != wire.CodeIllegalArgument {
				t.Errorf("code %d", wire.CodeOf(got.Err))
			}
			keepsSecrets(t, got)
		})
	}
}

func TestParseElse(t *testing.T) {
	for text, want := range map[string]struct {
		kind  Kind
		shown string
	}{
		"https://shop.example":                          {KindWebAddress, "https://shop.example"},
		"HTTP://SHOP.EXAMPLE/?otp=123456":               {KindWebAddress, "HTTP://SHOP.EXAMPLE/?otp=123456"},
		"https://shop.example/#otp=" + otp:              {KindWebAddress, "https://shop.example/#otp=(hidden)"},
		"https://two words":                             {KindText, "https://two words"},
		"https://":                                      {KindText, "https://"},
		"otpauth://totp/x?secret=" + secretCode:         {KindOneTimePassword, ""},
		"WIFI:T:WPA;S:My \\;net;P:" + secretCode + ";;": {KindWiFi, "My ;net"},
		"wifi:": {KindWiFi, ""},
		"BEGIN:VCARD\r\nN:Doe;Jo\r\nFN;X=y:Jo Doe\r\nEND:VCARD": {KindContact, "Jo Doe"},
		"MECARD:TEL:1;N:Doe,Jo;;":                               {KindContact, "Jo Doe"},
		"BCD\n002\n1\nSCT":                                      {KindPayment, ""},
		"SPC\r\n0200":                                           {KindPayment, ""},
		"bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa":            {KindPayment, ""},
		"hello \u202e\x1b[2J\x00\xff":                           {KindText, "hello <U+202E><U+001B>[2J<U+0000>\ufffd"},
		strings.Repeat("x", 100_000):                            {KindText, strings.Repeat("x", 79) + "…"},
		"eyes":                                                  {KindText, "eyes"},
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln": {KindText, "(hidden).(hidden).c2ln"},
		"myapp://login?otp=123456":                              {KindText, "myapp://login?otp=123456"},
		"understudy":                                            {KindText, "understudy"},
		"":                                                      {KindText, ""},
		" \n":                                                   {KindText, ""},
	} {
		got := Parse(text)
		if got.Kind != want.kind || got.Text != want.shown || got.Login() || got.Err != nil {
			t.Errorf("%.60q: %v, want %s %s", text, got, want.kind, want.shown)
		}
		keepsSecrets(t, got)
	}
}

// keepsSecrets fails if an item tells what it should keep, in any way in which
// it can be printed.
func keepsSecrets(t *testing.T, item Item) {
	t.Helper()
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "item", item, "inside", struct{ Item Item }{item})
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "item", item, "inside", struct{ Item Item }{item})
	marshalled, err := json.Marshal(struct{ Items []Item }{[]Item{item}})
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprintf("%v %+v %#v %s %q %x %d %t %v %+v", item, item, item, item, item, item, item, item, []Item{item}, struct{ I Item }{item}) +
		item.Text + item.String() + log.String() + string(marshalled)
	if item.Err != nil {
		out += item.Err.Error()
	}
	if v := slog.AnyValue(item).Resolve(); v.Kind() != slog.KindString {
		t.Errorf("a handler gets a %s", v.Kind())
	}
	for _, secret := range []string{otp[:40], transaction, secretCode, regCode, "eyJ0"} {
		if strings.Contains(out, secret) {
			t.Errorf("%q in %s", secret, out)
		}
	}
}

func TestCandidates(t *testing.T) {
	padded := "understudy://otp?otp=" + url.QueryEscape(otp)
	other := wire.EncodeOTP("ANOTHER-TRANSACTION-0", wire.SecretString(secretCode))
	elsewhere := wire.OTPLink(mustOrigin("https://other.example"), otp)
	for name, c := range map[string]struct{ texts, want []string }{
		"nothing":                   {[]string{"https://shop.example", "x", "understudy://otp"}, nil},
		"one among others":          {[]string{"https://shop.example", otp, "x"}, []string{otp}},
		"the same twice":            {[]string{otp, otp, padded}, []string{otp}},
		"with and without a server": {[]string{otp, link}, []string{link}},
		"without one after it":      {[]string{link, padded}, []string{link}},
		"two servers":               {[]string{link, elsewhere}, []string{link, elsewhere}},
		"two OTPs":                  {[]string{otp, other}, []string{otp, other}},
		"registration twice":        {[]string{reg, reg, otp}, []string{reg, otp}},
		"two registrations":         {[]string{reg, reg + "x"}, []string{reg, reg + "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			var items, want []Item
			for _, text := range c.texts {
				items = append(items, Parse(text))
			}
			for _, text := range c.want {
				want = append(want, Parse(text))
			}
			if got := Candidates(items); !slices.EqualFunc(got, want, equal) {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func equal(a, b Item) bool {
	return a.Kind == b.Kind && a.OTP == b.OTP && a.Server == b.Server && a.Text == b.Text && (a.Code.Equal(b.Code) || a.Code.IsZero() && b.Code.IsZero())
}

// FuzzParse checks that what is taken for ours can be written again with the
// same meaning, and that nothing that is shown could harm a terminal.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		otp, link, reg, "myapp://x?a=b&otp=" + otp, "https://a.example/?otp=" + otp, "understudy://otp?otp=" + otp + "&server=http://h",
		"BCD\n", "WIFI:S:a\\;b;P:x;;", "MECARD:N:a,b;;", "BEGIN:VCARD\nFN:a", "otpauth://totp/a", "eyJhIjoi\x00", "\xff",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Parse(text)
		var again Item
		switch {
		case got.Kind == KindOTP:
			again = Parse(got.OTP)
		case got.Kind == KindOTPLink && got.Server.IsZero():
			again = Parse("understudy://otp?otp=" + url.QueryEscape(got.OTP))
		case got.Kind == KindOTPLink:
			again = Parse(wire.OTPLink(got.Server, got.OTP))
		case got.Kind == KindRegistrationLink:
			again = Parse(wire.RegistrationLink(got.Server, got.Code))
		default:
			again = got
		}
		if !equal(again, got) {
			t.Errorf("%q became another item: %v, then %v", text, got, again)
		}
		if got.Login() && len(text) > maxText+100 || (got.Err != nil) != (got.Kind == KindInvalid) {
			t.Errorf("%q: %v", text, got)
		}
		if said := got.String(); wire.CleanText(said, 1<<20) != said {
			t.Errorf("%q is printed as %q", text, said)
		}
		if len(Candidates([]Item{got, got})) > 1 {
			t.Errorf("%q is two candidates", text)
		}
	})
}
