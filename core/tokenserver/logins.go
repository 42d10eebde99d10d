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
)

// wrongTries counts failures by name within a minute.
type wrongTries struct {
	mu    sync.Mutex
	since map[string][]time.Time
}

// blocked reports whether name has used up its tries.
func (t *wrongTries) blocked(name string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.recent(name, now)) >= maxWrong
}

// add counts a failure.
func (t *wrongTries) add(name string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.since == nil || len(t.since) >= maxWrongNames {
		t.since = map[string][]time.Time{}
	}
	t.since[name] = append(t.recent(name, now), now)
}

func (t *wrongTries) recent(name string, now time.Time) []time.Time {
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
	if l.tries.blocked("user "+id, now) || l.tries.blocked("source "+source, now) {
		return User{}, false, true
	}
	user, found := c.User(id)
	switch {
	case len(password) == 0 || len(password) > 72: // bcrypt takes no more
	case found && user.PasswordHash != "":
		ok = bcrypt.CompareHashAndPassword([]byte(user.PasswordHash), []byte(password)) == nil
	case found:
		given, want := sha256.Sum256([]byte(password)), sha256.Sum256(user.Password.Bytes())
		ok = !user.Password.IsZero() && subtle.ConstantTimeCompare(given[:], want[:]) == 1
	default:
		_ = bcrypt.CompareHashAndPassword(dummyHash, []byte(password))
	}
	if !ok {
		l.tries.add("user "+id, now)
		l.tries.add("source "+source, now)
		return User{}, false, false
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
