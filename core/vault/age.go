package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"

	"github.com/understudy-auth/understudy/core/wire"
)

const (
	// workFactor is log2 of scrypt's N in files that we write.
	workFactor = 18
	// maxWorkFactor is what we accept: 2^20 takes 5 s and 1 GiB. A header that
	// asks for more is refused before any work.
	maxWorkFactor = 20
	// maxIdentity is the length of an identity's text, with room to spare.
	maxIdentity = 1 << 10
)

// sealIdentity encrypts the identity to the passphrase.
func sealIdentity(identity *age.X25519Identity, passphrase wire.Secret, logN int) ([]byte, error) {
	recipient, err := age.NewScryptRecipient(string(passphrase.Bytes()))
	if err != nil {
		return nil, err
	}
	recipient.SetWorkFactor(logN)
	return encrypt([]byte(identity.String()), recipient)
}

// openIdentity is the reverse. ErrWrongPassphrase means that the file says it
// is encrypted to a passphrase, and this one does not open it.
func openIdentity(sealed []byte, passphrase wire.Secret) (*age.X25519Identity, error) {
	if passphrase.IsZero() {
		return nil, ErrWrongPassphrase
	}
	scrypt, err := age.NewScryptIdentity(string(passphrase.Bytes()))
	if err != nil {
		return nil, err
	}
	scrypt.SetMaxWorkFactor(maxWorkFactor)
	text, err := decrypt(sealed, scrypt, maxIdentity)
	var noMatch *age.NoIdentityMatchError
	if errors.As(err, &noMatch) && slices.Equal(noMatch.StanzaTypes, []string{"scrypt"}) {
		return nil, ErrWrongPassphrase
	}
	if err != nil {
		return nil, damaged(err)
	}
	defer clear(text)
	identity, err := age.ParseX25519Identity(string(text))
	if err != nil {
		return nil, ErrDamaged // not err: it may quote what it read
	}
	return identity, nil
}

// sealData encrypts the secrets so that only the identity opens them.
func sealData(plain []byte, identity *age.X25519Identity) ([]byte, error) {
	return encrypt(plain, identity.Recipient())
}

// openData is the reverse.
func openData(sealed []byte, identity *age.X25519Identity) ([]byte, error) {
	plain, err := decrypt(sealed, identity, maxFile)
	if err != nil {
		return nil, damaged(err)
	}
	return plain, nil
}

// damaged keeps age's reason, made harmless: it may quote the file.
func damaged(cause error) error {
	return fmt.Errorf("%w (%s)", ErrDamaged, wire.CleanText(cause.Error(), 200))
}

func encrypt(plain []byte, to age.Recipient) ([]byte, error) {
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return sealed.Bytes(), nil
}

// decrypt returns nothing unless the file is whole to its last byte.
func decrypt(sealed []byte, identity age.Identity, limit int64) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), identity)
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(plain)) > limit {
		return nil, errors.New("more content than a vault holds")
	}
	return plain, nil
}
