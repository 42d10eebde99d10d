// Package sealer encrypts what a Token Server's store has to keep and be able to
// read again.
package sealer

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	sealKeyLen = 32 // AES-256
	// A key file is this line and the key in base64.
	keyFileHeader = "understudy token server key 1"
)

// Sealer encrypts what the store has to keep and be able to read again: PIN
// keys and private OpenPGP keys. It is AES-256-GCM with a random 96-bit nonce
// in front. Its key lies outside the database, so that a copy of the database
// alone reveals nothing.
//
// Random nonces are good for 2^32 messages under one key.
type Sealer struct{ aead cipher.AEAD }

// New takes a key of 32 bytes.
func New(key wire.Secret) (*Sealer, error) {
	if key.Len() != sealKeyLen {
		return nil, fmt.Errorf("a sealing key has %d bytes, this one has %d", sealKeyLen, key.Len())
	}
	block, err := aes.NewCipher(key.Bytes())
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead: aead}, nil
}

// Random has a key that exists in memory only: for a demo and for tests,
// whose store does not survive either.
func Random() *Sealer {
	s, err := New(randomSealKey())
	if err != nil {
		panic(err) // the key has the right length
	}
	return s
}

func randomSealKey() wire.Secret {
	key := make([]byte, sealKeyLen)
	_, _ = rand.Read(key) // never fails since Go 1.24
	return wire.NewSecret(key)
}

// Load reads the key from a file and makes the file where it is missing.
// Its directory is made private (safefile). Losing the file makes every PIN and
// every enrollment in the database useless: back it up apart from it.
func Load(ctx context.Context, path string) (*Sealer, error) {
	dir, err := safefile.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	unlock, err := dir.Lock(ctx) // two first starts at once must agree on one key
	if err != nil {
		return nil, err
	}
	defer unlock()

	name := filepath.Base(path)
	data, err := dir.ReadFile(name, 1024)
	if errors.Is(err, fs.ErrNotExist) {
		key := randomSealKey()
		defer key.Clear()
		text := keyFileHeader + "\n" + base64.StdEncoding.EncodeToString(key.Bytes()) + "\n"
		if err := dir.WriteFile(name, []byte(text)); err != nil {
			return nil, err
		}
		return New(key)
	}
	if err != nil {
		return nil, err
	}
	defer clear(data)
	header, text, ok := strings.Cut(string(data), "\n")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(text, "\n"))
	if !ok || strings.TrimSuffix(header, "\r") != keyFileHeader || err != nil || len(raw) != sealKeyLen {
		return nil, fmt.Errorf("%s is not a key file of this server; restore it from a backup, or remove it together with the database and let all users register again", path)
	}
	key := wire.NewSecret(raw)
	defer key.Clear()
	return New(key)
}

// Seal encrypts plain. The place (for example "pin" and the profile id) is
// bound to the result: Open wants the same, so a row's value cannot be moved
// into another row.
func (s *Sealer) Seal(plain wire.Secret, place ...string) []byte {
	return s.aead.Seal(nil, nil, plain.Bytes(), associated(place))
}

// Open decrypts what Seal made for the same place.
func (s *Sealer) Open(sealed []byte, place ...string) (wire.Secret, error) {
	plain, err := s.aead.Open(nil, nil, sealed, associated(place))
	if err != nil {
		return wire.Secret{}, errors.New("a sealed value of the database does not open: the key file belongs to another database, or the value was changed")
	}
	return wire.NewSecret(plain), nil
}

// associated joins the parts, each ended by a zero byte.
func associated(place []string) []byte {
	var b []byte
	for _, p := range place {
		b = append(append(b, p...), 0)
	}
	return b
}
