package settings

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestReplace(t *testing.T) {
	for name, c := range map[string]struct {
		text, aside string
		reason      Reason
	}{
		"broken": {"look = ", "config.toml.broken-1", ReasonBroken},
		"newer":  {"version = 2", "config.toml.newer-1", ReasonNewer},
	} {
		t.Run(name, func(t *testing.T) {
			folder := folderWith(t, c.text)
			s := Open(folder)
			if err := s.Load(); err == nil {
				t.Fatal("it was read")
			}
			notSaved(t, s, dark, c.reason)
			if got := content(t, s.Path()); got != c.text {
				t.Fatalf("it was written over: %q", got)
			}
			aside, err := s.Replace(context.Background())
			if err != nil || aside != filepath.Join(folder, c.aside) {
				t.Fatalf("%q, %v", aside, err)
			}
			if got := content(t, aside); got != c.text {
				t.Errorf("aside lies %q", got)
			}
			want := Default()
			dark(&want)
			if got := loaded(t, folder).Current(); got != want || s.Current() != want {
				t.Errorf("%+v and %+v, want %+v", got, s.Current(), want)
			}
			save(t, s, func(c *Settings) { c.Text = 200 })
			if aside, err := s.Replace(context.Background()); aside != "" || err != nil || loaded(t, folder).Current().Text != 200 {
				t.Errorf("a file in order was replaced: %q, %v", aside, err)
			}
		})
	}
}

func TestReplaceAgain(t *testing.T) {
	s := Open(t.TempDir())
	for _, name := range []string{"config.toml.broken-1", "config.toml.broken-2"} {
		write(t, s.folder, name)
		aside, err := s.Replace(context.Background())
		if err != nil || filepath.Base(aside) != name {
			t.Fatalf("%q, %v; want %s", aside, err, name)
		}
		if got := content(t, aside); got != name {
			t.Errorf("%s holds %q", name, got)
		}
	}
}

// What stands in the file's place goes aside whole, whatever it is.
func TestReplaceFolder(t *testing.T) {
	s := Open(t.TempDir())
	if err := os.MkdirAll(filepath.Join(s.Path(), "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	aside, err := s.Replace(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(aside, "below")); err != nil {
		t.Error(err)
	}
	if got := content(t, s.Path()); got != Default().text() {
		t.Errorf("the new file is %q", got)
	}
}

func TestReplaceNowhere(t *testing.T) {
	aside, err := Open("").Replace(context.Background())
	if e, ok := errors.AsType[*NotSavedError](err); aside != "" || !ok || e.Reason != ReasonNoFolder {
		t.Errorf("%q, %v", aside, err)
	}
}
