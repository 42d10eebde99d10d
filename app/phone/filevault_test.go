package phone_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/understudy-auth/understudy/app/phone"
	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
	"github.com/understudy-auth/understudy/core/wire"
)

// asker answers with one passphrase after the other, then gives the refusal
// back.
type asker struct {
	answers []string
	asked   []phone.PassphraseRequest
}

func (a *asker) ask(_ context.Context, r phone.PassphraseRequest) (wire.Secret, error) {
	a.asked = append(a.asked, r)
	if len(a.answers) == 0 {
		return wire.Secret{}, r.Err
	}
	next := a.answers[0]
	a.answers = a.answers[1:]
	return wire.SecretString(next), nil
}

// The passphrase is asked for when something in the file is first needed, again
// after a refused one, and once for all that follows.
func TestFileVaultAsksUntilItOpens(t *testing.T) {
	files, err := safefile.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	ctx := t.Context()
	first := &asker{answers: []string{"short", "a long passphrase"}}
	v := phone.Vault(vault.KindFile, files, first.ask)
	if len(first.asked) != 0 {
		t.Error("asked before anything was needed")
	}
	if err := v.Put(ctx, "a", wire.SecretString("secret")); err != nil {
		t.Fatal(err)
	}
	if err := v.Delete(ctx, "b"); err != nil {
		t.Fatal(err)
	}
	if len(first.asked) != 2 || !first.asked[0].First || first.asked[0].Err != nil || !errors.Is(first.asked[1].Err, vault.ErrWeakPassphrase) {
		t.Errorf("asked %+v", first.asked)
	}

	second := &asker{answers: []string{"another passphrase", "a long passphrase"}}
	got, err := phone.Vault(vault.KindFile, files, second.ask).Get(ctx, "a")
	if err != nil || string(got.Bytes()) != "secret" {
		t.Errorf("%v %v", got, err)
	}
	if len(second.asked) != 2 || second.asked[0].First || !errors.Is(second.asked[1].Err, vault.ErrWrongPassphrase) {
		t.Errorf("asked %+v", second.asked)
	}

	third := &asker{answers: []string{"another passphrase"}}
	if _, err := phone.Vault(vault.KindFile, files, third.ask).Get(ctx, "a"); !errors.Is(err, vault.ErrWrongPassphrase) || len(third.asked) != 2 {
		t.Errorf("%v, asked %d times", err, len(third.asked))
	}
}

// What a passphrase takes for a moment is given back: the window stays open for
// days.
func TestFileVaultGivesMemoryBack(t *testing.T) {
	files, err := safefile.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	a := &asker{answers: []string{"a long passphrase"}}
	if err := phone.Vault(vault.KindFile, files, a.ask).Put(t.Context(), "a", wire.SecretString("secret")); err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if held := (m.Sys - m.HeapReleased) >> 20; held > 128 || m.NextGC>>20 > 128 {
		t.Errorf("%d MiB are held, and the next collection is at %d MiB", held, m.NextGC>>20)
	}
}
