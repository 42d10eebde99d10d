// Package vaulttest is the conformance suite of [vault.Vault]. Whatever
// passes it can stand in for any other kind.
package vaulttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// Run tests the vault that open returns. Each call of open gives an empty
// vault. again gives a second vault over the same secrets, as another process
// or the next start of the program would open it; it is nil for a kind that
// keeps nothing.
func Run(t *testing.T, kind vault.Kind, open func(*testing.T) vault.Vault, again func(*testing.T, vault.Vault) vault.Vault) {
	tests := map[string]func(*testing.T, vault.Vault){
		"life of a secret":  testLife,
		"any bytes":         testBytes,
		"sizes":             testSizes,
		"names":             testNames,
		"own copies":        testCopies,
		"ended context":     testContext,
		"goroutines":        testGoroutines,
		"no value in error": testErrors,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
	t.Run("kind", func(t *testing.T) {
		if got := open(t).Kind(); got != kind {
			t.Errorf("Kind() = %q, want %q", got, kind)
		}
	})
	if again != nil {
		t.Run("opened twice", func(t *testing.T) { testAgain(t, open(t), again) })
	}
}

func put(t *testing.T, v vault.Vault, name, value string) {
	t.Helper()
	if err := v.Put(t.Context(), name, wire.SecretString(value)); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, v vault.Vault, name, value string) {
	t.Helper()
	got, err := v.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Bytes()) != value {
		t.Fatalf("%s: got %d bytes that differ from the %d stored", name, got.Len(), len(value))
	}
}

func wantMissing(t *testing.T, v vault.Vault, name string) {
	t.Helper()
	if got, err := v.Get(t.Context(), name); !errors.Is(err, vault.ErrNotFound) || !got.IsZero() {
		t.Fatalf("%s: %v, want ErrNotFound and no value", name, err)
	}
}

func remove(t *testing.T, v vault.Vault, name string) {
	t.Helper()
	if err := v.Delete(t.Context(), name); err != nil {
		t.Fatal(err)
	}
}

func testLife(t *testing.T, v vault.Vault) {
	wantMissing(t, v, "profile/a")
	remove(t, v, "profile/a") // deleting what is not there is no error
	put(t, v, "profile/a", "first")
	put(t, v, "profile/ab", "neighbour")
	want(t, v, "profile/a", "first")
	put(t, v, "profile/a", "second")
	want(t, v, "profile/a", "second")
	remove(t, v, "profile/a")
	wantMissing(t, v, "profile/a")
	want(t, v, "profile/ab", "neighbour")
	put(t, v, "profile/a", "third")
	want(t, v, "profile/a", "third")
	remove(t, v, "profile/a")
	remove(t, v, "profile/ab")
}

func testBytes(t *testing.T, v vault.Vault) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for i, value := range []string{
		string(all), "\x00", "\xff\xfe", "line\r\nline\n", " blank at both ends ", "\n", `{"json": "ü"}`, "go-keyring-base64:AAAA", "YWJj",
	} {
		name := fmt.Sprintf("bytes/%d", i)
		put(t, v, name, value)
		want(t, v, name, value)
		remove(t, v, name)
	}
}

func testSizes(t *testing.T, v vault.Vault) {
	longest := strings.Repeat("\xa5", vault.MaxValue)
	name := strings.Repeat("n", 128)
	put(t, v, name, longest)
	want(t, v, name, longest)
	if err := v.Put(t.Context(), name, wire.SecretString(longest+"x")); !errors.Is(err, vault.ErrTooLarge) {
		t.Errorf("one byte too many: %v, want ErrTooLarge", err)
	}
	if err := v.Put(t.Context(), name, wire.Secret{}); !errors.Is(err, vault.ErrEmpty) {
		t.Errorf("empty value: %v, want ErrEmpty", err)
	}
	want(t, v, name, longest)
	remove(t, v, name)
}

func testNames(t *testing.T, v vault.Vault) {
	for _, name := range []string{"a", "0", "a.b_c-d/e", "../x", "/", "-f"} {
		put(t, v, name, "value of "+name)
		want(t, v, name, "value of "+name)
		remove(t, v, name)
	}
	for _, name := range []string{"", "A", "a b", "a\x00", "a\n", "ä", "a'b", "$(id)", "a:b", `a\b`, strings.Repeat("n", 129)} {
		errs := []error{v.Put(t.Context(), name, wire.SecretString("x")), v.Delete(t.Context(), name)}
		_, err := v.Get(t.Context(), name)
		for _, err := range append(errs, err) {
			if !errors.Is(err, vault.ErrName) {
				t.Errorf("name %q: %v, want ErrName", name, err)
			}
		}
	}
}

func testCopies(t *testing.T, v vault.Vault) {
	given := wire.SecretString("kept")
	if err := v.Put(t.Context(), "copy", given); err != nil {
		t.Fatal(err)
	}
	given.Clear()
	want(t, v, "copy", "kept")
	got, err := v.Get(t.Context(), "copy")
	if err != nil {
		t.Fatal(err)
	}
	got.Clear()
	want(t, v, "copy", "kept")
	remove(t, v, "copy")
}

func testContext(t *testing.T, v vault.Vault) {
	put(t, v, "ctx", "before")
	ended, end := context.WithCancel(t.Context())
	end()
	_, err := v.Get(ended, "ctx")
	for call, err := range map[string]error{
		"Get": err, "Put": v.Put(ended, "ctx", wire.SecretString("after")), "Delete": v.Delete(ended, "ctx"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", call, err)
		}
	}
	want(t, v, "ctx", "before")
	remove(t, v, "ctx")
}

func testGoroutines(t *testing.T, v vault.Vault) {
	const writers, rounds = 8, 5
	errs := make(chan error, writers)
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			name, value := fmt.Sprintf("writer/%d", i), fmt.Sprintf("value of %d", i)
			errs <- func() error {
				for range rounds {
					if err := v.Put(t.Context(), name, wire.SecretString(value)); err != nil {
						return err
					}
					got, err := v.Get(t.Context(), name)
					if err != nil {
						return err
					}
					if string(got.Bytes()) != value {
						return errors.New("got another writer's value")
					}
				}
				return v.Delete(t.Context(), name)
			}()
		})
	}
	all.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	for i := range writers {
		wantMissing(t, v, fmt.Sprintf("writer/%d", i))
	}
}

func testErrors(t *testing.T, v vault.Vault) {
	const marker = "marker-5417"
	value := wire.NewSecret(bytes.Repeat([]byte(marker), vault.MaxValue))
	err := v.Put(t.Context(), "errors", value)
	if err == nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), marker) {
		t.Errorf("the error is missing or shows the value: %d bytes", len(fmt.Sprint(err)))
	}
}

// testAgain checks that both see each other's changes, in either order.
func testAgain(t *testing.T, one vault.Vault, again func(*testing.T, vault.Vault) vault.Vault) {
	put(t, one, "shared/1", "from one")
	two := again(t, one)
	want(t, two, "shared/1", "from one")
	put(t, two, "shared/2", "from two")
	put(t, one, "shared/3", "from one")
	for _, v := range []vault.Vault{one, two} {
		want(t, v, "shared/1", "from one")
		want(t, v, "shared/2", "from two")
		want(t, v, "shared/3", "from one")
	}
	remove(t, two, "shared/1")
	wantMissing(t, one, "shared/1")
	remove(t, one, "shared/2")
	remove(t, one, "shared/3")
	wantMissing(t, again(t, one), "shared/2")
}
