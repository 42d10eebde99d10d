package wire

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestEncodeOTP(t *testing.T) {
	const want = "eyJ0cmFuc2FjdGlvbl9pZCI6InRyYW5zYWN0aW9uLTAwMDEiLCJvdHAiOiJBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWiJ9"
	got := EncodeOTP("transaction-0001", SecretString("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if got != want {
		t.Errorf("EncodeOTP = %s", got)
	}
	o, err := ParseOTP(got)
	if err != nil {
		t.Fatal(err)
	}
	if o.TransactionID != "transaction-0001" || string(o.Code.Bytes()) != "ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		t.Errorf("ParseOTP = %s, %s", o.TransactionID, o.Code.Bytes())
	}
	if o.Encode() != want {
		t.Errorf("Encode = %s", o.Encode())
	}
}

func TestParseOTPSpellings(t *testing.T) {
	// A field beyond an OTP's own, so that the base64 needs +, / and padding.
	json := []byte(`{"transaction_id":"transaction-0001","otp":"ABCDEFGHIJKLMNOP","a":"~>?~>?~>?~"}`)
	std := base64.StdEncoding.EncodeToString(json)
	if !strings.ContainsAny(std, "+/") || !strings.HasSuffix(std, "=") {
		t.Fatalf("%s tests nothing", std)
	}
	for name, in := range map[string]string{
		"standard": std, "standard, no padding": strings.TrimRight(std, "="),
		"URL-safe": base64.URLEncoding.EncodeToString(json), "URL-safe, no padding": base64.RawURLEncoding.EncodeToString(json),
	} {
		o, err := ParseOTP(in)
		if err != nil || o.TransactionID != "transaction-0001" || string(o.Code.Bytes()) != "ABCDEFGHIJKLMNOP" {
			t.Errorf("%s: %s, %s, %v", name, o.TransactionID, o.Code.Bytes(), err)
		}
	}
	urlSafe := base64.URLEncoding.EncodeToString(json)
	for name, in := range map[string]string{
		"leading blank":  " " + std,
		"trailing blank": std + " ",
		"line break":     std[:40] + "\n" + std[40:],
		"final break":    std + "\r\n",
		"break before =": strings.TrimRight(std, "=") + "\n=",
		"NUL":            std + "\x00",
		"mixed alphabets": func() string {
			i := strings.LastIndexAny(std, "+/")
			return std[:i] + urlSafe[i:i+1] + std[i+1:]
		}(),
		"too much padding": std + "=",
		"padding inside":   std + std,
		"spare bits":       strings.TrimRight(std, "=")[:len(strings.TrimRight(std, "="))-1] + "R",
		"percent-encoded":  strings.ReplaceAll(std, "=", "%3D"),
	} {
		if _, err := ParseOTP(in); CodeOf(err) != CodeIllegalArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseOTPRefuses(t *testing.T) {
	const id, code = `"transaction_id":"transaction-0001"`, `"otp":"ABCDEFGHIJKLMNOP"`
	for name, json := range map[string]string{
		"nothing":             ``,
		"null":                `null`,
		"array":               `[{` + id + `,` + code + `}]`,
		"string":              `"x"`,
		"no id":               `{` + code + `}`,
		"no code":             `{` + id + `}`,
		"null id":             `{"transaction_id":null,` + code + `}`,
		"null code":           `{` + id + `,"otp":null}`,
		"number":              `{` + id + `,"otp":1234567890123456}`,
		"key in another case": `{"Transaction_ID":"transaction-0001",` + code + `}`,
		"key twice":           `{` + id + `,` + code + `,` + code + `}`,
		"two cases":           `{` + id + `,` + code + `,"OTP":"ZZZZZZZZZZZZZZZZ"}`,
		"trailing data":       `{` + id + `,` + code + `}{}`,
		"trailing text":       `{` + id + `,` + code + `} x`,
		"deep":                `{` + id + `,` + code + `,"x":[[[[]]]]}`,
		"short id":            `{"transaction_id":"transaction-001",` + code + `}`,
		"short code":          `{` + id + `,"otp":"ABCDEFGHIJKLMNO"}`,
		"long id":             `{"transaction_id":"` + strings.Repeat("x", 129) + `",` + code + `}`,
		"long code":           `{` + id + `,"otp":"` + strings.Repeat("x", 129) + `"}`,
		"path in the id":      `{"transaction_id":"../../transaction",` + code + `}`,
		"break after the id":  `{"transaction_id":"transaction-0001\n",` + code + `}`,
		"letters beyond":      `{"transaction_id":"trаnsaction-0001",` + code + `}`,
		"not UTF-8":           `{` + id + `,` + code + ",\"x\":\"\xff\"}",
	} {
		_, err := ParseOTP(base64.StdEncoding.EncodeToString([]byte(json)))
		var e *Error
		if !errors.As(err, &e) || e.Code != CodeIllegalArgument {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(err.Error(), "ABCDEFGHIJKLMNOP") || strings.Contains(err.Error(), "1234567890") {
			t.Errorf("%s: the error shows the code: %v", name, err)
		}
	}
}

func TestParseOTPLength(t *testing.T) {
	const head = `{"transaction_id":"transaction-0001","otp":"ABCDEFGHIJKLMNOP"`
	fit := MaxOTPLength / 4 * 3
	for _, tt := range []struct {
		size int
		ok   bool
	}{{fit, true}, {fit + 1, false}, {1 << 20, false}} {
		in := base64.StdEncoding.EncodeToString([]byte(head + strings.Repeat(" ", tt.size-len(head)-1) + "}"))
		if _, err := ParseOTP(in); (err == nil) != tt.ok {
			t.Errorf("%d bytes: %v", len(in), err)
		}
	}
}

func TestLinks(t *testing.T) {
	server := origin(t, "https://id.example.com:8443")
	const otp = "ab+/=="
	link := OTPLink(server, otp)
	if want := "understudy://otp?server=https%3A%2F%2Fid.example.com%3A8443&otp=ab%2B%2F%3D%3D"; link != want {
		t.Errorf("OTPLink = %s", link)
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "understudy" || u.Host != "otp" || u.Query().Get("server") != server.String() || u.Query().Get("otp") != otp {
		t.Errorf("OTPLink reads as %+v, %v", u, err)
	}
	link = RegistrationLink(server, SecretString("a&server=b c"))
	if want := "understudy://register?server=https%3A%2F%2Fid.example.com%3A8443&code=a%26server%3Db+c"; link != want {
		t.Errorf("RegistrationLink = %s", link)
	}
}

func FuzzParseOTP(f *testing.F) {
	f.Add(EncodeOTP("transaction-0001", SecretString("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"transaction_id":"transaction-0001","otp":"ABCDEFGHIJKLMNOP","x":"???"}`)))
	f.Add(base64.StdEncoding.EncodeToString([]byte(`{"transaction_id":"transaction-0001","Otp":"ABCDEFGHIJKLMNOP"}`)))
	f.Add("bnVsbA==")
	f.Fuzz(func(t *testing.T, in string) {
		checkOTP(t, in)
		// Mutated base64 is seldom base64: try the same bytes as what is inside.
		checkOTP(t, base64.StdEncoding.EncodeToString([]byte(in)))
	})
}

func checkOTP(t *testing.T, in string) {
	t.Helper()
	o, err := ParseOTP(in)
	if err != nil {
		if CodeOf(err) != CodeIllegalArgument {
			t.Errorf("ParseOTP(%q): %v", in, err)
		}
		return
	}
	again, err := ParseOTP(o.Encode())
	if err != nil || again.TransactionID != o.TransactionID || !again.Code.Equal(o.Code) {
		t.Errorf("%q means %s, %s; encoded again %s, %s, %v", in, o.TransactionID, o.Code.Bytes(), again.TransactionID, again.Code.Bytes(), err)
	}
}
