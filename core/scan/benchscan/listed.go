package main

import (
	"cmp"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// listed is a picture and what is known of it.
type listed struct {
	path, text string
	open       bool // it may hold any code
}

// list is the pictures in a folder and those below it.
func list(dir string) (pictures []listed, err error) {
	known := false
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"}, strings.ToLower(filepath.Ext(path))) {
			return err
		}
		text, err := os.ReadFile(strings.TrimSuffix(path, filepath.Ext(path)) + ".txt")
		if err != nil && !os.IsNotExist(err) {
			return err
		}
		known = known || err == nil
		pictures = append(pictures, listed{path, string(text), err != nil})
		return nil
	})
	for i := range pictures {
		pictures[i].open = pictures[i].open && known
	}
	return pictures, err
}

func (p listed) load() (image.Image, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	picture, _, err := image.Decode(f)
	return picture, err
}

// comparison is what a reading has too little and too much.
type comparison struct {
	expected, missing, extra []string
	closed                   bool // what is extra is wrong
}

// compare takes the text file as one text if that was read, as one a line
// otherwise.
func (p listed) compare(texts []string) comparison {
	var c comparison
	for _, t := range texts {
		c.extra = append(c.extra, plain(t))
	}
	lines := strings.FieldsFunc(p.text, func(r rune) bool { return r == '\n' || r == '\r' })
	if slices.Contains(c.extra, plain(p.text)) {
		lines = []string{p.text}
	}
	for _, line := range lines {
		line = plain(line)
		if line == "" {
			continue
		}
		c.expected = append(c.expected, line)
		if i := slices.Index(c.extra, line); i >= 0 {
			c.extra = slices.Delete(c.extra, i, i+1)
		} else {
			c.missing = append(c.missing, line)
		}
	}
	// The same code twice is no other text.
	c.extra = slices.DeleteFunc(c.extra, func(e string) bool { return slices.Contains(c.expected, e) })
	c.closed = !p.open && (len(c.missing) > 0 || len(c.expected) == 0)
	return c
}

// plain keeps what every terminal and text file does, if that is anything.
func plain(s string) string {
	kept := strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7F {
			return -1
		}
		return r
	}, s)
	return cmp.Or(kept, strings.TrimSpace(s))
}
