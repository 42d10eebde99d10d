package portal

import (
	"net/http"
	"net/netip"
	"strings"
)

// agent says in a few words which browser asks, such as "Firefox on Linux". The
// words are ours: nothing of the header is passed on.
func agent(r *http.Request) string {
	ua := r.UserAgent()
	browser, system := find(ua, browsers), find(ua, systems)
	switch {
	case browser == "":
		return "another program"
	case system == "":
		return browser
	}
	return browser + " on " + system
}

// Marks in a User-Agent header, in the order in which they tell most: nearly every
// browser also claims to be the ones further down.
var (
	browsers = []mark{
		{"Edg/", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = []mark{
		{"Android", "Android"},
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"CrOS", "ChromeOS"},
		{"Windows", "Windows"},
		{"Macintosh", "macOS"},
		{"Linux", "Linux"},
	}
)

type mark struct{ sign, name string }

func find(ua string, marks []mark) string {
	for _, m := range marks {
		if strings.Contains(ua, m.sign) {
			return m.name
		}
	}
	return ""
}

// address is the IP address of the connection, "" where there is none.
func address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return peer.Addr().Unmap().WithZone("").String()
}
