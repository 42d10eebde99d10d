package cli

import (
	"context"
	"errors"
	"sync"

	"github.com/understudy-auth/understudy/app/words"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	vaultName       = "vault.age"
	passphraseTries = 3
	minPassphrase   = 8 // as package vault asks for
)

// fileVault is the encrypted file, opened when something in it is first needed:
// a list of profiles takes no passphrase.
type fileVault struct {
	program *program
	files   *safefile.Dir

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

func (v *fileVault) file(ctx context.Context) (*vault.File, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.open != nil {
		return v.open, nil
	}
	from := v.program.passphrase
	for try := 1; ; try++ {
		f, err := vault.OpenFile(ctx, v.files, vaultName, func(ctx context.Context, first bool) (wire.Secret, error) {
			return v.passphrase(ctx, from, first)
		})
		if err == nil {
			v.open = f
			return f, nil
		}
		if _, onTerminal := v.program.terminal(); from.given() || !onTerminal || try == passphraseTries || !errors.Is(err, vault.ErrWrongPassphrase) {
			return nil, err
		}
		v.program.show(words.WrongPassphrase())
	}
}

func (v *fileVault) passphrase(ctx context.Context, from secretSource, first bool) (wire.Secret, error) {
	if from.given() {
		return from.read(v.program)
	}
	if !first {
		return v.program.prompt(ctx, words.T("Passphrase of the encrypted file:"))
	}
	long := func(s wire.Secret) error {
		if s.Len() < minPassphrase {
			return vault.ErrWeakPassphrase
		}
		return nil
	}
	return v.program.promptTwice(ctx, words.T("New passphrase for the encrypted file, at least {n} characters:", "n", minPassphrase),
		words.T("The same passphrase once more:"), long)
}
