package tokenserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// Wrong passwords and wrong client secrets: so many from one source (or for
// one user) within a minute, then a pause.
const (
	maxWrong      = 10
	wrongWindow   = time.Minute
	maxWrongNames = 10_000
	maxPassword   = 72 // bytes; bcrypt takes no more
)

// wrongTries counts failures by name within a minute. Names are kept as hashes:
// they come from outside and may be long.
type wrongTries struct {
	mu    sync.Mutex
	since map[Hash][]time.Time
}

// try calls check, unless one of the names has used up its tries (wait), and
// counts a failure for all of them. It is one try at a time: a hundred wrong
// ones at once are no more than ten in a row.
func (t *wrongTries) try(now time.Time, check func() bool, names ...string) (ok, wait bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range names {
		if len(t.recent(HashText(name), now)) >= maxWrong {
			return false, true
		}
	}
	if check() {
		return true, false
	}
	if len(t.since) >= maxWrongNames {
		maps.DeleteFunc(t.since, func(_ Hash, at []time.Time) bool { return now.Sub(at[len(at)-1]) >= wrongWindow })
	}
	if t.since == nil || len(t.since) >= maxWrongNames {
		t.since = map[Hash][]time.Time{} // a thousand sources at once: bounded memory goes first
	}
	for _, name := range names {
		t.since[HashText(name)] = append(t.recent(HashText(name), now), now)
	}
	return false, false
}

func (t *wrongTries) recent(name Hash, now time.Time) []time.Time {
	var kept []time.Time
	for _, at := range t.since[name] {
		if now.Sub(at) < wrongWindow {
			kept = append(kept, at)
		}
	}
	return kept
}

// logins checks users of the configuration.
type logins struct{ tries wrongTries }

// check finds the user whose password this is. wait means too many failures,
// for this user or from this source.
func (l *logins) check(c *Config, id, password, source string, now time.Time) (user User, ok, wait bool) {
	user, found := c.User(id)
	ok, wait = l.tries.try(now, func() bool {
		right := rightPassword(c, user, password)
		return found && right
	}, "user "+id, "source "+source)
	if !ok {
		return User{}, false, wait
	}
	return user, true, false
}

// rightPassword takes as long for a user who does not exist (the zero one) as
// for one who does: where any user has a bcrypt hash, there is always one to
// compare with.
func rightPassword(c *Config, user User, password string) bool {
	if len(password) == 0 || len(password) > maxPassword {
		return false // nobody has such a one, an empty setting least of all
	}
	given, want := sha256.Sum256([]byte(password)), sha256.Sum256(user.Password.Bytes())
	plain := subtle.ConstantTimeCompare(given[:], want[:]) == 1

	hash, own := user.PasswordHash, user.PasswordHash != ""
	if i := slices.IndexFunc(c.Users, func(u User) bool { return u.PasswordHash != "" }); !own && i >= 0 {
		hash = c.Users[i].PasswordHash
	}
	hashed := hash != "" && bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
	return plain || own && hashed
}

// sourceOf is where a request comes from: the address without its port, and of
// an IPv6 one the network, as one customer has all the addresses in it.
func sourceOf(r *http.Request) string {
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
