package wire

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// Secret holds bytes that must never be seen: a PIN, a token, a private key.
// However it is printed, logged or marshalled, it shows as "[redacted]": slog
// calls LogValue only on top-level values, fmt calls String only without %v's
// struct traversal, so all five doors are shut. Use Bytes where the value
// itself is needed, and Clear when it no longer is.
//
// The zero value is the empty secret. A Secret is not comparable with == on
// purpose; use Equal.
type Secret struct {
	b []byte
}

// NewSecret wraps b and takes ownership of it: Clear overwrites it.
func NewSecret(b []byte) Secret { return Secret{b: b} }

// SecretString copies s into a new secret.
func SecretString(s string) Secret { return Secret{b: []byte(s)} }

// Bytes returns the secret's own bytes, not a copy.
func (s Secret) Bytes() []byte { return s.b }

// Len is the number of bytes.
func (s Secret) Len() int { return len(s.b) }

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return len(s.b) == 0 }

// Clear overwrites the bytes with zeros. Copies that Go's runtime or a library
// made are out of its reach.
func (s Secret) Clear() { clear(s.b) }

// Equal compares in constant time. Two empty secrets are not equal: a missing
// stored value must never match a missing given one.
func (s Secret) Equal(o Secret) bool {
	return len(s.b) > 0 && subtle.ConstantTimeCompare(s.b, o.b) == 1
}

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }

// ConfigSecret is a secret in a configuration file: it is read from text, and
// redacted wherever it is printed or written, like any Secret.
type ConfigSecret struct{ Secret }

// UnmarshalText takes the text as it is.
func (s *ConfigSecret) UnmarshalText(text []byte) error {
	s.Secret = SecretString(string(text))
	return nil
}
