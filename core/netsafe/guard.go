package netsafe

import (
	"net/http"
	"slices"
	"strings"
)

// Guard lets only requests through that are meant for one of our own origins
// ("http://127.0.0.1:8700"), and refuses the rest with 403 and the reason:
//
//   - the Host header (or absolute target) has to be exactly one of ours, which
//     shuts out pages that rebind a name of their own to this machine;
//   - an Origin header, where there is one, has to be single and ours;
//   - requests of other pages that change something are refused by
//     http.CrossOriginProtection.
//
// GET, HEAD and OPTIONS pass the last check, so they must change nothing.
func Guard(origins []string, next http.Handler) http.Handler {
	hosts := make([]string, 0, len(origins))
	cross := http.NewCrossOriginProtection()
	for _, origin := range origins {
		_, host, _ := strings.Cut(origin, "://")
		hosts = append(hosts, host)
		// An origin that does not parse matches nothing: its requests are refused.
		_ = cross.AddTrustedOrigin(origin)
	}
	protected := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := r.Header.Values("Origin")
		switch {
		case !slices.Contains(hosts, r.Host):
			refuse(w, "the Host header names another server")
		case len(from) > 1:
			refuse(w, "more than one Origin header")
		case len(from) == 1 && !slices.Contains(origins, from[0]):
			refuse(w, "the request comes from another site's page")
		default:
			protected.ServeHTTP(w, r)
		}
	})
}

func refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, "Refused: "+why+".", http.StatusForbidden)
}
