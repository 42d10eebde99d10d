package vault

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/understudy-auth/understudy/core/wire"
)

// MaxValue is the longest value in bytes: what one entry of the Windows
// Credential Manager holds.
const MaxValue = 2560

// maxName keeps service, name and value within what one macOS command takes.
const maxName = 128

// Kind says where a vault keeps its secrets. The device tells it to the server
// when it enrolls (key_storage), for the server's policy and records.
type Kind string

// The kinds.
const (
	KindKeyring Kind = "keyring"
	KindFile    Kind = "file"
	KindMemory  Kind = "memory"
)

// Vault keeps secrets by name. Its methods may be called by several
// goroutines. Errors wrap the Err… values of this package or those of ctx.
type Vault interface {
	// Get returns the value, or ErrNotFound.
	Get(ctx context.Context, name string) (wire.Secret, error)
	// Put stores the value, in place of an older one.
	Put(ctx context.Context, name string, value wire.Secret) error
	// Delete removes the value. Removing what is not there is no error.
	Delete(ctx context.Context, name string) error
	// Kind says where the secrets lie.
	Kind() Kind
}

// What goes wrong with vaults. The texts are sentences for people.
var (
	ErrNotFound    = errors.New("no such secret in the vault")
	ErrTooLarge    = fmt.Errorf("secret is too large: a vault takes at most %d bytes", MaxValue)
	ErrEmpty       = errors.New("secret is empty: delete it instead")
	ErrName        = fmt.Errorf("not a usable name for a secret: use 1 to %d of the characters a-z 0-9 . / _ -", maxName)
	ErrLocked      = errors.New("the keyring is locked or does not answer: unlock it and try again, or use the encrypted file (--vault file)")
	ErrUnavailable = errors.New("there is no usable keyring: start one and unlock it, or use the encrypted file (--vault file)")

	ErrWrongPassphrase = errors.New("wrong passphrase: try again")
	ErrWeakPassphrase  = fmt.Errorf("passphrase is too short: choose one of at least %d characters", minPassphrase)
	ErrDamaged         = errors.New("what the vault holds is damaged: restore it from a backup, or remove it and enroll again")
	ErrNewerVersion    = errors.New("the encrypted file was written by a newer version of Understudy: update this one")
	ErrFull            = errors.New("the encrypted file is full: remove profiles that are no longer used")
)

// checkName refuses names that some kind of vault could not hold.
func checkName(name string) error {
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789/_-."
	foreign := func(r rune) bool { return !strings.ContainsRune(allowed, r) }
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, foreign) {
		return ErrName
	}
	return nil
}

// checkValue refuses values that some kind of vault could not hold.
func checkValue(value wire.Secret) error {
	if value.IsZero() {
		return ErrEmpty
	}
	if value.Len() > MaxValue {
		return fmt.Errorf("%w, not %d", ErrTooLarge, value.Len())
	}
	return nil
}

// failed names the call and the secret, never its value.
func failed(call, name string, err error) error {
	return fmt.Errorf("vault: %s %.200q: %w", call, name, err)
}
