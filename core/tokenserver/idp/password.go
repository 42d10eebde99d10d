package idp

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"

	"golang.org/x/crypto/bcrypt"
)

func (p *Provider) user(id string) (User, bool) {
	i := slices.IndexFunc(p.users, func(u User) bool { return u.ID == id })
	if i < 0 {
		return User{}, false
	}
	return p.users[i], true
}

// login finds the user whose password this is. wait means too many failures,
// for this user or from this source.
func (p *Provider) login(id, password, source string) (user User, ok, wait bool) {
	user, found := p.user(id)
	ok, wait = p.tries.Try(p.clock(), func() bool {
		right := p.rightPassword(user, password)
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
func (p *Provider) rightPassword(user User, password string) bool {
	if len(password) == 0 || len(password) > maxPassword {
		return false // nobody has such a one, an empty setting least of all
	}
	given, want := sha256.Sum256([]byte(password)), sha256.Sum256(user.Password.Bytes())
	plain := subtle.ConstantTimeCompare(given[:], want[:]) == 1

	hash, own := user.PasswordHash, user.PasswordHash != ""
	if i := slices.IndexFunc(p.users, func(u User) bool { return u.PasswordHash != "" }); !own && i >= 0 {
		hash = p.users[i].PasswordHash
	}
	hashed := hash != "" && bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) == nil
	return plain || own && hashed
}
