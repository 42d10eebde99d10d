package netsafe

import (
	"net/http"
	"net/url"
	"strings"
)

// Guard lets through to next only what is addressed to one of our origins, such
// as "http://127.0.0.1:8700" or "https://id.example.com", and does not come from
// another site's page. Put it before everything else, also before static files.
//
//   - The Host must be exactly one of the origins' host and port, in lower case: a
//     page whose name was rebound to our address (DNS rebinding) still sends its
//     own name. An empty one (HTTP/1.0) and 0.0.0.0, by which browsers reach
//     loopback too, are refused.
//   - A request target with scheme and host is refused, as it takes the place of
//     the Host header.
//   - Origin, where there is one, must be exactly one of ours, and there must be
//     only one. "null" is none of ours.
//   - What may change something (anything but GET, HEAD and OPTIONS) must also
//     pass [http.CrossOriginProtection], which knows Sec-Fetch-Site. So GET, HEAD
//     and OPTIONS must never change anything.
//
// What is refused gets 403 and a line that names the reason. Guard panics when an
// origin is not scheme://host or scheme://host:port, or is for 0.0.0.0 or [::]:
// that is a mistake of the program, not of a request.
func Guard(origins []string, next http.Handler) http.Handler {
	hosts, ours := map[string]bool{}, map[string]bool{}
	cross := http.NewCrossOriginProtection()
	for _, o := range origins {
		o = strings.ToLower(o)
		hosts[hostOf(o)], ours[o] = true, true
		if err := cross.AddTrustedOrigin(o); err != nil {
			panic("netsafe: " + err.Error())
		}
	}
	return refusing(next, func(r *http.Request) string {
		origin := r.Header["Origin"]
		reason := foreignHost(hosts, r)
		switch {
		case reason != "":
			return reason
		case len(origin) > 1:
			return "there is more than one Origin header"
		case len(origin) == 1 && !ours[origin[0]]:
			return "the request comes from a page of another origin"
		case cross.Check(r) != nil:
			return "the request comes from a page of another site"
		}
		return ""
	})
}

// GuardHost is the part of [Guard] that looks at Host and request target: for what
// pages of other origins may call. Whoever serves them has to look at Origin.
func GuardHost(origins []string, next http.Handler) http.Handler {
	hosts := map[string]bool{}
	for _, o := range origins {
		hosts[hostOf(strings.ToLower(o))] = true
	}
	return refusing(next, func(r *http.Request) string { return foreignHost(hosts, r) })
}

// hostOf is the host and port of an origin of ours.
func hostOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || origin != u.Scheme+"://"+u.Host || u.Scheme != "http" && u.Scheme != "https" ||
		u.Hostname() == "" || u.Hostname() == "0.0.0.0" || u.Hostname() == "::" {
		panic("netsafe: not an origin: " + origin)
	}
	return u.Host
}

// foreignHost says why a request is not addressed to one of the hosts; "" where
// it is.
func foreignHost(hosts map[string]bool, r *http.Request) string {
	switch {
	case r.URL.Host != "":
		return "the request target must be a path, without scheme and host"
	case r.Host == "":
		return "the Host header is missing"
	case !hosts[r.Host]:
		return "the Host header does not name this server"
	}
	return ""
}

func refusing(next http.Handler, refuse func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reason := refuse(r); reason != "" {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "Refused: "+reason+".", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
