package camera

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-auth/understudy/core/capture"
)

// folder writes files; what they hold is by their names: the grey level of a
// picture, or damaged.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var l byte
		switch _, scanned := fmt.Sscanf(name, "%d", &l); {
		case scanned != nil:
			_, err = f.Write([]byte("\x89PNG\r\n\x1a\nno more"))
		case strings.HasSuffix(name, ".png"):
			gray := image.NewGray(image.Rect(0, 0, 40, 30))
			for i := range gray.Pix {
				gray.Pix[i] = l
			}
			err = png.Encode(f, gray)
		default:
			_, err = f.Write(encoded(t, plain(image.Pt(64, 32), l)))
		}
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// frames is what a source gives to its end: levels of grey, and before each how
// many were damaged.
func frames(t *testing.T, source Files, most int) (out string, err error) {
	t.Helper()
	s, err := source.Open(t.Context())
	if err != nil {
		return "", err
	}
	defer s.Close()
	for n := 1; n <= most; n++ {
		f, err := s.Next(t.Context())
		if err != nil {
			return strings.TrimSpace(out), err
		}
		if f.Number != n {
			t.Errorf("frame %d is %d", n, f.Number)
		}
		out += strings.Repeat(" x", f.Damaged)
		if g, ok := f.Image.(*image.Gray); ok {
			out += fmt.Sprint(" ", g.Pix[0])
		} else {
			out += fmt.Sprint(" ", level(t, f.Image))
		}
	}
	return strings.TrimSpace(out), nil
}

func TestFiles(t *testing.T) {
	mixed := folder(t, "100.png", "20.jpg", "30.JPEG", "broken.png", "note.txt", ".40.png", "50.mjpeg", "c.png")
	stream := filepath.Join(folder(t), "s.mjpeg")
	one := encoded(t, plain(image.Pt(64, 32), 10))
	data := append(append([]byte("\r\n--b\r\n\r\n"), one...), one[:len(one)-3]...)
	data = append(data, encoded(t, plain(image.Pt(64, 32), 200))...)
	if err := os.WriteFile(stream, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		source Files
		want   string
	}{
		{"a folder", Files{Path: mixed}, "100 20 30"},
		{"a folder, again and again", Files{Path: mixed, Repeat: true}, "100 20 30 x x 100 20 30 x x 100"},
		{"one picture", Files{Path: filepath.Join(mixed, "20.jpg")}, "20"},
		{"a damaged one first", Files{Path: folder(t, "-a.png", "-b.png", "7.png", "c.png")}, "x x 7"},
		{"MJPEG", Files{Path: stream}, "10 x 200"},
		{"MJPEG, again and again", Files{Path: stream, Repeat: true}, "10 x 200 10 x 200 10 x 200 10"},
		{"a JPEG is MJPEG too", Files{Path: filepath.Join(mixed, "50.mjpeg")}, "50"},
	} {
		most, end := 7, error(nil)
		if !c.source.Repeat {
			end = io.EOF
		}
		if got, err := frames(t, c.source, most); got != c.want || !errors.Is(err, end) {
			t.Errorf("%s: %q %v, want %q", c.name, got, err, c.want)
		}
	}
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"no folder":         {filepath.Join(mixed, "missing"), fs.ErrNotExist},
		"an empty folder":   {t.TempDir(), ErrNoFrames},
		"only damaged ones": {folder(t, "a.png", "b.png"), ErrNoFrames},
		"no MJPEG":          {filepath.Join(mixed, "note.txt"), ErrNoFrames},
		"no pictures":       {folder(t, "note.txt"), ErrNoFrames},
	} {
		if _, err := (Files{Path: c.path, Repeat: true}).Open(t.Context()); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What was good may be gone when it begins again.
func TestFilesSpoiled(t *testing.T) {
	dir := folder(t, "7.png")
	s, err := Files{Path: dir, Repeat: true}.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Next(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "7.png"), 20); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// A picture that is a bomb is refused, as it is everywhere.
func TestFilesBomb(t *testing.T) {
	bomb := encoded(t, plain(image.Pt(16, 16), 10))
	at, _ := segment(t, bomb, 0xc0)
	copy(bomb[at+5:], "\xff\xff\xff\xff")
	path := filepath.Join(t.TempDir(), "a.jpg")
	if err := os.WriteFile(path, bomb, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (Files{Path: path}).Open(t.Context()); err == nil {
		t.Error("it was read")
	} else if _, ok := errors.AsType[*capture.TooLargeError](err); !ok {
		t.Error(err)
	}
}

func TestFilesPace(t *testing.T) {
	dir := folder(t, "10.png", "20.png", "30.png")
	synctest.Test(t, func(t *testing.T) {
		s, err := Files{Path: dir, Every: time.Second, Repeat: true}.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if a := s.About(); !a.Live || a.Device.Name != filepath.Base(dir) || a.Mode.Size != image.Pt(40, 30) {
			t.Errorf("%+v", a)
		}
		began := time.Now()
		for range 5 {
			if _, err := s.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(began); d != 5*time.Second {
			t.Error(d)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
