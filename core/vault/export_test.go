package vault

import (
	"context"
	"testing"
	"time"
)

// OpenCheapFile lets the conformance suite, which is another package, open
// files without the full cost of scrypt.
func OpenCheapFile(t *testing.T) Vault { return openCheap(t, tempDir(t)) }

// OpenCheapAgain opens the same file a second time.
func OpenCheapAgain(t *testing.T, v Vault) Vault { return openCheap(t, v.(*File).dir) }

// uncheckedStore is the system's keyring without the look at its state, as
// when it is locked between look and call.
type uncheckedStore struct{ systemKeyring }

func (uncheckedStore) check(context.Context) error { return nil }

// NewUncheckedKeyring relies on the deadline alone.
func NewUncheckedKeyring(service string) *Keyring { return newKeyring(service, uncheckedStore{}) }

// NewPatientKeyring has another deadline, so that a busy machine fails nothing.
func NewPatientKeyring(service string, timeout time.Duration) *Keyring {
	k := NewKeyring(service)
	k.timeout = timeout
	return k
}
