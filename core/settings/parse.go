package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile is far more than all settings take.
const maxFile = 64 << 10

// readFile reads the file; without one there are defaults.
func readFile(path string) (Settings, error) {
	data, err := readAll(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	if err != nil {
		return Settings{}, &BrokenError{Path: path, Fault: FaultUnreadable, Err: err}
	}
	return parse(string(data), path)
}

// readAll follows links, as people keep such files elsewhere, but opens no pipe,
// which would hang.
func readAll(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return data, err
}

// parse reads settings from text; path is for errors.
func parse(text, path string) (Settings, error) {
	raw := map[string]any{}
	meta, err := toml.Decode(text, &raw)
	if err != nil {
		broken := &BrokenError{Path: path, Fault: FaultSyntax, Err: err}
		if at, ok := errors.AsType[toml.ParseError](err); ok {
			broken.Line = at.Position.Line
		}
		return Settings{}, broken
	}
	// First of all: what else there is may be right in that version.
	if version, ok := raw["version"].(int64); ok && version > FormatVersion {
		return Settings{}, fmt.Errorf("%w in %s (format %d, this program knows %d); they were left alone, update this program",
			ErrNewerVersion, path, version, FormatVersion)
	}
	s := Default()
	for _, key := range meta.Keys() { // in the order of the file: the first fault is told
		name := key[0]
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == name })
		switch {
		case i < 0:
			return Settings{}, &BrokenError{Path: path, Line: lineOf(text, name), Fault: FaultUnknown, Key: name, Allowed: keys()}
		case !fields[i].set(&s, raw[name]):
			return Settings{}, &BrokenError{Path: path, Line: lineOf(text, name), Fault: FaultValue, Key: name, Allowed: fields[i].allowed}
		}
	}
	return s, nil
}

// lineOf finds the line on which a setting stands, 0 where the file writes it in
// an unusual way. The decoder does not tell.
func lineOf(text, key string) int {
	n := 0
	for l := range strings.Lines(text) {
		n++
		l = strings.TrimLeft(l, "[ \t")
		if end := strings.IndexAny(l, "=.]"); end >= 0 && strings.Trim(l[:end], " \t\"'") == key {
			return n
		}
	}
	return 0
}
