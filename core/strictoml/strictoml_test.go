package strictoml

import (
	"errors"
	"testing"
	"time"
)

type settings struct {
	Name      string `toml:"name"`
	PublicURL string `toml:"public_url"`
	PIN       struct {
		Length      int `toml:"length"`
		MaxFailures int `toml:"max_failures"`
	} `toml:"pin"`
	Enrollment struct{}                  `toml:"enrollment"`
	Tokens     struct{ A time.Duration } `toml:"tokens"`
	Clients    []struct {
		ID     string `toml:"id"`
		Secret string `toml:"secret"`
	} `toml:"client"`
}

func TestUnmarshal(t *testing.T) {
	s := settings{Name: "stays", PublicURL: "goes"}
	if err := Unmarshal("public_url = \"x\"\n[pin]\nlength = 5\n[[client]]\nid = \"a\"\n[[client]]\nid = \"b\"\n", "x.toml", &s); err != nil {
		t.Fatal(err)
	}
	if s.Name != "stays" || s.PublicURL != "x" || s.PIN.Length != 5 || len(s.Clients) != 2 || s.Clients[1].ID != "b" {
		t.Errorf("%+v", s)
	}
	err := Unmarshal("name = 1", "x.toml", &s)
	if _, ok := errors.AsType[*UnknownError](err); err == nil || ok || err.Error()[:8] != "x.toml: " {
		t.Errorf("%v", err)
	}
}

// A mistyped setting is refused with its line and the one that was meant.
func TestUnknownSetting(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"colour = 1", `x.toml:1: there is no setting "colour"`},
		{"name = \"x\"\npublicurl = 1", `x.toml:2: there is no setting "publicurl" (did you mean "public_url"?)`},
		{"\n[pin]\nmax_failure = 3", `x.toml:3: there is no setting "pin.max_failure" (did you mean "pin.max_failures"?)`},
		{"[tokens]\nlength = 3\n[pin]\nlenght = 3", `x.toml:2: there is no setting "tokens.length"`},
		{"# a\n[[client]]\nid = \"a\"\n[[client]]\n  secrets = \"b\"", `x.toml:5: there is no setting "client.secrets" (did you mean "client.secret"?)`},
		{"\n[enrolment]\nenabled = true", `x.toml:2: there is no setting "enrolment" (did you mean "enrollment"?)`},
		{"[nowhere.near]\nx = 1", `x.toml:1: there is no setting "nowhere.near"`},
		{"pin.lenght = 3", `x.toml: there is no setting "pin.lenght" (did you mean "pin.length"?)`},
		{"[name.first]\nx = 1", ""}, // a table where there is a text
	} {
		err := Unmarshal(c.text, "x.toml", &settings{})
		if _, ok := errors.AsType[*UnknownError](err); c.want != "" && (!ok || err.Error() != c.want) || err == nil {
			t.Errorf("%q: %v; want %s", c.text, err, c.want)
		}
	}
}
