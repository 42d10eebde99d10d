// Package strictoml reads configuration files in TOML and refuses settings that
// do not exist: a mistyped one must not pass as its default. The error says on
// which line it stands and what was probably meant.
package strictoml

import (
	"fmt"
	"reflect"

	"github.com/BurntSushi/toml"
)

// Unmarshal reads text into the struct that v points to, whose fields have toml
// tags. What text leaves out stays as it is. name is the file's, for errors: of
// those, an *UnknownError is for a setting that the struct lacks.
func Unmarshal(text, name string, v any) error {
	meta, err := toml.Decode(text, v)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return &UnknownError{
			File: name, Line: lineOf(text, unknown[0]),
			Setting: unknown[0].String(), Meant: nearest(reflect.TypeOf(v).Elem(), unknown[0]),
		}
	}
	return nil
}

// UnknownError is a setting that does not exist.
type UnknownError struct {
	File    string
	Line    int    // 0 where the file writes it in an unusual way
	Setting string // with its tables: "pin.max_failure"
	Meant   string // the setting of the same table that is nearly so written; "" where none is
}

func (e *UnknownError) Error() string {
	where, hint := e.File, ""
	if e.Line > 0 {
		where = fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	if e.Meant != "" {
		hint = fmt.Sprintf(" (did you mean %q?)", e.Meant)
	}
	return fmt.Sprintf("%s: there is no setting %q%s", where, e.Setting, hint)
}
