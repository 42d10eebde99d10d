package netsafe

import (
	"net"
	"net/http"
	"net/netip"
)

// GuardPeer lets through to next only what the same user's programs send, where
// that can be known: on Linux, over loopback. TCP has no owner, and every user of
// the computer can connect to 127.0.0.1. Requests from other machines are let
// through; a token has to tell them apart.
//
// What is refused gets 403 and a line that names the reason.
func GuardPeer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && !sameUser(r.RemoteAddr, local.String()) {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, "Refused: the request comes from another user of this computer.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameUser reports whether the peer's end of a TCP connection belongs to the user
// who runs this program. What does not come over loopback is not known and true.
func sameUser(peer, own string) bool {
	from, err := netip.ParseAddrPort(peer)
	if err != nil || !from.Addr().Unmap().IsLoopback() {
		return true
	}
	to, err := netip.ParseAddrPort(own)
	return err == nil && ownedByUs(from, to)
}
