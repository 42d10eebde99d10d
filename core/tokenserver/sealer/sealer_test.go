package sealer_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-auth/understudy/core/tokenserver/sealer"
	"github.com/understudy-auth/understudy/core/wire"
)

func TestSealer(t *testing.T) {
	s := sealer.Random()
	plain := wire.SecretString("what nobody may read")
	sealed := s.Seal(plain, "pin", "W8DUJ2")
	if bytes.Contains(sealed, plain.Bytes()[:8]) || bytes.Equal(sealed, s.Seal(plain, "pin", "W8DUJ2")) {
		t.Error("not encrypted with a nonce of its own")
	}
	if got, err := s.Open(sealed, "pin", "W8DUJ2"); err != nil || !got.Equal(plain) {
		t.Errorf("%v", err)
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := s.Open(changed, "pin", "W8DUJ2"); err == nil {
			t.Fatalf("byte %d can be changed", i)
		}
	}
	for what, err := range map[string]error{
		"another profile":  second(s.Open(sealed, "pin", "AAAAAA")),
		"another kind":     second(s.Open(sealed, "server key", "W8DUJ2")),
		"no place":         second(s.Open(sealed)),
		"parts run in one": second(s.Open(sealed, "pinW8DUJ2")),
		"parts cut anew":   second(s.Open(sealed, "pi", "nW8DUJ2")),
		"another key":      second(sealer.Random().Open(sealed, "pin", "W8DUJ2")),
		"cut short":        second(s.Open(sealed[:10], "pin", "W8DUJ2")),
		"nothing":          second(s.Open(nil, "pin", "W8DUJ2")),
	} {
		if err == nil {
			t.Errorf("%s opens", what)
		}
	}
	for _, n := range []int{0, 16, 31, 33} {
		if _, err := sealer.New(wire.NewSecret(make([]byte, n))); err == nil {
			t.Errorf("a key of %d bytes is taken", n)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestLoadSealer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key", "server.key")
	sealers := make([]*sealer.Sealer, 4) // first starts at once agree on one key
	var all sync.WaitGroup
	for i := range sealers {
		all.Go(func() {
			var err error
			if sealers[i], err = sealer.Load(t.Context(), path); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	sealed := sealers[0].Seal(wire.SecretString("x"), "p")
	for _, s := range sealers {
		if _, err := s.Open(sealed, "p"); err != nil {
			t.Error(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"empty":           "",
		"another file":    "-----BEGIN PRIVATE KEY-----\n",
		"a later version": strings.Replace(string(good), "key 1", "key 2", 1),
		"cut short":       string(good[:len(good)-8]),
		"no base64":       "understudy token server key 1\n!!!!\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := sealer.Load(t.Context(), path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", what, err)
		}
		if data, _ := os.ReadFile(path); string(data) != text {
			t.Errorf("%s: the file was overwritten", what)
		}
	}
}
