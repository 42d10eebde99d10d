package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"filippo.io/age"

	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/wire"
)

const (
	testFile       = "vault.json"
	testPassphrase = "correct horse"
	// testFactor makes scrypt cheap; TestOpenFile covers the real one.
	testFactor = 4
)

func tempDir(t *testing.T) *safefile.Dir {
	t.Helper()
	d, err := safefile.Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func answer(passphrase string) PassphraseFunc {
	return func(context.Context, bool) (wire.Secret, error) { return wire.SecretString(passphrase), nil }
}

func openCheap(t *testing.T, dir *safefile.Dir) *File {
	t.Helper()
	v, err := openFile(t.Context(), dir, testFile, answer(testPassphrase), testFactor)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func putOne(t *testing.T, v Vault, name, value string) {
	t.Helper()
	if err := v.Put(t.Context(), name, wire.SecretString(value)); err != nil {
		t.Fatal(err)
	}
}

func wantOne(t *testing.T, v Vault, name, value string) {
	t.Helper()
	got, err := v.Get(t.Context(), name)
	if err != nil || string(got.Bytes()) != value {
		t.Fatalf("Get(%s): %v, or another value", name, err)
	}
}

func readContainer(t *testing.T, dir *safefile.Dir) container {
	t.Helper()
	text, err := dir.ReadFile(testFile, maxFile)
	if err != nil {
		t.Fatal(err)
	}
	var c container
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func writeContainer(t *testing.T, dir *safefile.Dir, c container) {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.WriteFile(testFile, text); err != nil {
		t.Fatal(err)
	}
}

// TestOpenFile goes through the exported function, at full cost.
func TestOpenFile(t *testing.T) {
	dir := tempDir(t)
	if _, err := OpenFile(t.Context(), dir, testFile, answer(testPassphrase)); err != nil {
		t.Fatal(err)
	}
	if c := readContainer(t, dir); !bytes.Contains(c.Key, []byte(" 18\n")) {
		t.Errorf("the work factor is not 18:\n%.200s", c.Key)
	}
}

func TestFileAsksAndHides(t *testing.T) {
	dir := tempDir(t)
	var asked []bool
	var given wire.Secret
	ask := func(_ context.Context, first bool) (wire.Secret, error) {
		asked = append(asked, first)
		given = wire.SecretString(testPassphrase)
		return given, nil
	}
	for range 2 {
		v, err := openFile(t.Context(), dir, testFile, ask, testFactor)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(given.Bytes(), make([]byte, len(testPassphrase))) {
			t.Error("the passphrase was not cleared")
		}
		putOne(t, v, "a", "marker-value")
	}
	if len(asked) != 2 || !asked[0] || asked[1] {
		t.Errorf("asked with first = %v, want [true false]", asked)
	}
	text, err := dir.ReadFile(testFile, maxFile)
	if err != nil {
		t.Fatal(err)
	}
	c := readContainer(t, dir)
	for _, plain := range []string{"marker", testPassphrase, "AGE-SECRET"} {
		for _, seen := range [][]byte{text, c.Key, c.Data} {
			if bytes.Contains(seen, []byte(plain)) {
				t.Errorf("the file shows %q", plain)
			}
		}
	}
	// The two age files open without this package.
	scrypt, err := age.NewScryptIdentity(testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	text, err = decrypt(c.Key, scrypt, maxIdentity)
	if err != nil {
		t.Fatal(err)
	}
	identity, err := age.ParseX25519Identity(string(text))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := decrypt(c.Data, identity, maxFile)
	if want := `{"secrets":{"a":"bWFya2VyLXZhbHVl"}}`; err != nil || string(plain) != want {
		t.Errorf("data holds %s, %v; want %s", plain, err, want)
	}
}

func TestFilePassphrase(t *testing.T) {
	dir := tempDir(t)
	for _, short := range []string{"", "1234567", "äöüäöüä"} {
		if _, err := openFile(t.Context(), dir, testFile, answer(short), testFactor); !errors.Is(err, ErrWeakPassphrase) {
			t.Errorf("%d characters: %v, want ErrWeakPassphrase", len([]rune(short)), err)
		}
	}
	refusal := errors.New("nobody there to ask")
	_, err := openFile(t.Context(), dir, testFile, func(context.Context, bool) (wire.Secret, error) { return wire.Secret{}, refusal }, testFactor)
	if !errors.Is(err, refusal) {
		t.Errorf("refused prompt: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir.Path(), testFile)); err == nil {
		t.Fatal("a refused passphrase left a file")
	}
	putOne(t, openCheap(t, dir), "a", "x")
	for _, wrong := range []string{"", "correct", "correct horsf", "Correct horse"} {
		if _, err := openFile(t.Context(), dir, testFile, answer(wrong), testFactor); !errors.Is(err, ErrWrongPassphrase) {
			t.Errorf("%q: %v, want ErrWrongPassphrase", wrong, err)
		}
	}
	wantOne(t, openCheap(t, dir), "a", "x")
}

// TestFileDamage changes every byte of the file in turn. Whatever happens, it
// must be an error of ours, and never a wrong value.
func TestFileDamage(t *testing.T) {
	dir := tempDir(t)
	v := openCheap(t, dir)
	putOne(t, v, "a", "right")
	whole, err := dir.ReadFile(testFile, maxFile)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[error]int{}
	for i := range whole {
		broken := bytes.Clone(whole)
		broken[i] ^= 1
		if err := os.WriteFile(filepath.Join(dir.Path(), testFile), broken, 0o600); err != nil {
			t.Fatal(err)
		}
		reopened, err := openFile(t.Context(), dir, testFile, answer(testPassphrase), testFactor)
		if err == nil {
			wantOne(t, reopened, "a", "right") // case of a key, a bit that base64 ignores
			continue
		}
		known := false
		for _, want := range []error{ErrDamaged, ErrWrongPassphrase, ErrNewerVersion} {
			if errors.Is(err, want) {
				known = true
				kinds[want]++
			}
		}
		if !known {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	if kinds[ErrDamaged] == 0 || kinds[ErrWrongPassphrase] == 0 {
		t.Errorf("kinds of damage seen: %v", kinds)
	}
	for _, end := range []int{0, 1, len(whole) / 2, len(whole) - 1} {
		if err := dir.WriteFile(testFile, whole[:end]); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Get(t.Context(), "a"); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d bytes: %v, want ErrDamaged", end, err)
		}
		if err := v.Put(t.Context(), "a", wire.SecretString("x")); !errors.Is(err, ErrDamaged) {
			t.Errorf("Put into a damaged file: %v, want ErrDamaged", err)
		}
	}
}

func TestFileRefuses(t *testing.T) {
	dir := tempDir(t)
	openCheap(t, dir)
	good := readContainer(t, dir)
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := sealData([]byte(`{"secrets":{}}`), stranger)
	if err != nil {
		t.Fatal(err)
	}
	notScrypt, err := encrypt([]byte(stranger.String()), stranger.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	noIdentity, err := age.NewScryptRecipient(testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	noIdentity.SetWorkFactor(testFactor)
	text, err := encrypt([]byte("no identity"), noIdentity)
	if err != nil {
		t.Fatal(err)
	}
	// 2^22 would take 20 s and 4 GiB: the refusal must come before the work.
	costly := bytes.Replace(good.Key, []byte(" 4\n"), []byte(" 22\n"), 1)
	tests := map[string]struct {
		file container
		want error
	}{
		"newer version":              {container{2, good.Key, good.Data}, ErrNewerVersion},
		"version 0":                  {container{0, good.Key, good.Data}, ErrDamaged},
		"data for another key":       {container{1, good.Key, foreign}, ErrDamaged},
		"key without passphrase":     {container{1, notScrypt, good.Data}, ErrDamaged},
		"key that is no identity":    {container{1, text, good.Data}, ErrDamaged},
		"scrypt too costly":          {container{1, costly, good.Data}, ErrDamaged},
		"no key":                     {container{1, nil, good.Data}, ErrDamaged},
		"no data":                    {container{1, good.Key, nil}, ErrDamaged},
		"data followed by something": {container{1, good.Key, append(bytes.Clone(good.Data), 'x')}, ErrDamaged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			writeContainer(t, dir, test.file)
			if _, err := openFile(t.Context(), dir, testFile, answer(testPassphrase), testFactor); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

func TestFileGone(t *testing.T) {
	dir := tempDir(t)
	v := openCheap(t, dir)
	if err := dir.Remove(testFile); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(t.Context(), "a"); err == nil || errors.Is(err, ErrNotFound) {
		t.Errorf("a missing file reads as %v; it must not pass for a missing secret", err)
	}
	if err := v.Put(t.Context(), "a", wire.SecretString("x")); err == nil {
		t.Error("Put made a new file in silence")
	}
}

// TestFileMadeTwice lets two processes make the file at once: one of them must
// use the other's.
func TestFileMadeTwice(t *testing.T) {
	dir := tempDir(t)
	var both, asked sync.WaitGroup
	asked.Add(2)
	vaults := make([]*File, 2)
	for i := range vaults {
		both.Go(func() {
			v, err := openFile(t.Context(), dir, testFile, func(_ context.Context, first bool) (wire.Secret, error) {
				if !first {
					t.Error("the file was there already; this test shows nothing")
				}
				asked.Done()
				asked.Wait()
				return wire.SecretString(testPassphrase), nil
			}, testFactor)
			if err != nil {
				t.Error(err)
			}
			vaults[i] = v
		})
	}
	both.Wait()
	if t.Failed() {
		return
	}
	putOne(t, vaults[0], "a", "from the first")
	wantOne(t, vaults[1], "a", "from the first")
}

func TestFileWritersLoseNothing(t *testing.T) {
	dir := tempDir(t)
	vaults := []*File{openCheap(t, dir), openCheap(t, dir)}
	var all sync.WaitGroup
	names := "abcdefghij"
	for i, name := range names {
		all.Go(func() { putOne(t, vaults[i%2], string(name), "x") })
	}
	all.Wait()
	for _, name := range names {
		wantOne(t, vaults[0], string(name), "x")
	}
}
