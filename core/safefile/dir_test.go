package safefile

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
)

// openTemp opens a fresh directory for one test.
func openTemp(t *testing.T) *Dir {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "data"))
}

func openAt(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func needModes(t *testing.T) {
	t.Helper()
	if !hasModes {
		t.Skip("no file modes on " + runtime.GOOS)
	}
}

func perm(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// visible lists the directory without lock files.
func visible(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".lock") {
			names = append(names, e.Name())
		}
	}
	sort.Strings(names)
	return names
}

func wantContent(t *testing.T, d *Dir, name, want string) {
	t.Helper()
	got, err := d.ReadFile(name, 1<<20)
	if err != nil || string(got) != want {
		t.Fatalf("ReadFile(%s) = %q, %v; want %q", name, got, err, want)
	}
}

func TestOpenMakesPrivateDirectory(t *testing.T) {
	needModes(t)
	path := filepath.Join(t.TempDir(), "a", "b")
	d := openAt(t, path)
	if got := perm(t, path); got != 0o700 {
		t.Errorf("mode %o, want 700", got)
	}
	if d.Repaired() {
		t.Error("a new directory counts as repaired")
	}
	if d.Path() != path {
		t.Errorf("Path() = %s, want %s", d.Path(), path)
	}
}

func TestOpenNarrowsDirectory(t *testing.T) {
	needModes(t)
	for _, mode := range []fs.FileMode{0o755, 0o750, 0o701, 0o777} {
		path := t.TempDir()
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if d := openAt(t, path); !d.Repaired() {
			t.Errorf("%o: not reported", mode)
		}
		if got := perm(t, path); got != 0o700 {
			t.Errorf("%o became %o, want 700", mode, got)
		}
		if d := openAt(t, path); d.Repaired() {
			t.Errorf("%o: reported again", mode)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	base := t.TempDir()
	real := filepath.Join(base, "real")
	link := filepath.Join(base, "link")
	file := filepath.Join(base, "file")
	if err := errors.Join(os.Mkdir(real, 0o700), os.Symlink(real, link), os.WriteFile(file, nil, 0o600)); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if _, err := Open(link); !errors.Is(err, ErrSymlink) || !strings.Contains(err.Error(), "name the directory it points to") {
		t.Errorf("link: %v, want ErrSymlink and what to do", err)
	}
	if _, err := Open(file); err == nil {
		t.Error("a file was opened as a directory")
	}
	if _, err := Open(filepath.Join(file, "below")); err == nil {
		t.Error("a directory below a file was opened")
	}
}

func TestOpenRefusesForeignDirectory(t *testing.T) {
	path := t.TempDir()
	if !hasModes || os.Geteuid() != 0 {
		t.Skip("giving a directory away takes root")
	}
	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Skip(err)
	}
	if _, err := Open(path); !errors.Is(err, ErrNotOwned) {
		t.Errorf("%v, want ErrNotOwned", err)
	}
}

func TestNames(t *testing.T) {
	d := openTemp(t)
	for _, name := range []string{
		"", ".", "..", "../x", "/etc/passwd", "a/b", `a\b`, ".hidden", tempPrefix + "x", "-f", "_a", "a b", "a\x00", "ä", "a:b", strings.Repeat("a", 101),
	} {
		errs := map[string]error{
			"WriteFile": d.WriteFile(name, nil),
			"Append":    d.Append(name, nil),
			"Remove":    d.Remove(name),
			"Rename":    d.Rename(name, "x"),
			"Rename to": d.Rename("x", name),
		}
		_, errs["ReadFile"] = d.ReadFile(name, 1)
		_, errs["Reader"] = d.Reader(name)
		_, errs["LockName"] = d.LockName(context.Background(), name)
		for call, err := range errs {
			if !errors.Is(err, ErrName) {
				t.Errorf("%s(%q): %v, want ErrName", call, name, err)
			}
		}
	}
	if got := visible(t, d.Path()); len(got) != 0 {
		t.Errorf("refused names left %q", got)
	}
}

func TestWriteReadRemove(t *testing.T) {
	d := openTemp(t)
	if _, err := d.ReadFile("index.json", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("missing file: %v, want fs.ErrNotExist", err)
	}
	for _, content := range []string{"first", "", "second, and longer"} {
		if err := d.WriteFile("index.json", []byte(content)); err != nil {
			t.Fatal(err)
		}
		wantContent(t, d, "index.json", content)
	}
	if _, err := d.ReadFile("index.json", 17); !errors.Is(err, ErrTooLarge) {
		t.Errorf("18 bytes read with a limit of 17: %v", err)
	}
	if _, err := d.ReadFile("index.json", 18); err != nil {
		t.Errorf("18 bytes read with a limit of 18: %v", err)
	}
	if got := visible(t, d.Path()); len(got) != 1 {
		t.Errorf("left in the directory: %q", got)
	}
	for range 2 {
		if err := d.Remove("index.json"); err != nil {
			t.Fatal(err)
		}
	}
	if got := visible(t, d.Path()); len(got) != 0 {
		t.Errorf("left after Remove: %q", got)
	}
}

func TestRename(t *testing.T) {
	d := openTemp(t)
	if err := errors.Join(d.WriteFile("old", []byte("mine")), d.WriteFile("taken", []byte("other"))); err != nil {
		t.Fatal(err)
	}
	if err := d.Rename("old", "taken"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a taken name: %v, want fs.ErrExist", err)
	}
	if err := d.Rename("missing", "free"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v, want fs.ErrNotExist", err)
	}
	if err := d.Rename("old", "new"); err != nil {
		t.Fatal(err)
	}
	wantContent(t, d, "new", "mine")
	wantContent(t, d, "taken", "other")
	if got := visible(t, d.Path()); len(got) != 2 {
		t.Errorf("left in the directory: %q", got)
	}
}

func TestModeOfFiles(t *testing.T) {
	needModes(t)
	d := openTemp(t)
	for _, name := range []string{"replaced", "appended"} {
		if err := os.WriteFile(filepath.Join(d.Path(), name), []byte("old "), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, write := range map[string]func(string, []byte) error{
		"replaced": d.WriteFile, "new": d.WriteFile, "appended": d.Append, "new-log": d.Append,
	} {
		if err := write(name, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if got := perm(t, filepath.Join(d.Path(), name)); got != 0o600 {
			t.Errorf("%s has mode %o, want 600", name, got)
		}
	}
	wantContent(t, d, "appended", "old x")
}

func TestLinksAreNotFollowed(t *testing.T) {
	d := openTemp(t)
	outside := filepath.Join(t.TempDir(), "outside")
	inside := filepath.Join(d.Path(), "inside")
	for _, target := range []string{outside, inside} {
		if err := os.WriteFile(target, []byte("untouched"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{"out": outside, "in": "inside", "dangling": "nowhere"} {
		t.Run(name, func(t *testing.T) {
			link := filepath.Join(d.Path(), name)
			if err := os.Symlink(target, link); err != nil {
				t.Skip("no symbolic links here:", err)
			}
			if _, err := d.ReadFile(name, 100); !errors.Is(err, ErrSymlink) {
				t.Errorf("ReadFile: %v, want ErrSymlink", err)
			}
			if err := d.Append(name, []byte("x")); !errors.Is(err, ErrSymlink) {
				t.Errorf("Append: %v, want ErrSymlink", err)
			}
			if err := d.WriteFile(name, []byte("mine")); err != nil {
				t.Fatal(err)
			}
			wantContent(t, d, name, "mine")
			if info, err := os.Lstat(link); err != nil || !info.Mode().IsRegular() {
				t.Errorf("WriteFile did not replace the link: %v, %v", info, err)
			}
		})
	}
	for _, target := range []string{outside, inside} {
		if got, _ := os.ReadFile(target); string(got) != "untouched" {
			t.Errorf("%s was changed to %q", target, got)
		}
	}
	if _, err := os.Stat(filepath.Join(d.Path(), "nowhere")); err == nil {
		t.Error("a dangling link was followed")
	}
}

func TestAppend(t *testing.T) {
	d := openTemp(t)
	for _, line := range []string{"one\n", "two\n"} {
		if err := d.Append("log", []byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	wantContent(t, d, "log", "one\ntwo\n")
}

func TestConcurrentWritersNeverMix(t *testing.T) {
	d := openTemp(t)
	contents := [][]byte{bytes.Repeat([]byte("a"), 50_000), bytes.Repeat([]byte("b"), 50_000)}
	var writers sync.WaitGroup
	for _, content := range contents {
		writers.Go(func() {
			for range 20 {
				if err := d.WriteFile("f", content); err != nil {
					t.Error(err)
				}
				// Opening removes leftovers and must spare living writers.
				other, err := Open(d.Path())
				if err != nil {
					t.Error(err)
					return
				}
				got, err := other.ReadFile("f", 1<<20)
				if err != nil || !bytes.Equal(got, contents[0]) && !bytes.Equal(got, contents[1]) {
					t.Errorf("mixed content of %d bytes, %v", len(got), err)
				}
				_ = other.Close()
			}
		})
	}
	writers.Wait()
	if got := visible(t, d.Path()); len(got) != 1 {
		t.Errorf("left in the directory: %q", got)
	}
}

func TestLockExcludes(t *testing.T) {
	first := openTemp(t)
	second := openAt(t, first.Path())
	unlock, err := first.Lock(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(context.Background())
	end()
	for _, d := range []*Dir{first, second} {
		if _, err := d.Lock(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("second holder: %v, want context.Canceled", err)
		}
	}
	other, err := second.LockName(context.Background(), "history")
	if err != nil {
		t.Fatalf("another lock of the same directory: %v", err)
	}
	other()
	got := make(chan error)
	go func() {
		unlock, err := second.Lock(context.Background())
		if err == nil {
			unlock()
		}
		got <- err
	}()
	unlock()
	if err := <-got; err != nil {
		t.Errorf("after unlocking: %v", err)
	}
}

func TestLockGuardsAReadAndWrite(t *testing.T) {
	d := openTemp(t)
	if err := d.WriteFile("count", nil); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			unlock, err := d.Lock(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			old, err := d.ReadFile("count", 100)
			if err == nil {
				err = d.WriteFile("count", append(old, 'x'))
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	wantContent(t, d, "count", "xxxxxxxx")
}
