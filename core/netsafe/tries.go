package netsafe

import (
	"crypto/sha256"
	"maps"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// TryWindow is how long a wrong try counts, and so the longest pause after too
// many of them: what to tell in Retry-After.
const TryWindow = time.Minute

const (
	maxTries    = 10     // wrong ones under one name within TryWindow
	maxTryNames = 10_000 // a few MB
)

// Tries bounds how often a secret can be guessed: after ten wrong tries under
// one name (a user, a source) within [TryWindow] there are no more until the
// oldest is that old. The zero value is ready to use, from any number of
// goroutines.
//
// It remembers 10,000 names. Where more are wrong within a minute, all are
// forgotten: bounded memory goes before exact counts.
type Tries struct {
	mu    sync.Mutex
	wrong map[nameHash][]time.Time // oldest first
}

// nameHash stands for a name: names come from outside and may be long.
type nameHash [sha256.Size]byte

// Try calls check, unless one of the names has used up its tries: then wait is
// true and check is not called. A failure counts for all of the names, and a
// success forgives none. It is one try at a time, so check must not block for
// long: a hundred wrong tries at once are no more than ten in a row.
func (t *Tries) Try(now time.Time, check func() bool, names ...string) (ok, wait bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		if len(t.recent(sha256.Sum256([]byte(name)), now)) >= maxTries {
			return false, true
		}
	}
	if check() {
		return true, false
	}
	if len(t.wrong) >= maxTryNames {
		maps.DeleteFunc(t.wrong, func(_ nameHash, at []time.Time) bool { return now.Sub(at[len(at)-1]) >= TryWindow })
	}
	if t.wrong == nil || len(t.wrong) >= maxTryNames {
		t.wrong = map[nameHash][]time.Time{}
	}
	for _, name := range names {
		hash := nameHash(sha256.Sum256([]byte(name)))
		t.wrong[hash] = append(t.recent(hash, now), now)
	}
	return false, false
}

func (t *Tries) recent(name nameHash, now time.Time) []time.Time {
	var kept []time.Time
	for _, at := range t.wrong[name] {
		if now.Sub(at) < TryWindow {
			kept = append(kept, at)
		}
	}
	return kept
}

// Source is where a request comes from, as a name for [Tries]: the address of the
// connection without its port, and of an IPv6 one the /64 network, as one
// customer has all the addresses in it. Behind a proxy it is the proxy's.
func Source(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	addr := at.Addr().Unmap().WithZone("")
	if addr.Is6() {
		return netip.PrefixFrom(addr, 64).Masked().String()
	}
	return addr.String()
}
