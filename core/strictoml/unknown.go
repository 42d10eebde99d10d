package strictoml

import (
	"reflect"
	"strings"

	"github.com/BurntSushi/toml"
)

// lineOf finds the line on which a key stands, 0 where the file writes it in
// an unusual way.
func lineOf(text string, key toml.Key) int {
	parent, last := strings.Join(key[:len(key)-1], "."), key[len(key)-1]
	table, n := "", 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if header, ok := strings.CutPrefix(line, "["); ok {
			header, _, _ = strings.Cut(strings.TrimPrefix(header, "["), "]")
			table = strings.TrimSpace(header)
			if table == key.String() {
				return n
			}
			continue
		}
		left, _, ok := strings.Cut(line, "=")
		if ok && table == parent && strings.Trim(strings.TrimSpace(left), `"'`) == last {
			return n
		}
	}
	return 0
}

// nearest is the setting of the same table in t that differs in the fewest
// letters, or "" where none is near.
func nearest(t reflect.Type, key toml.Key) string {
	parent, last := key[:len(key)-1], key[len(key)-1]
	for _, part := range parent {
		for t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		f, ok := settingOf(t, part)
		if !ok {
			return ""
		}
		t = f.Type
	}
	for t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return ""
	}
	best, least := "", len(last)/3+2 // more letters than that are another word
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("toml"); tag != "" {
			if d := letters(last, tag); d < least {
				best, least = tag, d
			}
		}
	}
	if best == "" {
		return ""
	}
	return strings.Join(append(append([]string{}, parent...), best), ".")
}

func settingOf(t reflect.Type, name string) (reflect.StructField, bool) {
	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			if f := t.Field(i); f.Tag.Get("toml") == name {
				return f, true
			}
		}
	}
	return reflect.StructField{}, false
}

// letters is the edit distance of two short words.
func letters(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
