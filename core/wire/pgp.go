package wire

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
)

// This is the only file that knows OpenPGP. It uses go-crypto's v2 interface,
// as the older one lets unknown signers and weak keys through without an error,
// and settles every choice once: Ed25519 and X25519 (version 4 keys), AES-256,
// SHA-512, no compression.
const (
	maxSealed = 64 << 10
	maxKey    = 8 << 10

	// Two clocks are never quite equal, and OpenPGP refuses signatures and keys
	// from the future. So keys are born a day old and signatures are checked as of
	// five minutes from now. How fresh a message is, its challenge tells.
	keyBackdate    = 24 * time.Hour
	clockAllowance = 5 * time.Minute
)

// ErrClocks is the cause of a message that was signed in the receiver's future,
// be that here or at the server (RefusedClocks). Its code is
// CodeMessageNotAuthentic.
var ErrClocks = errors.New("the clocks of this computer and of the server differ by more than five minutes")

func pgpConfig(now time.Time) *packet.Config {
	limit := int64(maxSealed)
	return &packet.Config{
		Time:                       func() time.Time { return now },
		Algorithm:                  packet.PubKeyAlgoEdDSA,
		Curve:                      packet.Curve25519,
		DefaultCipher:              packet.CipherAES256,
		DefaultHash:                crypto.SHA512,
		DefaultCompressionAlgo:     packet.CompressionNone,
		MaxDecompressedMessageSize: &limit,
	}
}

// Key is a private key with its public half. It is safe for use by several
// goroutines.
type Key struct {
	entity *openpgp.Entity
	public *PublicKey
}

// PublicKey is the key of the other side, or our own public half.
type PublicKey struct {
	entity     *openpgp.Entity
	serialized []byte
}

// GenerateKey makes a new pair of keys: Ed25519 to sign and X25519 to encrypt.
func GenerateKey(now time.Time) (*Key, error) {
	entity, err := openpgp.NewEntity("Understudy", "", "", pgpConfig(now.Add(-keyBackdate)))
	if err != nil {
		return nil, Errorf(CodeInternal, "make a key: %w", err)
	}
	return newKey(entity)
}

// ParseKey reads what Marshal wrote.
func ParseKey(s Secret) (*Key, error) {
	entity, err := openpgp.ReadEntity(packet.NewReader(bytes.NewReader(s.Bytes())))
	if err != nil || entity.PrivateKey == nil || entity.PrivateKey.Encrypted {
		return nil, Errorf(CodeInternal, "a stored private key cannot be read; enroll this profile again")
	}
	return newKey(entity)
}

func newKey(entity *openpgp.Entity) (*Key, error) {
	var buf bytes.Buffer
	if err := entity.Serialize(&buf); err != nil {
		return nil, Errorf(CodeInternal, "write a public key: %w", err)
	}
	public, err := ParsePublicKey(buf.Bytes())
	if err != nil {
		return nil, err
	}
	// The library caches what it verified inside the key: let it do so before
	// anyone else holds the key.
	at := entity.PrimaryKey.CreationTime.Add(keyBackdate)
	if _, ok := entity.SigningKey(at, pgpConfig(at)); !ok {
		return nil, Errorf(CodeInternal, "a private key cannot sign")
	}
	if _, ok := entity.EncryptionKey(at, pgpConfig(at)); !ok {
		return nil, Errorf(CodeInternal, "a private key cannot decrypt")
	}
	return &Key{entity, public}, nil
}

// Marshal gives the private key as binary OpenPGP packets, about 600 bytes.
func (k *Key) Marshal() (Secret, error) {
	var buf bytes.Buffer
	if err := k.entity.SerializePrivateWithoutSigning(&buf, nil); err != nil {
		return Secret{}, Errorf(CodeInternal, "write a private key: %w", err)
	}
	return NewSecret(buf.Bytes()), nil
}

// Public is the public half.
func (k *Key) Public() *PublicKey { return k.public }

// ParsePublicKey reads a public key of exactly the kind that GenerateKey makes:
// one Ed25519 primary key, one user id, one X25519 subkey, neither secret,
// revoked nor expiring, and nothing else. Whatever differs is
// CodeMessageNotAuthentic.
func ParsePublicKey(data []byte) (*PublicKey, error) {
	bad := func(why string) (*PublicKey, error) {
		return nil, Errorf(CodeMessageNotAuthentic, "refused public key: %s", why)
	}
	if len(data) > maxKey {
		return bad("over 8 KiB")
	}
	entity, err := openpgp.ReadEntity(packet.NewReader(bytes.NewReader(data)))
	if err != nil {
		return bad("not an OpenPGP key")
	}
	if entity.PrivateKey != nil {
		return bad("it is a private key")
	}
	if !isCurve25519(entity.PrimaryKey, packet.PubKeyAlgoEdDSA) {
		return bad("the primary key is not Ed25519")
	}
	if len(entity.Subkeys) != 1 || !isCurve25519(entity.Subkeys[0].PublicKey, packet.PubKeyAlgoECDH) {
		return bad("one X25519 subkey is expected")
	}
	if len(entity.Identities) != 1 || len(entity.Revocations) > 0 || len(entity.Subkeys[0].Revocations) > 0 {
		return bad("one user id and no revocation are expected")
	}
	at := entity.PrimaryKey.CreationTime.Add(keyBackdate)
	self, err := entity.VerifyPrimaryKey(at, pgpConfig(at))
	if err != nil {
		return bad("its own signature is not valid")
	}
	encryption, ok := entity.EncryptionKey(at, pgpConfig(at))
	if !ok {
		return bad("it cannot encrypt")
	}
	for _, signature := range []*packet.Signature{self, encryption.SelfSignature} {
		if signature.KeyLifetimeSecs != nil && *signature.KeyLifetimeSecs > 0 {
			return bad("it expires")
		}
	}
	var again bytes.Buffer
	if err := entity.Serialize(&again); err != nil || !bytes.Equal(again.Bytes(), data) {
		return bad("it holds more than one plain key")
	}
	return &PublicKey{entity, bytes.Clone(data)}, nil
}

func isCurve25519(k *packet.PublicKey, algorithm packet.PublicKeyAlgorithm) bool {
	curve, err := k.Curve()
	return err == nil && k.Version == 4 && k.PubKeyAlgo == algorithm && curve == packet.Curve25519
}

// Marshal gives the key as binary OpenPGP packets, about 500 bytes.
func (p *PublicKey) Marshal() []byte { return bytes.Clone(p.serialized) }

// Fingerprint is 40 lower-case hex digits.
func (p *PublicKey) Fingerprint() string { return hex.EncodeToString(p.entity.PrimaryKey.Fingerprint) }

// Seal signs plain with from and encrypts it to to, and to nobody else; the
// signature names the receiver, so that it cannot be forwarded.
func Seal(plain []byte, from *Key, to *PublicKey, now time.Time) ([]byte, error) {
	var buf bytes.Buffer
	w, err := openpgp.Encrypt(&buf, []*openpgp.Entity{to.entity}, nil, []*openpgp.Entity{from.entity},
		&openpgp.FileHints{IsUTF8: false}, pgpConfig(now))
	if err != nil {
		return nil, Errorf(CodeInternal, "seal a message: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, Errorf(CodeInternal, "seal a message: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, Errorf(CodeInternal, "seal a message: %w", err)
	}
	return buf.Bytes(), nil
}

// Open gives back what peer sealed for own. On any doubt it gives nothing and
// CodeMessageNotAuthentic: read to its end without an error, encrypted to one
// key, signed once, by peer and for us alone, whatever the library would let
// through by itself.
func Open(sealed []byte, own *Key, peer *PublicKey, now time.Time) ([]byte, error) {
	bad := func(why string) ([]byte, error) {
		return nil, Errorf(CodeMessageNotAuthentic, "refused sealed message: %s", why)
	}
	if len(sealed) > maxSealed {
		return bad("over 64 KiB")
	}
	ring := openpgp.EntityList{own.entity, peer.entity}
	md, err := openpgp.ReadMessage(bytes.NewReader(sealed), ring, nil, pgpConfig(now.Add(clockAllowance)))
	if err != nil {
		return bad("it cannot be decrypted")
	}
	plain, err := io.ReadAll(io.LimitReader(md.UnverifiedBody, maxSealed+1))
	switch {
	case err != nil:
		return bad("it is damaged")
	case len(plain) > maxSealed:
		return bad("over 64 KiB inside")
	case !md.IsEncrypted || md.IsSymmetricallyEncrypted || len(md.EncryptedToKeyIds) != 1:
		return bad("it is not encrypted to one key")
	case md.SignatureError != nil && isFromFuture(md, now):
		return nil, Errorf(CodeMessageNotAuthentic, "%w", ErrClocks)
	case !md.IsSigned || !md.IsVerified || md.SignatureError != nil || md.Signature == nil ||
		md.SignedBy == nil || len(md.SignatureCandidates) != 1 || md.Signature.SigType != packet.SigTypeBinary:
		return bad("it has no single valid signature")
	case !bytes.Equal(md.SignedBy.Entity.PrimaryKey.Fingerprint, peer.entity.PrimaryKey.Fingerprint):
		return bad("somebody else signed it")
	case len(md.Signature.IntendedRecipients) != 1 ||
		!bytes.Equal(md.Signature.IntendedRecipients[0].Fingerprint, own.entity.PrimaryKey.Fingerprint):
		return bad("it was not made for this receiver")
	}
	return plain, nil
}

func isFromFuture(md *openpgp.MessageDetails, now time.Time) bool {
	return len(md.SignatureCandidates) == 1 && md.SignatureCandidates[0].CorrespondingSig != nil &&
		md.SignatureCandidates[0].CorrespondingSig.CreationTime.After(now.Add(clockAllowance))
}

// SealJSON seals v as JSON.
func SealJSON(v any, from *Key, to *PublicKey, now time.Time) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, Errorf(CodeInternal, "encode a message: %w", err)
	}
	return Seal(plain, from, to, now)
}

// OpenJSON opens sealed and decodes it strictly into v. It returns the opened
// bytes, which HashDetails needs.
func OpenJSON(sealed []byte, own *Key, peer *PublicKey, now time.Time, v any) ([]byte, error) {
	plain, err := Open(sealed, own, peer, now)
	if err != nil {
		return nil, err
	}
	if err := StrictUnmarshal(plain, v); err != nil {
		return nil, Errorf(CodeMessageNotAuthentic, "refused sealed message: its content is not understood")
	}
	return plain, nil
}
