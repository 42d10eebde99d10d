package idp

import (
	"errors"
	"fmt"
	"regexp"

	"golang.org/x/crypto/bcrypt"

	"github.com/understudy-auth/understudy/core/wire"
)

// maxPassword is in bytes; bcrypt takes no more.
const maxPassword = 72

// User is someone who can log in when a device is registered.
type User struct {
	ID   string `toml:"id"`
	Name string `toml:"name"` // the id if empty
	// One of Password (at most 72 bytes) and PasswordHash (bcrypt).
	Password     wire.ConfigSecret `toml:"password"`
	PasswordHash string            `toml:"password_hash"`
}

// ShownName is the user's name, or the id where there is none.
func (u User) ShownName() string {
	if u.Name != "" {
		return u.Name
	}
	return u.ID
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9._@-]{1,64}$`)

// ValidName reports whether somebody beyond the configuration may be called this,
// where tests register whomever they name: 1 to 64 letters, digits, dots,
// underscores, hyphens and at signs.
func ValidName(id string) bool { return nameForm.MatchString(id) }

// Check finds a password that cannot work and says what is wrong with it, in the
// words of the configuration file.
func (u User) Check() error {
	switch {
	case u.Password.IsZero() == (u.PasswordHash == ""):
		return errors.New("give one of password and password_hash")
	case u.Password.Len() > maxPassword:
		return fmt.Errorf("a password has %d bytes at most", maxPassword)
	case u.PasswordHash != "" && !isBcrypt(u.PasswordHash):
		return errors.New("password_hash is no bcrypt hash, which has 60 characters and starts with $2")
	}
	return nil
}

func isBcrypt(hash string) bool {
	_, err := bcrypt.Cost([]byte(hash))
	return err == nil
}
