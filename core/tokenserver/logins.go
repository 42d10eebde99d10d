package tokenserver

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/understudy-auth/understudy/core/netsafe"
)

const maxPassword = 72 // bytes; bcrypt takes no more

// logins checks users of the configuration.
type logins struct{ tries netsafe.Tries }

// check finds the user whose password this is. wait means too many failures,
// for this user or from this source.
func (l *logins) check(c *Config, id, password, source string, now time.Time) (user User, ok, wait bool) {
	user, found := c.User(id)
	ok, wait = l.tries.Try(now, func() bool {
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
