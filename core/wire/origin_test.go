package wire

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestParseOrigin(t *testing.T) {
	const refused = ""
	long := strings.Repeat("a", 63)
	for _, tt := range []struct{ in, want string }{
		{"https://id.example.com", "https://id.example.com"},
		{"https://id.example.com:8443", "https://id.example.com:8443"},
		{"HTTPS://ID.Example.COM", "https://id.example.com"},
		{"https://id.example.com:443", "https://id.example.com"},
		{"https://id.example.com:80", "https://id.example.com:80"},
		{"https://id.example.com:1", "https://id.example.com:1"},
		{"https://id.example.com:65535", "https://id.example.com:65535"},
		{"https://intranet", "https://intranet"},
		{"https://a-b.example", "https://a-b.example"},
		{"https://192.0.2.7:8443", "https://192.0.2.7:8443"},
		{"https://[2001:DB8:0:0::1]:8443", "https://[2001:db8::1]:8443"},
		{"https://bücher.example", "https://xn--bcher-kva.example"},
		{"https://BÜCHER.example", "https://xn--bcher-kva.example"},
		{"https://XN--BCHER-KVA.example", "https://xn--bcher-kva.example"},
		{"https://faß.example", "https://xn--fa-hia.example"},
		{"https://lоgin.example", "https://xn--lgin-55d.example"}, // Cyrillic о
		{"https://" + long + ".example", "https://" + long + ".example"},

		// Plain http for this computer only.
		{"http://127.0.0.1", "http://127.0.0.1"},
		{"http://127.0.0.1:80", "http://127.0.0.1"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"http://[::1]:8080", "http://[::1]:8080"},
		{"http://[0:0:0:0:0:0:0:1]", "http://[::1]"},
		{"http://LocalHost:8080", "http://localhost:8080"},
		{"http://id.example.com", refused},
		{"http://x.localhost", refused},
		{"http://localhost.", refused},
		{"http://127.0.0.2", refused},
		{"http://[::ffff:127.0.0.1]", refused},
		{"http://192.168.0.1", refused},
		{"http://localhost.evil.test", refused},

		// Another scheme, or none.
		{"", refused},
		{"id.example.com", refused},
		{"//id.example.com", refused},
		{"https:id.example.com", refused},
		{"https:/id.example.com", refused},
		{"https:///id.example.com", refused},
		{"https:\\\\id.example.com", refused},
		{" https://id.example.com", refused},
		{"https ://id.example.com", refused},
		{"ftp://id.example.com", refused},
		{"javascript://id.example.com", refused},
		{"file:///etc/passwd", refused},
		{"httpſ://id.example.com", refused}, // long s

		// More than an origin.
		{"https://login.example@evil.example", refused},
		{"https://@id.example.com", refused},
		{"https://user:pass@id.example.com", refused},
		{"https://id.example.com/", refused},
		{"https://id.example.com/path", refused},
		{"https://id.example.com\\@evil.example", refused},
		{"https://id.example.com?q", refused},
		{"https://id.example.com#f", refused},
		{"https://id.example.com https://evil.example", refused},
		{"https://id.example.com\n", refused},
		{"https://id.example.com\x00.evil.example", refused},
		{"https://id%2eexample.com", refused},
		{"https://id.example.com%00", refused},

		// Ports.
		{"https://id.example.com:", refused},
		{"https://id.example.com:0", refused},
		{"https://id.example.com:00443", refused},
		{"https://id.example.com:65536", refused},
		{"https://id.example.com:-1", refused},
		{"https://id.example.com:+443", refused},
		{"https://id.example.com:443:443", refused},
		{"https://id.example.com:٤٤٣", refused}, // Arabic digits
		{"https://id.example.com:http", refused},
		{"https://:443", refused},

		// Hosts.
		{"https://", refused},
		{"https://.", refused},
		{"https://id.example.com.", refused},
		{"https://.id.example.com", refused},
		{"https://id..example.com", refused},
		{"https://id。example.com", refused}, // U+3002
		{"https://id．example.com", refused}, // U+FF0E
		{"https://id｡example.com", refused}, // U+FF61
		{"https://id․example.com", refused}, // U+2024
		{"https://id_x.example.com", refused},
		{"https://-id.example.com", refused},
		{"https://id-.example.com", refused},
		{"https://*.example.com", refused},
		{"https://id!example.com", refused},
		{"https://ｉｄ.example.com", refused},       // full-width
		{"https://\u212aiosk.example", refused},   // Kelvin sign
		{"https://pay\u00adpal.example", refused}, // soft hyphen
		{"https://pay\u200bpal.example", refused}, // zero width space
		{"https://bü\u00adcher.example", refused}, // soft hyphen, in a name that is IDN anyway
		{"https://bü。example", refused},
		{"https://bü\u200dcher.example", refused},  // zero width joiner
		{"https://bü\u202echer.example", refused},  // right-to-left override
		{"https://a℀b.example", refused},           // a/c
		{"https://xn--a.example", refused},         // not Punycode
		{"https://xn--example-.example", refused},  // Punycode of plain ASCII
		{"https://xn--pple-43d\xff.test", refused}, // not UTF-8
		{"https://id\xf8.example", refused},
		{"https://" + long + "a.example", refused},
		{"https://" + strings.Repeat(long+".", 4) + "example", refused},
		{"https://" + strings.Repeat("a", 2000), refused},

		// IP addresses in strange spellings.
		{"https://127.1", refused},
		{"https://2130706433", refused},
		{"https://0x7f000001", refused},
		{"https://0x7f.0.0.1", refused},
		{"https://127.0.0.0x1", refused},
		{"https://0177.0.0.1", refused},
		{"https://127.0.0.01", refused},
		{"https://256.0.0.1", refused},
		{"https://1.2.3.4.5", refused},
		{"https://example.1", refused},
		{"https://0.0.0.0", refused},
		{"https://１２７.0.0.1", refused},
		{"https://[::]", refused},
		{"https://::1", refused},
		{"https://[::1", refused},
		{"https://[::1]x", refused},
		{"https://[::1]:", refused},
		{"https://[fe80::1%25eth0]", refused},
		{"https://[fe80::1%eth0]", refused},
		{"https://[127.0.0.1]", refused},
		{"https://[::ffff:127.0.0.1]", refused},
		{"https://[]", refused},
	} {
		got, err := ParseOrigin(tt.in)
		if got.String() != tt.want || (err != nil) != (tt.want == refused) {
			t.Errorf("ParseOrigin(%+q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestParseOriginErrorsDoNotRepeatTheAddress(t *testing.T) {
	for _, in := range []string{
		"marker", "marker://x", "http://marker.test", "https://x@marker", "https://x/marker", "https://-marker", "https://x:marker",
		"https://[marker]", "https://marker.1", "https://xn--marker.x", "https://" + strings.Repeat("marker", 999),
	} {
		if o, err := ParseOrigin(in); err == nil || strings.Contains(err.Error(), "marker") {
			t.Errorf("ParseOrigin(%q) = %q, %v", in, o, err)
		}
	}
	if _, err := ParseOrigin("https://" + strings.Repeat("a", maxOriginLength)); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("a long address: %v", err)
	}
}

func TestParseShownOrigin(t *testing.T) {
	o, err := ParseShownOrigin("http://id.example.com:8080")
	if err != nil {
		t.Fatal(err)
	}
	if got := o.String(); got != "http://id.example.com:8080" {
		t.Errorf("String() = %q", got)
	}
	if o.IsLoopback() || o.IsEncrypted() {
		t.Errorf("IsLoopback %t, IsEncrypted %t", o.IsLoopback(), o.IsEncrypted())
	}
	for _, in := range []string{"ftp://id.example.com", "http://user@id.example.com", "http://id.example.com/", "http://127.1"} {
		if o, err := ParseShownOrigin(in); err == nil {
			t.Errorf("ParseShownOrigin(%q) = %q", in, o)
		}
	}
}

func TestOriginParts(t *testing.T) {
	for _, tt := range []struct {
		in                  string
		host, url           string
		loopback, encrypted bool
	}{
		{"https://id.example.com", "id.example.com", "https://id.example.com/oauth/token", false, true},
		{"https://id.example.com:8443", "id.example.com:8443", "https://id.example.com:8443/oauth/token", false, true},
		{"https://localhost", "localhost", "https://localhost/oauth/token", true, true},
		{"http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080/oauth/token", true, false},
		{"http://[::1]:8080", "[::1]:8080", "http://[::1]:8080/oauth/token", true, false},
		{"https://127.0.0.1.example", "127.0.0.1.example", "https://127.0.0.1.example/oauth/token", false, true},
		{"https://x.localhost", "x.localhost", "https://x.localhost/oauth/token", false, true},
	} {
		o := origin(t, tt.in)
		if o.Host() != tt.host || o.URL("/oauth/token") != tt.url || o.IsLoopback() != tt.loopback || o.IsEncrypted() != tt.encrypted || o.IsZero() {
			t.Errorf("%s: Host %q, URL %q, IsLoopback %t, IsEncrypted %t, IsZero %t", tt.in, o.Host(), o.URL("/oauth/token"), o.IsLoopback(), o.IsEncrypted(), o.IsZero())
		}
	}
	o := origin(t, "https://id.example.com")
	if got := o.URL(".evil.test"); got != "https://id.example.com/.evil.test" {
		t.Errorf("a path became a part of the host: %q", got)
	}
	if got := o.URL(""); got != "https://id.example.com" {
		t.Errorf("URL(\"\") = %q", got)
	}
	var zero Origin
	if !zero.IsZero() || zero.String() != "" || zero.IsLoopback() || zero.IsEncrypted() {
		t.Errorf("zero value: %q", zero)
	}
}

func TestOriginJSON(t *testing.T) {
	type message struct {
		Server Origin `json:"server"`
	}
	for _, text := range []string{`{"server":"https://id.example.com:8443"}`, `{"server":""}`} {
		var m message
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(m); err != nil || string(got) != text {
			t.Errorf("%s became %s, %v", text, got, err)
		}
	}
	m := message{origin(t, "https://id.example.com")}
	if err := json.Unmarshal([]byte(`{"server":"http://evil.example"}`), &m); err == nil {
		t.Error("plain http beyond this computer was taken")
	}
	if m.Server != origin(t, "https://id.example.com") {
		t.Errorf("a refused address changed the origin to %q", m.Server)
	}
}

func FuzzParseOrigin(f *testing.F) {
	for _, s := range []string{
		"https://id.example.com:8443", "HTTP://LOCALHOST:80", "http://[::1]:9", "https://bücher.example",
		"https://xn--bcher-kva.example", "https://a@b", "https://1.2.3.4", "https://[fe80::1%25a]", "https://id。x", "https://ℂ.com",
		"https://أهلا.example", "https://a\u200cb", "https://0x7f.1", "https://xn--.x", "http://0\xf8",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		o, err := ParseShownOrigin(in)
		if err != nil {
			if !o.IsZero() {
				t.Errorf("ParseShownOrigin(%q) = %q with error %v", in, o, err)
			}
			return
		}
		if again, err := ParseShownOrigin(o.String()); err != nil || again != o {
			t.Errorf("ParseShownOrigin(%+q) = %q, which parses as %q, %v", in, o, again, err)
		}
		if strict, err := ParseOrigin(in); (err == nil) != (o.IsEncrypted() || o.IsLoopback()) || err == nil && strict != o {
			t.Errorf("ParseOrigin(%+q) = %q, %v; shown %q", in, strict, err, o)
		}
		checkWithURL(t, in, o)
		own := Origin{scheme: "https", host: "id.example.com"}
		if relation := Compare(own, o); (relation == RelationSame) != (own == o) {
			t.Errorf("Compare(%q, %q) = %s", own, o, relation)
		}
		if o != own && Compare(o, o) != RelationSame {
			t.Errorf("%q is not the same as itself", o)
		}
		if d := Difference(own, o); !d.IsZero() && (d.Own == d.Other || own.host == o.host) {
			t.Errorf("Difference(%q, %q) = %q", own, o, d)
		}
	})
}
