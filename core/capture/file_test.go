package capture

import (
	"errors"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFile(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"page.png", "--accept.png", "-", "no extension", "wrong.txt"} {
		if err := os.WriteFile(name, encoded(t, png.Encode), 0o600); err != nil {
			t.Fatal(err)
		}
		if img, err := File(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		} else {
			sameStripes(t, img)
		}
	}
	if left, _ := filepath.Glob("*"); len(left) != 5 {
		t.Errorf("files appeared: %v", left)
	}
}

func TestFileRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, data := range map[string]string{"text.png": "hello", "empty.png": "", "secret.png": "\x89PNG\r\n\x1a\n"} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("folder", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		words string
		is    error
	}{
		"missing.png":        {`there is no file "missing.png"; check the name`, fs.ErrNotExist},
		"a\x1b[2J\u202e.png": {`there is no file "a\x1b[2J\u202e.png"; check the name`, fs.ErrNotExist},
		"":                   {`there is no file ""; check the name`, fs.ErrNotExist},
		"folder":             {`"folder" is a folder; name a picture in it`, nil},
		"text.png":           {"this file is not a picture", ErrNotPicture},
		"empty.png":          {"this file is not a picture", ErrNotPicture},
		"secret.png":         {"this picture is cut off", ErrCutOff},
	} {
		_, err := File(t.Context(), name)
		if err == nil || !strings.HasPrefix(err.Error(), want.words) || (want.is != nil && !errors.Is(err, want.is)) {
			t.Errorf("%q: %v, want %s", name, err, want.words)
		}
	}
}

// Whether this account may read a file is not the same for root, so the words
// are tested without one.
func TestFileForbiddenInWords(t *testing.T) {
	err := explained("x.png", &fs.PathError{Op: "open", Path: "x.png", Err: fs.ErrPermission})
	if want := `this account may not read the file "x.png"; change its permissions or copy it`; err.Error() != want || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("err = %v", err)
	}
	err = explained("x.png", &fs.PathError{Op: "open", Path: "x.png", Err: errors.New("too many links")})
	if want := `the file "x.png" cannot be opened: too many links`; err.Error() != want {
		t.Errorf("err = %v", err)
	}
}
