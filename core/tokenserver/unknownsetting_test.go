package tokenserver_test

import (
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver"
)

// A mistyped setting is refused with its line and the one that was meant.
func TestUnknownSetting(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"colour = 1", `x.toml:1: there is no setting "colour"; serve`},
		{"name = \"x\"\npublicurl = 1", `x.toml:2: there is no setting "publicurl" (did you mean "public_url"?); serve`},
		{"\n[pin]\nmax_failure = 3", `x.toml:3: there is no setting "pin.max_failure" (did you mean "pin.max_failures"?)`},
		{"[tokens]\nlength = 3\n[pin]\nlenght = 3", `x.toml:2: there is no setting "tokens.length"; serve`},
		{"# a\n[[client]]\nid = \"a\"\n[[client]]\n  secrets = \"b\"", `x.toml:5: there is no setting "client.secrets" (did you mean "client.secret"?)`},
		{"\n[enrolment]\nenabled = true", `x.toml:2: there is no setting "enrolment" (did you mean "enrollment"?)`},
		{"[nowhere.near]\nx = 1", `there is no setting "nowhere`},
		{"[pin.length]\nx = 1", `x.toml`},
		{"pin.lenght = 3", `x.toml: there is no setting "pin.lenght" (did you mean "pin.length"?)`},
	} {
		_, err := tokenserver.ParseConfig(c.text, "x.toml")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %s", c.text, err, c.want)
		}
	}
}
