package vault

import "testing"

// OpenCheapFile lets the conformance suite, which is another package, open
// files without the full cost of scrypt.
func OpenCheapFile(t *testing.T) Vault { return openCheap(t, tempDir(t)) }

// OpenCheapAgain opens the same file a second time.
func OpenCheapAgain(t *testing.T, v Vault) Vault { return openCheap(t, v.(*File).dir) }
