package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"

	"golang.org/x/crypto/argon2"
)

// PINPolicy holds the server's rules for new PINs. The server never sees a
// PIN, so the device checks them.
type PINPolicy struct {
	Length          int      `json:"length"`             // digits
	MaxFailures     int      `json:"max_failures"`       // wrong PINs until the user is deregistered
	AllowSequences  bool     `json:"allow_sequences"`    // 12345, 98765
	MaxSimilar      int      `json:"max_similar_digits"` // how often one digit may occur; 0: no limit
	BlacklistedPINs []string `json:"blacklist,omitempty"`
}

// Check tells whether pin is allowed: nil, or an *Error with one of the codes
// 9011 to 9014; 8002 where it is not made of digits.
func (p PINPolicy) Check(pin Secret) error {
	digits := pin.Bytes()
	if len(digits) != p.Length {
		return Errorf(CodePINLength, "this server asks for %d digits", p.Length)
	}
	count := [10]int{}
	up, down := true, true
	for i, d := range digits {
		if d < '0' || d > '9' {
			return Errorf(CodeIllegalArgument, "a PIN is made of digits")
		}
		count[d-'0']++
		if i > 0 {
			up = up && d == digits[i-1]+1
			down = down && d == digits[i-1]-1
		}
	}
	switch {
	case p.MaxSimilar > 0 && slices.Max(count[:]) > p.MaxSimilar:
		return Errorf(CodePINSimilarDigits, "")
	case !p.AllowSequences && len(digits) > 1 && (up || down):
		return Errorf(CodePINSequence, "")
	case slices.Contains(p.BlacklistedPINs, string(digits)):
		return Errorf(CodePINBlacklisted, "")
	}
	return nil
}

// KDFCost is the cost of Argon2id (RFC 9106).
type KDFCost struct {
	Time      uint32 `json:"time"`       // passes
	MemoryKiB uint32 `json:"memory_kib"` // KiB
	Threads   uint8  `json:"threads"`
}

// DefaultKDF is OWASP's first recommendation for Argon2id; about 36 ms.
var DefaultKDF = KDFCost{Time: 2, MemoryKiB: 19 << 10, Threads: 1}

// CheapKDF is for thousands of virtual devices in a test, on loopback only.
var CheapKDF = KDFCost{Time: 1, MemoryKiB: 8, Threads: 1}

// Check refuses costs that would weaken the proof, exhaust this machine or make
// Argon2 panic. A server on loopback may ask for less than the minimum, never
// for more than the maximum.
func (c KDFCost) Check(loopback bool) error {
	least := KDFCost{Time: 1, MemoryKiB: 19 << 10, Threads: 1}
	if loopback {
		least = CheapKDF
	}
	if c.Time < least.Time || c.Time > 10 || c.MemoryKiB < least.MemoryKiB || c.MemoryKiB > 256<<10 ||
		c.Threads < least.Threads || c.Threads > 4 || c.MemoryKiB < 8*uint32(c.Threads) {
		return Errorf(CodeConfiguration, "the server asks for an Argon2id cost outside of 1 to 10 passes, 19 to 256 MiB and 1 to 4 threads; ask its people to change it")
	}
	return nil
}

// AtLeast gives the stronger of two costs, value by value: a stored cost never
// falls.
func (c KDFCost) AtLeast(o KDFCost) KDFCost {
	return KDFCost{max(c.Time, o.Time), max(c.MemoryKiB, o.MemoryKiB), max(c.Threads, o.Threads)}
}

// SaltLen is the length of a new salt in bytes; between 16 and 64 are accepted.
const SaltLen = 16

// PINKey makes the key with which a PIN is proved:
// Argon2id(HMAC-SHA-256(deviceSecret, pin), salt). The device secret (256 bits,
// in the vault) and the server's store are both needed to try PINs offline.
func PINKey(pin, deviceSecret Secret, salt []byte, cost KDFCost, loopback bool) (Secret, error) {
	if err := cost.Check(loopback); err != nil {
		return Secret{}, err
	}
	if len(salt) < 16 || len(salt) > 64 {
		return Secret{}, Errorf(CodeConfiguration, "a salt has 16 to 64 bytes")
	}
	if pin.IsZero() || deviceSecret.Len() < 32 {
		return Secret{}, Errorf(CodeIllegalArgument, "a PIN and a device secret are needed")
	}
	mac := hmac.New(sha256.New, deviceSecret.Bytes())
	mac.Write(pin.Bytes())
	peppered := mac.Sum(nil)
	defer clear(peppered)
	return NewSecret(argon2.IDKey(peppered, salt, cost.Time, cost.MemoryKiB, cost.Threads, 32)), nil
}

// PINProof proves a PIN key for one challenge, one device and one server:
// HMAC-SHA-256(key, challenge, device id, origin), each part followed by a zero
// byte, so that no part can run into the next. What else the proof is for follows
// in the same way.
func PINProof(key Secret, challenge, deviceID string, server Origin, binding ...string) []byte {
	mac := hmac.New(sha256.New, key.Bytes())
	for _, part := range append([]string{challenge, deviceID, server.String()}, binding...) {
		mac.Write([]byte(part))
		mac.Write([]byte{0})
	}
	return mac.Sum(nil)
}
