package vault_test

import (
	"errors"
	"testing"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// THREATS T32: what lies elsewhere is out of reach.
func TestNamespacesDoNotMeet(t *testing.T) {
	whole := vault.NewMemory()
	a, b := vault.Namespace(whole, "a/"), vault.Namespace(whole, "b/")
	if err := whole.Put(t.Context(), "key", wire.SecretString("the person's")); err != nil {
		t.Fatal(err)
	}
	if err := a.Put(t.Context(), "key", wire.SecretString("a's")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), "key"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("b has a key: %v", err)
	}
	if err := b.Delete(t.Context(), "key"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"key": "the person's", "a/key": "a's"} {
		if got, err := whole.Get(t.Context(), name); err != nil || string(got.Bytes()) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := a.Get(t.Context(), ""); !errors.Is(err, vault.ErrName) {
		t.Errorf("the namespace itself is no secret: %v", err)
	}
}
