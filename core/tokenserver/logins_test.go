package tokenserver

import (
	"net/http"
	"testing"
)

func TestSourceOf(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:4711":            "192.0.2.7",
		"[::ffff:192.0.2.7]:4711":   "192.0.2.7",
		"[2001:db8:1:2:3::4]:4711":  "2001:db8:1:2::/64", // one customer's
		"[2001:db8:1:2::5]:1":       "2001:db8:1:2::/64",
		"[fe80::1%eth0]:4711":       "fe80::/64",
		"[::1]:4711":                "::/64",
		"somewhere without a port!": "somewhere without a port!",
	} {
		if got := sourceOf(&http.Request{RemoteAddr: remote}); got != want {
			t.Errorf("%s: %s; want %s", remote, got, want)
		}
	}
}
