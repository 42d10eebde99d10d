package wire

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxJSONDepth is how deep objects and arrays may be nested; the messages of
// this package need three.
const maxJSONDepth = 4

// StrictUnmarshal is json.Unmarshal for messages from outside. encoding/json is
// generous in ways in which another reader of the same message may not be; what
// two readers understand differently is refused here:
//
//   - a key that an object has twice, also in different cases (encoding/json
//     would take the last one);
//   - a key that is a field's name but for its case (encoding/json would take it);
//   - null instead of a message (encoding/json would leave v as it was);
//   - anything but blanks after the value;
//   - text that is not UTF-8;
//   - more than four levels of objects and arrays.
//
// Fields that v does not have are ignored: newer peers may send more. Errors are
// for developers and repeat nothing of the message. After an error v may be
// filled in part.
func StrictUnmarshal(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errors.New("the JSON is not UTF-8")
	}
	if !json.Valid(data) {
		return errors.New("the text is not one JSON value")
	}
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		return errors.New("the JSON is null")
	}
	walk := strictWalk{json.NewDecoder(bytes.NewReader(data))}
	walk.dec.UseNumber() // the second reading judges the numbers
	if err := walk.value(reflect.TypeOf(v), 1); err != nil {
		return err
	}
	err := json.Unmarshal(data, v)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		// Its own text can repeat a number, and a number can be a PIN.
		return fmt.Errorf("the JSON has a value of the wrong type before byte %d, where a %s belongs", wrong.Offset, wrong.Type)
	}
	return err
}

// strictWalk reads JSON that is known to be valid, beside the Go type that it
// is for.
type strictWalk struct {
	dec *json.Decoder
}

// value reads one value; depth is the level that it has if it is an object or an
// array. t is nil where the type does not say which keys there are.
func (w strictWalk) value(t reflect.Type, depth int) error {
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	if depth > maxJSONDepth {
		return fmt.Errorf("the JSON is nested deeper than %d levels", maxJSONDepth)
	}
	t = plainType(t)
	if delim == '{' {
		err = w.members(t, depth)
	} else {
		err = w.elements(t, depth)
	}
	if err != nil {
		return err
	}
	_, err = w.dec.Token() // the closing delimiter
	return err
}

func (w strictWalk) elements(t reflect.Type, depth int) error {
	var elem reflect.Type
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
		elem = t.Elem()
	}
	for w.dec.More() {
		if err := w.value(elem, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w strictWalk) members(t reflect.Type, depth int) error {
	var elem reflect.Type // of a map
	var fields map[string]jsonField
	if t != nil {
		switch t.Kind() {
		case reflect.Struct:
			fields = fieldsOf(t)
		case reflect.Map:
			elem = t.Elem()
		}
	}
	seen := map[string]bool{}
	for w.dec.More() {
		token, err := w.dec.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string) // a member begins with nothing else
		folded := foldKey(key)
		if seen[folded] {
			return fmt.Errorf("the JSON has a key twice before byte %d", w.dec.InputOffset())
		}
		seen[folded] = true
		inner := elem
		if field, ok := fields[folded]; ok {
			if key != field.name {
				return fmt.Errorf("the JSON has the key %q in another case", field.name)
			}
			inner = field.typ
		}
		if err := w.value(inner, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// jsonField is a field by the name that encoding/json gives it.
type jsonField struct {
	name string
	typ  reflect.Type
}

var knownFields sync.Map // of map[string]jsonField by reflect.Type

// fieldsOf gives t's fields by their folded names.
func fieldsOf(t reflect.Type) map[string]jsonField {
	if known, ok := knownFields.Load(t); ok {
		return known.(map[string]jsonField)
	}
	fields := map[string]jsonField{}
	addFields(fields, t)
	knownFields.Store(t, fields)
	return fields
}

// addFields adds t's fields by their folded names. Fields of embedded structs
// come after t's own, which hide them, as in encoding/json.
func addFields(fields map[string]jsonField, t reflect.Type) {
	var embedded []reflect.Type
	for field := range t.Fields() {
		tag := field.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case tag == "-":
		case field.Anonymous && name == "" && inner.Kind() == reflect.Struct:
			embedded = append(embedded, inner)
		case field.IsExported():
			if name == "" {
				name = field.Name
			}
			if _, hidden := fields[foldKey(name)]; !hidden {
				fields[foldKey(name)] = jsonField{name, field.Type}
			}
		}
	}
	for _, inner := range embedded {
		addFields(fields, inner)
	}
}

// plainType follows pointers. It gives nil for types that read their own JSON.
func plainType(t reflect.Type) reflect.Type {
	for t != nil {
		if reads := reflect.PointerTo(t); reads.Implements(reflect.TypeFor[json.Unmarshaler]()) ||
			reads.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
			return nil
		}
		if t.Kind() != reflect.Pointer {
			return t
		}
		t = t.Elem()
	}
	return nil
}

// foldKey folds case as encoding/json does when it looks for a field, where the
// long s counts as an s and the Kelvin sign as a k.
func foldKey(key string) string {
	return strings.Map(func(r rune) rune {
		for {
			next := unicode.SimpleFold(r)
			if next <= r {
				return next
			}
			r = next
		}
	}, key)
}
