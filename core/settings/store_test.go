package settings

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/understudy-auth/understudy/core/safefile"
	"github.com/understudy-auth/understudy/core/vault"
)

func dark(s *Settings) { s.Look = LookDark }

// folderWith is a folder with that file.
func folderWith(t *testing.T, text string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "understudy")
	write(t, folder, text)
	return folder
}

func write(t *testing.T, folder, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, fileName), []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func loaded(t *testing.T, folder string) *Store {
	t.Helper()
	s := Open(folder)
	if err := s.Load(); err != nil {
		t.Fatal(err)
	}
	return s
}

func save(t *testing.T, s *Store, change func(*Settings)) {
	t.Helper()
	if err := s.Save(context.Background(), change); err != nil {
		t.Fatal(err)
	}
}

// notSaved makes a change that cannot be saved, and holds all the same.
func notSaved(t *testing.T, s *Store, change func(*Settings), want Reason) {
	t.Helper()
	expected := s.Current()
	change(&expected)
	err := s.Save(context.Background(), change)
	if e, ok := errors.AsType[*NotSavedError](err); !ok || e.Reason != want || e.Path != s.Path() {
		t.Errorf("%#v, want reason %d", err, want)
	}
	if got := s.Current(); got != expected {
		t.Errorf("%+v, want %+v: the change does not hold", got, expected)
	}
}

func TestSaveAndLoad(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "understudy")
	s := loaded(t, folder)
	if s.Current() != Default() {
		t.Errorf("without a file: %+v", s.Current())
	}
	if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading made a folder: %v", err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		want := some().Draw(rt, "settings")
		if err := s.Save(context.Background(), func(c *Settings) { *c = want }); err != nil {
			rt.Fatal(err)
		}
		again := Open(folder)
		if err := again.Load(); err != nil || s.Current() != want || again.Current() != want {
			rt.Fatalf("%v: %+v, %+v; want %+v", err, s.Current(), again.Current(), want)
		}
	})
	if info, err := os.Stat(s.Path()); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v; want mode 600", info, err)
	}
}

func TestSaveKeepsWhatIsThere(t *testing.T) {
	const mine = "# My own comment.\ntext = 150\n"
	folder := folderWith(t, mine)
	s := loaded(t, folder)
	save(t, s, func(c *Settings) { c.Text = 150 })
	if got := content(t, s.Path()); got != mine {
		t.Errorf("a change that changes nothing wrote %q", got)
	}
	save(t, Open(folder), dark) // without Load
	want := Default()
	want.Text, want.Look = 150, LookDark
	if got := loaded(t, folder).Current(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestValuesThatDoNotExist(t *testing.T) {
	s := Open(t.TempDir())
	err := s.Save(context.Background(), func(c *Settings) { c.Look, c.Text = LookDark, 99 })
	if _, notSaved := errors.AsType[*NotSavedError](err); err == nil || notSaved || s.Current() != Default() {
		t.Errorf("%v: %+v", err, s.Current())
	}
	// Nor by way of what another process has written meanwhile.
	write(t, s.folder, "text = 200")
	save(t, s, func(c *Settings) { c.Text += 25 })
	if got := loaded(t, s.folder).Current().Text; got != 200 {
		t.Errorf("text %d", got)
	}
}

func TestConcurrentSaves(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "understudy")
	one, two := Open(folder), Open(folder)
	changes := []func(*Settings){
		dark,
		func(s *Settings) { s.Text = 200 },
		func(s *Settings) { s.Motion = false },
		func(s *Settings) { s.LockAfter = 1 },
		func(s *Settings) { s.LockWithScreen = false },
		func(s *Settings) { s.KeepHistory = 365 },
		func(s *Settings) { s.Vault = vault.KindFile },
		func(s *Settings) { s.DataDir = "/srv" },
	}
	want := Default()
	var all sync.WaitGroup
	for i, change := range changes {
		change(&want)
		store := []*Store{one, two}[i%2]
		all.Go(func() {
			if err := store.Save(context.Background(), change); err != nil {
				t.Error(err)
			}
			_ = store.Current()
		})
	}
	all.Wait()
	if got := loaded(t, folder).Current(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	// Setting a value counts, also where this store had it all the time.
	save(t, two, func(s *Settings) { s.Text = 125 })
	save(t, one, func(s *Settings) { s.Text = 200 })
	if got := loaded(t, folder).Current().Text; got != 200 {
		t.Errorf("text %d, want the one saved last", got)
	}
}

func TestUnsavedIsSavedLater(t *testing.T) {
	folder := folderWith(t, "look = ")
	s := Open(folder)
	if err := s.Load(); err == nil {
		t.Fatal("a broken file was read")
	}
	notSaved(t, s, dark, ReasonBroken)
	if err := s.Load(); err == nil || s.Current().Look != LookDark {
		t.Errorf("%v: %+v", err, s.Current())
	}
	write(t, folder, "text = 150") // the person has repaired it
	if err := s.Load(); err != nil || s.Current().Look != LookDark || s.Current().Text != 150 {
		t.Errorf("%v: %+v", err, s.Current())
	}
	save(t, s, func(c *Settings) { c.Motion = false })
	want := Default()
	want.Look, want.Text, want.Motion = LookDark, 150, false
	if got := loaded(t, folder).Current(); got != want || s.Current() != want {
		t.Errorf("%+v and %+v, want %+v", got, s.Current(), want)
	}
}

func TestLinksAreLeftAlone(t *testing.T) {
	base := t.TempDir()
	outside := folderWith(t, "text = 125")
	linked := filepath.Join(base, "linked")
	if err := errors.Join(os.Mkdir(linked, 0o700), os.Symlink(filepath.Join(outside, fileName), filepath.Join(linked, fileName)),
		os.Symlink(outside, filepath.Join(base, "folder"))); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for _, name := range []string{"linked", "folder"} {
		s := loaded(t, filepath.Join(base, name))
		if s.Current().Text != 125 {
			t.Errorf("%s was not read", name)
		}
		notSaved(t, s, dark, ReasonLink)
		if got := content(t, s.Path()); got != "text = 125" {
			t.Errorf("%s was written: %q", name, got)
		}
	}
}

func TestNoPlace(t *testing.T) {
	s := loaded(t, "")
	if s.Path() != "" {
		t.Errorf("path %q", s.Path())
	}
	notSaved(t, s, dark, ReasonNoFolder)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	notSaved(t, Open(file), dark, ReasonOther)
}

func TestBusy(t *testing.T) {
	s := Open(t.TempDir())
	dir, err := safefile.Open(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	unlock, err := dir.LockName(context.Background(), lockName)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err = s.Save(ctx, dark)
	if e, ok := errors.AsType[*NotSavedError](err); !ok || e.Reason != ReasonBusy || !strings.Contains(err.Error(), "could not be saved") {
		t.Errorf("%v", err)
	}
}
