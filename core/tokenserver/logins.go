package tokenserver

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
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
	if t.since == nil || len(t.since) >= maxWrongNames {
		t.since = map[Hash][]time.Time{}
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

// dummyHash is compared where there is no such user, so that it takes as long.
var dummyHash, _ = bcrypt.GenerateFromPassword([]byte(rand.Text()), bcrypt.DefaultCost)

// check finds the user whose password this is. wait means too many failures.
func (l *logins) check(c *Config, id, password, source string, now time.Time) (user User, ok, wait bool) {
	user, found := c.User(id)
	ok, wait = l.tries.try(now, func() bool {
		switch {
		case len(password) == 0 || len(password) > maxPassword:
			return false
		case found && user.PasswordHash != "":
			return bcrypt.CompareHashAndPassword([]byte(user.PasswordHash), []byte(password)) == nil
		case found:
			given, want := sha256.Sum256([]byte(password)), sha256.Sum256(user.Password.Bytes())
			return !user.Password.IsZero() && subtle.ConstantTimeCompare(given[:], want[:]) == 1
		}
		_ = bcrypt.CompareHashAndPassword(dummyHash, []byte(password))
		return false
	}, "user "+id, "source "+source)
	if !ok {
		return User{}, false, wait
	}
	return user, true, false
}

// sourceOf is the address that a request comes from, without its port.
func sourceOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
