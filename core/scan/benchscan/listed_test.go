package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		p              listed
		texts          []string
		missing, extra []string
		closed         bool
	}{
		"found":              {listed{text: "a text"}, []string{"atext"}, nil, nil, false},
		"lines of one code":  {listed{text: "two\nlines"}, []string{"two\r\nlines"}, nil, nil, false},
		"two codes":          {listed{text: "one\ntwo\n"}, []string{"two", "one"}, nil, nil, false},
		"one of two":         {listed{text: "one\ntwo\n"}, []string{"two"}, []string{"one"}, nil, true},
		"another":            {listed{text: "one"}, []string{"other"}, []string{"one"}, []string{"other"}, true},
		"one more":           {listed{text: "one"}, []string{"one", "more"}, nil, []string{"more"}, false},
		"the same twice":     {listed{text: "one"}, []string{"one", "one"}, nil, nil, false},
		"no code":            {listed{}, []string{"text"}, nil, []string{"text"}, true},
		"nothing is known":   {listed{open: true}, []string{"text"}, nil, []string{"text"}, false},
		"lost by a terminal": {listed{text: "Grüße"}, []string{"Gr\x1d\xfc\xdfe"}, nil, nil, false},
	} {
		got := c.p.compare(c.texts)
		if !slices.Equal(got.missing, c.missing) || !slices.Equal(got.extra, c.extra) || got.closed != c.closed {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Pictures without a text are open only where others have one.
func TestList(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("text"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"none/a.png", "some/b.png", "some/below/c.jpg", "some/below/c.txt", "some/d.doc"} {
		write(name)
	}
	none, err := list(filepath.Join(dir, "none"))
	if err != nil || len(none) != 1 || none[0].open {
		t.Errorf("%+v, %v", none, err)
	}
	some, err := list(filepath.Join(dir, "some"))
	if err != nil || len(some) != 2 || !some[0].open || some[0].text != "" || some[1].open || some[1].text != "text" {
		t.Errorf("%+v, %v", some, err)
	}
}
