package vault

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"unicode/utf8"

	"filippo.io/age"

	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	fileVersion = 1
	// minPassphrase is in characters. A short one falls to guessing, whatever
	// scrypt costs.
	minPassphrase = 8
	// maxFile is in bytes: several thousand secrets of full length.
	maxFile = 32 << 20
)

// container is the file. See the package's description.
type container struct {
	Version int    `json:"version"`
	Key     []byte `json:"key"`
	Data    []byte `json:"data"`
}

// contents is the decrypted "data".
type contents struct {
	Secrets map[string][]byte `json:"secrets"`
}

func (c contents) clear() {
	for _, value := range c.Secrets {
		clear(value)
	}
}

// File is a vault in an encrypted file. Use OpenFile.
type File struct {
	dir      *safefile.Dir
	name     string
	identity *age.X25519Identity
}

var _ Vault = (*File)(nil)

// PassphraseFunc asks for the passphrase. first says that the file is about to
// be made, so that a prompt can ask twice. The secret is cleared after use.
type PassphraseFunc func(ctx context.Context, first bool) (wire.Secret, error)

// OpenFile opens the encrypted file name in dir, or makes it where it is
// missing. It asks for the passphrase once and spends about a second and 256
// MiB on it. Errors: ErrWrongPassphrase (call again to ask again),
// ErrWeakPassphrase for a new file, ErrDamaged, ErrNewerVersion, and what
// passphrase returns.
func OpenFile(ctx context.Context, dir *safefile.Dir, name string, passphrase PassphraseFunc) (*File, error) {
	return openFile(ctx, dir, name, passphrase, workFactor)
}

// openFile has scrypt's cost as a parameter, since tests open many files.
func openFile(ctx context.Context, dir *safefile.Dir, name string, ask PassphraseFunc, logN int) (*File, error) {
	v := &File{dir: dir, name: name}
	_, err := v.load()
	first := errors.Is(err, fs.ErrNotExist)
	if err != nil && !first {
		return nil, v.explain(err)
	}
	passphrase, err := ask(ctx, first)
	if err != nil {
		return nil, fmt.Errorf("vault: passphrase: %w", err)
	}
	defer passphrase.Clear()
	if first {
		err = v.create(ctx, passphrase, logN)
	} else {
		err = v.unlock(ctx, passphrase)
	}
	if err != nil {
		return nil, v.explain(err)
	}
	return v, nil
}

// create makes the file, unless another process has made it meanwhile.
func (v *File) create(ctx context.Context, passphrase wire.Secret, logN int) error {
	if utf8.RuneCount(passphrase.Bytes()) < minPassphrase {
		return ErrWeakPassphrase
	}
	unlock, err := v.dir.LockName(ctx, v.name)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := v.load(); !errors.Is(err, fs.ErrNotExist) {
		return firstError(err, v.unlock(ctx, passphrase))
	}
	if v.identity, err = age.GenerateX25519Identity(); err != nil {
		return err
	}
	key, err := sealIdentity(v.identity, passphrase, logN)
	if err != nil {
		return err
	}
	return v.store(container{Version: fileVersion, Key: key}, contents{})
}

// unlock takes the identity out of the existing file.
func (v *File) unlock(ctx context.Context, passphrase wire.Secret) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c, err := v.load()
	if err != nil {
		return err
	}
	if v.identity, err = openIdentity(c.Key, passphrase); err != nil {
		return err
	}
	all, err := v.open(c)
	all.clear()
	return err
}

// Get implements Vault.
func (v *File) Get(ctx context.Context, name string) (wire.Secret, error) {
	if err := firstError(ctx.Err(), checkName(name)); err != nil {
		return wire.Secret{}, failed("get", name, err)
	}
	c, err := v.load()
	if err != nil {
		return wire.Secret{}, failed("get", name, v.explain(err))
	}
	all, err := v.open(c)
	if err != nil {
		return wire.Secret{}, failed("get", name, v.explain(err))
	}
	value, ok := all.Secrets[name]
	delete(all.Secrets, name) // the caller's now
	all.clear()
	if !ok {
		return wire.Secret{}, failed("get", name, ErrNotFound)
	}
	return wire.NewSecret(value), nil
}

// Put implements Vault.
func (v *File) Put(ctx context.Context, name string, value wire.Secret) error {
	if err := firstError(ctx.Err(), checkName(name), checkValue(value)); err != nil {
		return failed("put", name, err)
	}
	err := v.change(ctx, func(secrets map[string][]byte) bool {
		clear(secrets[name])
		secrets[name] = copyOf(value).Bytes()
		return true
	})
	if err != nil {
		return failed("put", name, v.explain(err))
	}
	return nil
}

// Delete implements Vault.
func (v *File) Delete(ctx context.Context, name string) error {
	if err := firstError(ctx.Err(), checkName(name)); err != nil {
		return failed("delete", name, err)
	}
	err := v.change(ctx, func(secrets map[string][]byte) bool {
		value, ok := secrets[name]
		clear(value)
		delete(secrets, name)
		return ok
	})
	if err != nil {
		return failed("delete", name, v.explain(err))
	}
	return nil
}

// Kind implements Vault.
func (v *File) Kind() Kind { return KindFile }

// change reads the file, lets edit change the secrets, and writes them back if
// edit says so, all under the lock.
func (v *File) change(ctx context.Context, edit func(map[string][]byte) bool) error {
	unlock, err := v.dir.LockName(ctx, v.name)
	if err != nil {
		return err
	}
	defer unlock()
	c, err := v.load()
	if err != nil {
		return err
	}
	all, err := v.open(c)
	if err != nil {
		return err
	}
	defer all.clear()
	if !edit(all.Secrets) {
		return nil
	}
	return v.store(c, all)
}

// load reads the file without decrypting it.
func (v *File) load() (container, error) {
	text, err := v.dir.ReadFile(v.name, maxFile)
	if err != nil {
		return container{}, err
	}
	var c container
	if err := json.Unmarshal(text, &c); err != nil || c.Version < 1 {
		return container{}, ErrDamaged
	}
	if c.Version > fileVersion {
		return container{}, fmt.Errorf("%w (version %d)", ErrNewerVersion, c.Version)
	}
	return c, nil
}

// open decrypts the secrets.
func (v *File) open(c container) (contents, error) {
	plain, err := openData(c.Data, v.identity)
	if err != nil {
		return contents{}, err
	}
	defer clear(plain)
	var all contents
	if err := json.Unmarshal(plain, &all); err != nil {
		return contents{}, ErrDamaged // not err: it may quote what it read
	}
	if all.Secrets == nil {
		all.Secrets = map[string][]byte{}
	}
	return all, nil
}

// store encrypts the secrets and writes the file.
func (v *File) store(c container, all contents) error {
	plain, err := json.Marshal(all)
	if err != nil {
		return err
	}
	defer clear(plain)
	if c.Data, err = sealData(plain, v.identity); err != nil {
		return err
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if len(text) > maxFile {
		return ErrFull
	}
	return v.dir.WriteFile(v.name, text)
}

// explain says which file an error is about, and what its absence means.
func (v *File) explain(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the encrypted file is gone; start Understudy again to make a new one: %w", err)
	}
	return fmt.Errorf("%s in %s: %w", v.name, v.dir.Path(), err)
}
