package idp

import (
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/wire"
)

func TestCheckCustom(t *testing.T) {
	users := []User{{ID: "anna"}, {ID: "bert"}}
	answers := func(pairs ...string) map[string]wire.ConfigSecret {
		m := map[string]wire.ConfigSecret{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = wire.ConfigSecret{Secret: wire.SecretString(pairs[i+1])}
		}
		return m
	}
	good := Custom{ID: "a.b_c-1", Kind: wire.ProviderOneStep, Answers: answers("anna", "x", "bert", "y"), Result: Info{Status: 1}}
	with := func(edit func(*Custom)) []Custom {
		c := good
		edit(&c)
		return []Custom{c}
	}
	var many []Custom
	for range wire.MaxProviders + 1 {
		many = append(many, good)
	}
	for what, c := range map[string]struct {
		list []Custom
		want string // part of the error; "" for none
	}{
		"none":                {nil, ""},
		"good":                {[]Custom{good}, ""},
		"two steps":           {with(func(c *Custom) { c.Kind, c.Challenge = wire.ProviderTwoStep, Info{Data: "x"} }), ""},
		"a scanned code":      {with(func(c *Custom) { c.Kind, c.Answers = wire.ProviderQRCode, nil }), ""},
		"too many":            {many, "50 at most"},
		"no id":               {with(func(c *Custom) { c.ID = "" }), "needs an id"},
		"a blank in the id":   {with(func(c *Custom) { c.ID = "a b" }), "needs an id"},
		"the same id":         {[]Custom{good, good}, "an id of its own"},
		"no kind":             {with(func(c *Custom) { c.Kind = "" }), "the kinds are"},
		"an unknown kind":     {with(func(c *Custom) { c.Kind = "three_step" }), `not "three_step"`},
		"no answers":          {with(func(c *Custom) { c.Answers = nil }), "give answers"},
		"answers to a code":   {with(func(c *Custom) { c.Kind = wire.ProviderQRCode }), "which has none"},
		"a challenge too few": {with(func(c *Custom) { c.Challenge = Info{Status: 1} }), "two_step only"},
		"an unknown user":     {with(func(c *Custom) { c.Answers = answers("carl", "x") }), `"carl", who is no user`},
		"an empty answer":     {with(func(c *Custom) { c.Answers = answers("anna", "") }), "needs an answer"},
		"the same answer":     {with(func(c *Custom) { c.Answers = answers("anna", "x", "bert", "x") }), "none the same"},
		"a long answer":       {with(func(c *Custom) { c.Answers = answers("anna", strings.Repeat("x", wire.MaxCustomData+1)) }), "needs an answer"},
		"long data":           {with(func(c *Custom) { c.Result.Data = strings.Repeat("x", wire.MaxCustomData+1) }), "bytes at most"},
	} {
		err := CheckCustom(c.list, users)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v; want %q", what, err, c.want)
		}
	}
}

func TestCheckRedirect(t *testing.T) {
	for address, want := range map[string]bool{
		"cordovaexample://loginsuccess":     true,
		"com.example.app://login/done":      true,
		"my-app2://x":                       true,
		"":                                  false,
		"cordovaexample:loginsuccess":       false,
		"cordovaexample://":                 false,
		"Cordovaexample://x":                false,
		"1app://x":                          false,
		"app://x?y":                         false,
		"app://x#y":                         false,
		"app://user@x":                      false,
		"app://x:80":                        false,
		"app://x y":                         false,
		"app://x\n":                         false,
		"http://127.0.0.1/cb":               false,
		"https://portal.example/cb":         false,
		"javascript://x":                    false,
		"understudy://otp":                  false,
		"data://x":                          false,
		"app://" + strings.Repeat("x", 201): false,
	} {
		if err := CheckRedirect(address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
	}
}
