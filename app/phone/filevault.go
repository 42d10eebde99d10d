package phone

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"unicode/utf8"

	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const vaultName = "vault.age"

// MinPassphrase is the least length of a new passphrase in characters, as
// package vault asks for.
const MinPassphrase = 8

// PassphraseRequest asks for the encrypted file's passphrase: a new one where
// the file is about to be made. Err is vault.ErrWrongPassphrase or
// vault.ErrWeakPassphrase where the one before was refused.
type PassphraseRequest struct {
	First bool
	Err   error
}

// CheckPassphrase refuses a new passphrase that is too short.
func CheckPassphrase(s wire.Secret) error {
	if utf8.RuneCount(s.Bytes()) < MinPassphrase {
		return vault.ErrWeakPassphrase
	}
	return nil
}

// AskPassphrase gives the passphrase; its error ends the try to open the file.
// Whoever cannot ask again returns the request's Err.
type AskPassphrase func(context.Context, PassphraseRequest) (wire.Secret, error)

// fileVault is the encrypted file, opened when something in it is first needed:
// a list of profiles takes no passphrase.
type fileVault struct {
	files *safefile.Dir
	ask   AskPassphrase

	mu   sync.Mutex
	open *vault.File
}

var _ vault.Vault = (*fileVault)(nil)

// Kind implements vault.Vault.
func (v *fileVault) Kind() vault.Kind { return vault.KindFile }

// Get implements vault.Vault.
func (v *fileVault) Get(ctx context.Context, name string) (wire.Secret, error) {
	f, err := v.file(ctx)
	if err != nil {
		return wire.Secret{}, err
	}
	return f.Get(ctx, name)
}

// Put implements vault.Vault.
func (v *fileVault) Put(ctx context.Context, name string, value wire.Secret) error {
	f, err := v.file(ctx)
	if err != nil {
		return err
	}
	return f.Put(ctx, name, value)
}

// Delete implements vault.Vault.
func (v *fileVault) Delete(ctx context.Context, name string) error {
	f, err := v.file(ctx)
	if err != nil {
		return err
	}
	return f.Delete(ctx, name)
}

// file opens the file, and asks again after a passphrase that was refused.
func (v *fileVault) file(ctx context.Context) (*vault.File, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.open != nil {
		return v.open, nil
	}
	var refused error
	for {
		f, err := vault.OpenFile(ctx, v.files, vaultName, func(ctx context.Context, first bool) (wire.Secret, error) {
			return v.ask(ctx, PassphraseRequest{First: first, Err: refused})
		})
		// A passphrase takes 256 MiB for a second. Without this, a window would keep
		// them, and collect no garbage until there were as many again.
		debug.FreeOSMemory()
		switch {
		case err == nil:
			v.open = f
			return f, nil
		case refused != nil && errors.Is(err, refused): // the one who was asked gave it back
			return nil, err
		case !errors.Is(err, vault.ErrWrongPassphrase) && !errors.Is(err, vault.ErrWeakPassphrase):
			return nil, err
		}
		refused = err
	}
}
