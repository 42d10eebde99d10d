package wire

import (
	"net/url"
	"testing"
)

// origin is ParseShownOrigin for addresses that are known to be good.
func origin(t *testing.T, s string) Origin {
	t.Helper()
	if s == "" {
		return Origin{}
	}
	o, err := ParseShownOrigin(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return o
}

// checkWithURL checks an accepted origin against net/url, which is what the HTTP
// client will read it with.
func checkWithURL(t *testing.T, in string, o Origin) {
	t.Helper()
	u, err := url.Parse(o.String())
	if err != nil || u.Host != o.Host() || u.Scheme != o.scheme || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		t.Errorf("%+q was read as %q, which net/url reads as %+v, %v", in, o, u, err)
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name, own, other string
		want             Relation
	}{
		{"same", "https://id.example.com", "https://id.example.com:443", RelationSame},
		{"other host", "https://id.example.com", "https://shop.test", RelationDifferent},
		{"other port", "https://id.example.com", "https://id.example.com:8443", RelationDifferent},
		{"other scheme", "https://id.example.com", "http://id.example.com", RelationDifferent},
		{"none known", "", "https://id.example.com", RelationDifferent},
		{"none given", "https://id.example.com", "", RelationDifferent},
		{"neither", "", "", RelationDifferent},
		{"below the own host", "https://id.example.com", "https://portal.id.example.com", RelationDifferent},
		{"other top-level domain", "https://id.example.com", "https://id.example.org", RelationDifferent},
		{"neighbouring IPv4 addresses", "https://192.0.2.1", "https://192.0.2.7", RelationDifferent},
		{"neighbouring IPv6 addresses", "https://[2001:db8::1]", "https://[2001:db8::2]", RelationDifferent},
		{"a short host, two characters", "https://ab.test", "https://xy.test", RelationDifferent},

		{"1 for l", "https://login.example.com", "https://1ogin.example.com", RelationLookAlike},
		{"1 for l on another port", "https://login.example.com", "https://1ogin.example.com:8443", RelationLookAlike},
		{"plain http too", "https://login.example.com", "http://1ogin.example.com", RelationLookAlike},
		{"digits in many places", "https://solid-oil.example", "https://501id-0i1.example", RelationLookAlike},
		{"rn for m", "https://mm.example.com", "https://rnrn.example.com", RelationLookAlike},
		{"m for rn", "https://burn-corn.test", "https://bum-com.test", RelationLookAlike},
		{"vv for w", "https://www.ww.test", "https://vvvvvv.vvvv.test", RelationLookAlike},
		{"c1 for d", "https://dada.test", "https://c1ac1a.test", RelationLookAlike},
		{"accents", "https://cafe-creme.test", "https://çàfé-çrémé.test", RelationLookAlike},
		{"all Cyrillic", "https://oceaxp.test", "https://осеахр.test", RelationLookAlike},
		{"Cyrillic and Latin", "https://paypal.example.com", "https://pаypаl.example.com", RelationLookAlike},
		{"Cyrillic, as it is sent", "https://apple.test", "https://xn--80ak6aa92e.test", RelationLookAlike},
		{"Greek", "https://kanon.test", "https://καηοη.test", RelationLookAlike},
		{"one character more", "https://id.test", "https://idd.test", RelationLookAlike},
		{"one character less", "https://id.example", "https://id.exampe", RelationLookAlike},
		{"hyphen for dot", "https://id.test", "https://id-test", RelationLookAlike},
		{"swapped", "https://bank.test", "https://bnak.test", RelationLookAlike},
		{"long, two characters", "https://login.bank.test", "https://logon.benk.test", RelationLookAlike},
		{"long, swapped twice", "https://login.bank.test", "https://olgin.bakn.test", RelationLookAlike},
		{"12 characters, two of them", "https://idx.bank.com", "https://xyx.bank.com", RelationDifferent},
		{"13 characters, two of them", "https://idx.bank.test", "https://xyx.bank.test", RelationLookAlike},
		{"long, three characters", "https://login.bank.test", "https://lagon.benk.test", RelationDifferent},
		{"own host as first labels", "https://id.example.com", "https://id.example.com.evil.test", RelationLookAlike},
		{"own host as inner labels", "https://id.example.com", "https://www.id.example.com.evil.test", RelationLookAlike},
		{"own host with hyphens", "https://id.example.com", "https://id-example-com.evil.test", RelationLookAlike},
		{"own host and a hyphen", "https://id.example.com", "https://id.example.com-login.evil.test", RelationLookAlike},
		{"own host and a false slash", "https://id.example.com", "https://id.example.comノlogin.evil.test", RelationLookAlike},
		{"own host, misspelled, as first labels", "https://id.example.com", "https://1d.exarnple.com.evil.test", RelationLookAlike},
		{"own IP address as first labels", "https://192.0.2.1", "https://192.0.2.1.evil.test", RelationLookAlike},
		{"own host without dots as first label", "https://localhost", "https://localhost.evil.test", RelationLookAlike},
		{"own host without dots, a hyphen", "https://id", "https://id-shop.test", RelationDifferent},
		{"own name within a longer word", "https://id.example.com", "https://valid.example.com.test", RelationDifferent},

		{"Cyrillic beside Latin", "https://id.example.com", "https://доmain.test", RelationMixedAlphabets},
		{"Greek beside Latin", "https://id.example.com", "https://shopλ.test", RelationMixedAlphabets},
		{"Thai beside Han", "https://id.example.com", "https://銀行ธนาคาร.test", RelationMixedAlphabets},
		{"each label its own", "https://id.example.com", "https://почта.shop.test", RelationDifferent},
		{"as Japanese is written", "https://id.example.com", "https://日本のカタカナabc.test", RelationDifferent},
		{"as Korean is written", "https://id.example.com", "https://한국漢字abc.test", RelationDifferent},
		{"accents belong to all", "https://id.example.com", "https://q\u0301bank.test", RelationDifferent},
		{"digits belong to all", "https://id.example.com", "https://почта-24.test", RelationDifferent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Compare(origin(t, tt.own), origin(t, tt.other)); got != tt.want {
				t.Errorf("Compare(%q, %q) = %s, want %s", tt.own, tt.other, got, tt.want)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	for _, tt := range []struct {
		own, other string
		want       HostDifference
	}{
		{"https://login.test", "https://1ogin.test", HostDifference{Own: "l", Other: "1"}},
		{"https://login.test", "https://logln.test", HostDifference{Own: "i", Other: "l"}},
		{"https://login.test", "https://lоgin.test", HostDifference{"o", "о", "Latin", "Cyrillic"}},
		{"https://login.test", "https://xn--lgin-55d.test", HostDifference{"o", "о", "Latin", "Cyrillic"}},
		{"https://login.test", "https://lögin.test", HostDifference{Own: "o", Other: "ö"}},
		{"https://login.test", "https://l-gin.test", HostDifference{Own: "o", Other: "-"}},
		{"https://почта.test", "https://пoчта.test", HostDifference{"о", "o", "Cyrillic", "Latin"}},
		{"https://почта.test", "https://почту.test", HostDifference{"а", "у", "Cyrillic", "Cyrillic"}},
		{"https://почта.test", "https://п0чта.test", HostDifference{Own: "о", Other: "0", OwnScript: "Cyrillic"}},
		{"https://id.example.com", "https://id-example.com", HostDifference{Own: ".", Other: "-"}},
		{"https://example.com", "https://exarnple.com", HostDifference{Own: "m", Other: "rn"}},
		{"https://corn.test", "https://com.test", HostDifference{Own: "rn", Other: "m"}},
		{"https://corn.test", "https://coм.test", HostDifference{Own: "rn", Other: "м", OtherScript: "Cyrillic"}},
		{"https://com.test", "https://coгn.test", HostDifference{Own: "m", Other: "гn", OwnScript: "Latin"}},
		{"https://login.test", "https://loogin.test", HostDifference{Other: "o"}},
		{"https://login.test", "https://loоgin.test", HostDifference{Other: "о", OtherScript: "Cyrillic"}},
		{"https://login.test", "https://log-in.test", HostDifference{Other: "-"}},
		{"https://login.test", "https://logi.test", HostDifference{Own: "n"}},
		{"https://почта.test", "https://почт.test", HostDifference{Own: "а", OwnScript: "Cyrillic"}},
		{"https://id1.test", "https://id.test", HostDifference{Own: "1"}},
		{"https://login.test:1", "https://1ogin.test:2", HostDifference{Own: "l", Other: "1"}},
		{"https://login.test", "https://login.test", HostDifference{}},
		{"https://login.test", "https://login.test:8443", HostDifference{}},
		{"https://login.test", "https://lgoin.test", HostDifference{}},
		{"https://login.test", "https://1og1n.test", HostDifference{}},
		{"https://login.test", "https://loabgin.test", HostDifference{}},
		{"https://id.example.com", "https://id.example.com.evil.test", HostDifference{}},
		{"", "https://a.test", HostDifference{}},
		{"https://a.test", "", HostDifference{}},
	} {
		got := Difference(origin(t, tt.own), origin(t, tt.other))
		if got != tt.want || got.IsZero() != (tt.want.Own+tt.want.Other == "") {
			t.Errorf("Difference(%q, %q)\n got %q\nwant %q", tt.own, tt.other, got, tt.want)
		}
	}
}
