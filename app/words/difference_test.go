package words_test

import (
	"testing"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestDifference(t *testing.T) {
	for _, c := range []struct{ own, other, want string }{
		{"https://login.test", "https://1ogin.test", "One character is different: the digit 1 instead of the letter l."},
		{"https://login.test", "https://logln.test", "One character is different: the letter l instead of the letter i."},
		{"https://login.test", "https://lоgin.test", "One character is different: the Cyrillic letter о instead of the Latin letter o."},
		{"https://login.test", "https://xn--lgin-55d.test", "One character is different: the Cyrillic letter о instead of the Latin letter o."},
		{"https://login.test", "https://lοgin.test", "One character is different: the Greek letter ο instead of the Latin letter o."},
		{"https://login.test", "https://lօgin.test", "One character is different: the Armenian letter օ instead of the Latin letter o."},
		{"https://login.test", "https://l一gin.test", "One character is different: the Han letter 一 instead of the Latin letter o."},
		{"https://login.test", "https://lögin.test", "One character is different: the letter ö instead of the letter o."},
		{"https://почта.test", "https://пoчта.test", "One character is different: the Latin letter o instead of the Cyrillic letter о."},
		{"https://почта.test", "https://почту.test", "One character is different: the Cyrillic letter у instead of the Cyrillic letter а."},
		{"https://id.example.com", "https://id-example.com", "One character is different: a hyphen instead of a dot."},
		{"https://example.com", "https://exarnple.com", "One character is different: the letters rn instead of the letter m."},
		{"https://corn.test", "https://com.test", "One character is different: the letter m instead of the letters rn."},
		{"https://corn.test", "https://coм.test", "One character is different: the Cyrillic letter м instead of the letters rn."},
		{"https://login.test", "https://loogin.test", "One character was added: the letter o."},
		{"https://login.test", "https://log-in.test", "One character was added: a hyphen."},
		{"https://login.test", "https://logi.test", "One character is missing: the letter n."},
		{"https://id1.test", "https://id.test", "One character is missing: the digit 1."},
		{"https://login.test", "https://login.test", ""},
	} {
		if got := words.Difference(wire.Difference(origin(t, c.own), origin(t, c.other))); got != c.want {
			t.Errorf("%q for %q:\n got %q\nwant %q", c.other, c.own, got, c.want)
		}
	}
	if got := words.Difference(wire.HostDifference{Own: ":"}); got != "One character is missing: the character :." {
		t.Error(got)
	}
}
