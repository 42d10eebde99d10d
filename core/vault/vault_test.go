package vault_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/vault/vaulttest"
)

func TestMemory(t *testing.T) {
	vaulttest.Run(t, vault.KindMemory, func(*testing.T) vault.Vault { return vault.NewMemory() }, nil)
}

func TestErrorsNameBothWaysOut(t *testing.T) {
	for _, err := range []error{vault.ErrLocked, vault.ErrUnavailable} {
		if text := err.Error(); !strings.Contains(text, "unlock") || !strings.Contains(text, "--vault file") {
			t.Errorf("%q does not say what to do", text)
		}
	}
	if errors.Is(vault.ErrLocked, vault.ErrUnavailable) {
		t.Error("locked and unavailable cannot be told apart")
	}
}

func TestFile(t *testing.T) {
	vaulttest.Run(t, vault.KindFile, vault.OpenCheapFile, vault.OpenCheapAgain)
}
