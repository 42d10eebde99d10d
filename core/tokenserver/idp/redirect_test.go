package idp

import "testing"

func TestValidRedirect(t *testing.T) {
	for address, want := range map[string]bool{
		"http://127.0.0.1:4711/cb":               true,
		"http://127.0.0.1:4711/cb/aB3_-":         true,
		"http://127.0.0.1:1/cb":                  true,
		"http://127.0.0.1:65535/cb/x":            true,
		"http://[::1]:4711/cb/x":                 true,
		"":                                       false,
		"http://127.0.0.1/cb":                    false, // the listener's port is never 80
		"http://127.0.0.1:0/cb":                  false,
		"http://127.0.0.1:65536/cb":              false,
		"http://127.0.0.1:/cb":                   false,
		"https://127.0.0.1:4711/cb":              false,
		"HTTP://127.0.0.1:4711/cb/../x":          false,
		"http://localhost:4711/cb":               false,
		"http://127.0.0.2:4711/cb":               false,
		"http://0.0.0.0:4711/cb":                 false,
		"http://[::]:4711/cb":                    false,
		"http://[::ffff:127.0.0.1]:4711/cb":      false,
		"http://[::1%25lo]:4711/cb":              false,
		"http://2130706433:4711/cb":              false,
		"http://0x7f.1:4711/cb":                  false,
		"http://127.1:4711/cb":                   false,
		"http://127.0.0.01:4711/cb":              false,
		"http://evil.example:4711/cb":            false,
		"http://127.0.0.1.evil.example:4711/cb":  false,
		"http://127.0.0.1:4711@evil.example/cb":  false,
		"http://user@127.0.0.1:4711/cb":          false,
		"http://@127.0.0.1:4711/cb":              false,
		"http://127.0.0.1:4711/":                 false,
		"http://127.0.0.1:4711/CB":               false,
		"http://127.0.0.1:4711/cb/":              false,
		"http://127.0.0.1:4711/cb/a/b":           false,
		"http://127.0.0.1:4711/cb/..":            false,
		"http://127.0.0.1:4711/cb/%61":           false,
		"http://127.0.0.1:4711/%63b":             false,
		"http://127.0.0.1:4711/cb\n":             false,
		"http://127.0.0.1:4711/cb%0a":            false,
		"http://127.0.0.1:4711//cb":              false,
		"http://127.0.0.1:4711/cbx":              false,
		"http://127.0.0.1:4711/cb?":              false,
		"http://127.0.0.1:4711/cb?x=1":           false,
		"http://127.0.0.1:4711/cb#":              false,
		"http://127.0.0.1:4711/cb#x":             false,
		"http:127.0.0.1:4711/cb":                 false,
		"//127.0.0.1:4711/cb":                    false,
		"/cb":                                    false,
		"javascript:alert(1)//127.0.0.1:4711/cb": false,
		"http://127.0.0.1:4711\\@evil.example":   false,
		" http://127.0.0.1:4711/cb":              false,
		"http://127.0.0.1:4711 /cb":              false,
	} {
		if got := validRedirect(address); got != want {
			t.Errorf("%q: %v; want %v", address, got, want)
		}
		if want && redirectOrigin(address)+"/cb" != address[:len(redirectOrigin(address))+3] {
			t.Errorf("%q has the origin %q", address, redirectOrigin(address))
		}
	}
}
