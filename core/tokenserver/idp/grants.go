package idp

import (
	"context"
	"errors"
	"time"

	"github.com/understudy-auth/understudy/core/wire"
)

// Errors of Grants that people are told apart. Any other error is the server's
// own trouble: it is logged, and told as that.
var (
	ErrNotFound = errors.New("no such program is registered, or there is no such code")
	ErrFull     = errors.New("the server holds as many codes as it may")
)

// Grants is what a Provider needs of its Token Server. Its methods may be called
// from any number of goroutines.
type Grants interface {
	// Program finds a registered program by its client id. ErrNotFound.
	Program(ctx context.Context, clientID string) (Program, error)
	// NewAuthCode makes an authorization code for a user who has logged in.
	// ErrFull.
	NewAuthCode(ctx context.Context, a Authorization, userID string) (wire.Secret, error)
	// NewRegistrationCode makes a code that registers one device for a user who
	// has logged in, and says for how long it can be used. ErrFull.
	NewRegistrationCode(ctx context.Context, userID string) (code wire.Secret, life time.Duration, err error)
	// UseRegistrationCode uses up such a code and says whose it was. ErrNotFound.
	UseRegistrationCode(ctx context.Context, code wire.Secret) (userID string, err error)
}

// Program is what asks for a login, as it describes itself: nothing of it was
// proved. Each text went through wire.CleanText and may be empty.
type Program struct {
	Name, Version string
	System        string // such as "linux/6.1"
	Kind          wire.DeviceKind
}

// Authorization is a checked authorization request (RFC 6749, 4.1.1): what the
// code for it has to be bound to.
type Authorization struct {
	ClientID    string // of a Program that Grants found
	RedirectURI string // RegisteredRedirect with a port, maybe with one more path element; or one of Options.Redirects
	Challenge   string // S256: SHA-256 in base64url (RFC 7636)
	Scope       string
}
