package settings

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-auth/understudy/core/vault"
)

func TestBadFiles(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		fault Fault
		line  int
		key   string
		says  string
	}{
		"no value":          {"look = \"dark\"\nvault = \n", FaultSyntax, 2, "", "line 2"},
		"no TOML":           {"understudy, please be dark", FaultSyntax, 1, "", "line 1"},
		"twice":             {"text = 100\ntext = 125\n", FaultSyntax, 2, "", "line 2"},
		"a Windows path":    {`data_dir = "C:\Users\ada"`, FaultSyntax, 1, "", "line 1"},
		"not UTF-8":         {"data_dir = \"\xff\"", FaultSyntax, 1, "", "line 1"},
		"unknown":           {"# mine\n\npin = \"12345\"\n", FaultUnknown, 3, "pin", `no setting "pin"; there are version, look, `},
		"capitals":          {"Vault = \"file\"", FaultUnknown, 1, "Vault", `no setting "Vault"`},
		"unknown, quoted":   {"\"a b\" = 1", FaultUnknown, 1, "a b", `no setting "a b"`},
		"unknown table":     {"text = 150\n[window]\nlook = \"dark\"", FaultUnknown, 2, "window", `no setting "window"`},
		"unknown, unusual":  {"\"p\\u0069n\" = 1", FaultUnknown, 0, "pin", `no setting "pin"`},
		"first of two":      {"text = 100\nb = 1\na = 1\ntext_size = 1", FaultUnknown, 2, "b", `no setting "b"`},
		"vault":             {"vault = \"usb-stick\"", FaultValue, 1, "vault", `vault has no such value; it is one of "keyring", "file"`},
		"no vault":          {"vault = \"\"", FaultValue, 1, "vault", "no such value"},
		"in memory":         {"vault = \"memory\"", FaultValue, 1, "vault", "no such value"},
		"text as text":      {"text = \"100\"", FaultValue, 1, "text", "one of 100, 125, 150, 175, 200"},
		"text as fraction":  {"text = 100.0", FaultValue, 1, "text", "no such value"},
		"huge text":         {"text = 400", FaultValue, 1, "text", "no such value"},
		"never locked":      {"lock_after = 0", FaultValue, 1, "lock_after", "one of 1, 5, 10, 30"},
		"motion as text":    {"motion = \"true\"", FaultValue, 1, "motion", "one of true, false"},
		"look as table":     {"[look]\ncolour = 1", FaultValue, 1, "look", "no such value"},
		"look, dotted":      {"look.colour = 1", FaultValue, 1, "look", "no such value"},
		"look as list":      {"look = [\"dark\", 1]", FaultValue, 1, "look", "no such value"},
		"history as date":   {"keep_history = 2026-05-04", FaultValue, 1, "keep_history", "one of 30, 90, 365"},
		"folder as number":  {"data_dir = 7", FaultValue, 1, "data_dir", "a text between quotation marks"},
		"no folder":         {"data_dir = \"a\\u0000b\"", FaultValue, 1, "data_dir", "no such value"},
		"too long a folder": {"data_dir = \"" + strings.Repeat("a", maxPath+1) + "\"", FaultValue, 1, "data_dir", "no such value"},
		"version as text":   {"version = \"1\"", FaultValue, 1, "version", "it is one of 1"},
		"version 0":         {"version = 0", FaultValue, 1, "version", "no such value"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(c.text, "config.toml")
			broken, ok := errors.AsType[*BrokenError](err)
			if !ok {
				t.Fatalf("%v, want a BrokenError", err)
			}
			if broken.Fault != c.fault || broken.Line != c.line || broken.Key != c.key {
				t.Errorf("fault %d, line %d, key %q; want %d, %d, %q", broken.Fault, broken.Line, broken.Key, c.fault, c.line, c.key)
			}
			if got := err.Error(); !strings.Contains(got, c.says) || !strings.HasPrefix(got, "the settings in config.toml") {
				t.Errorf("%q does not say %q", got, c.says)
			}
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, fileName)
	refused := func(what string) {
		t.Helper()
		_, err := readFile(path)
		if broken, ok := errors.AsType[*BrokenError](err); !ok || broken.Fault != FaultUnreadable || broken.Path != path {
			t.Errorf("%s: %v", what, err)
		}
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	refused("a folder")
	if err := os.WriteFile(path, []byte(strings.Repeat("#", maxFile+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused("a large file")
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		return // nothing is closed to us
	}
	if err := os.WriteFile(path, nil, 0); err != nil {
		t.Fatal(err)
	}
	refused("a closed file")
}

// What a newer version writes may have any form.
func TestNewerVersion(t *testing.T) {
	for _, text := range []string{"version = 2", "version = 9\nlook = [\"sepia\"]\n[tray]\nshown = true", "colour = 1\nversion = 99"} {
		if _, err := parse(text, "config.toml"); !errors.Is(err, ErrNewerVersion) || !strings.Contains(err.Error(), "left alone") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestFormerFiles(t *testing.T) {
	want := Default()
	want.Vault, want.DataDir = vault.KindFile, "/srv/ada"
	got, err := parse("vault = \"file\"\ndata_dir = '/srv/ada'\n", "config.toml")
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestText(t *testing.T) {
	s := Default()
	s.DataDir = `D:\Understudy "two"`
	want, err := os.ReadFile(filepath.Join("testdata", fileName))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), s.text()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCheck(t *testing.T) {
	for key, change := range map[string]func(*Settings){
		"version":      func(s *Settings) { s.Version = 2 },
		"vault":        func(s *Settings) { s.Vault = vault.KindMemory },
		"look":         func(s *Settings) { s.Look = "sepia" },
		"text":         func(s *Settings) { s.Text = 101 },
		"lock_after":   func(s *Settings) { s.LockAfter = 0 },
		"keep_history": func(s *Settings) { s.KeepHistory = -1 },
		"camera":       func(s *Settings) { s.Camera = "a\x00" },
		"camera_width": func(s *Settings) { s.CameraWidth = 1 },
		"data_dir":     func(s *Settings) { s.DataDir = "\xff" },
	} {
		s := Default()
		change(&s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), "the setting "+key+" cannot be") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// some draws settings that may be chosen.
func some() *rapid.Generator[Settings] {
	return rapid.Custom(func(t *rapid.T) Settings {
		return Settings{
			Version:        FormatVersion,
			Vault:          rapid.SampledFrom([]vault.Kind{vault.KindKeyring, vault.KindFile}).Draw(t, "vault"),
			DataDir:        rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0 })).Draw(t, "data_dir"),
			Look:           rapid.SampledFrom([]Look{LookSystem, LookLight, LookDark, LookHighContrast}).Draw(t, "look"),
			Text:           rapid.SampledFrom([]int{100, 125, 150, 175, 200}).Draw(t, "text"),
			Motion:         rapid.Bool().Draw(t, "motion"),
			LockAfter:      rapid.SampledFrom([]int{1, 5, 10, 30}).Draw(t, "lock_after"),
			LockWithScreen: rapid.Bool().Draw(t, "lock_with_screen"),
			KeepHistory:    rapid.SampledFrom([]int{30, 90, 365}).Draw(t, "keep_history"),
			Camera:         rapid.StringMatching(`[^\x00]{0,50}`).Draw(t, "camera"),
			CameraWidth:    rapid.SampledFrom([]int{640, 1280, 1920}).Draw(t, "camera_width"),
			CameraMirror:   rapid.Bool().Draw(t, "camera_mirror"),
		}
	})
}

func TestWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := some().Draw(t, "settings")
		got, err := parse(want.text(), "config.toml")
		if err != nil || got != want {
			t.Fatalf("%+v, %v; want %+v", got, err, want)
		}
	})
}

// FuzzParse: whatever a file holds is refused by a named error, or gives settings
// that can be written and read again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", Default().text(), "version = 2", "vault = ", "look.a = 1", "[[look]]", "\"\" = 1", "a.\"\".b = 1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parse(text, "config.toml")
		if err != nil {
			_, broken := errors.AsType[*BrokenError](err)
			if !broken && !errors.Is(err, ErrNewerVersion) {
				t.Fatalf("%v has no type", err)
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		if again, err := parse(s.text(), "config.toml"); err != nil || again != s {
			t.Fatalf("%+v, %v; want %+v", again, err, s)
		}
	})
}
