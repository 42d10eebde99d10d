package settings

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"github.com/understudy-auth/understudy/core/vault"
)

const (
	maxPath = 4096 // the longest path that a system takes, in bytes
	maxName = 1024 // far more than the id of a camera
)

// field is one setting in the file.
type field struct {
	key     string
	comment string
	allowed []string // the values, as the file writes them; none where any text is one
	get     func(Settings) any
	// set takes a value as it was decoded and reports whether it is allowed.
	set func(*Settings, any) bool
}

// fields are all settings, in the order of the file. Reading, writing and checking
// go by this list and by nothing else.
var fields = []field{
	oneOf("version", "The format of this file. Leave it as it is.", func(s *Settings) *int { return &s.Version }, FormatVersion),
	oneOf("look", "The colours of the window; system follows the desktop.",
		func(s *Settings) *Look { return &s.Look }, LookSystem, LookLight, LookDark, LookHighContrast),
	oneOf("text", "The size of text and icons, in percent.", func(s *Settings) *int { return &s.Text }, 100, 125, 150, 175, 200),
	oneOf("motion", "Whether one screen fades into the next.", func(s *Settings) *bool { return &s.Motion }, true, false),
	oneOf("lock_after", "After how many minutes without use Understudy locks itself.",
		func(s *Settings) *int { return &s.LockAfter }, 1, 5, 10, 30),
	oneOf("lock_with_screen", "Whether Understudy locks itself when the screen is locked.",
		func(s *Settings) *bool { return &s.LockWithScreen }, true, false),
	oneOf("vault", "Where keys lie: in the keyring of this computer, or in an encrypted file that\nneeds a passphrase each time Understudy starts.",
		func(s *Settings) *vault.Kind { return &s.Vault }, vault.KindKeyring, vault.KindFile),
	free("data_dir", "The folder of profiles and history; empty is the usual one. Put a path with\nbackslashes between single quotes: 'D:\\Understudy'.",
		func(s *Settings) *string { return &s.DataDir }, maxPath),
	oneOf("keep_history", "How many days the history keeps a request.", func(s *Settings) *int { return &s.KeepHistory }, 30, 90, 365),
	free("camera", "The camera that is looked through, by its id; empty is the first one.", func(s *Settings) *string { return &s.Camera }, maxName),
	oneOf("camera_width", "The resolution that is wanted of it, by the width of its pictures.", func(s *Settings) *int { return &s.CameraWidth }, 640, 1280, 1920),
	oneOf("camera_mirror", "Whether it shows left at the left, as a mirror does.", func(s *Settings) *bool { return &s.CameraMirror }, true, false),
}

// free is a setting of any text, of so many bytes at most.
func free(key, comment string, at func(*Settings) *string, most int) field {
	return field{key: key, comment: comment, get: func(s Settings) any { return *at(&s) }, set: func(s *Settings, v any) bool {
		text, ok := v.(string)
		if !ok || len(text) > most || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return false
		}
		*at(s) = text
		return true
	}}
}

// oneOf is a setting with a few values.
func oneOf[T comparable](key, comment string, at func(*Settings) *T, values ...T) field {
	f := field{key: key, comment: comment, get: func(s Settings) any { return *at(&s) }}
	for _, v := range values {
		f.allowed = append(f.allowed, literal(v))
	}
	f.set = func(s *Settings, v any) bool {
		// As text, since the decoder knows neither our types nor our integers.
		i := slices.Index(f.allowed, literal(v))
		if i >= 0 {
			*at(s) = values[i]
		}
		return i >= 0
	}
	return f
}

// choices says what the values are.
func (f field) choices() string {
	if len(f.allowed) == 0 {
		return "it is a text between quotation marks"
	}
	return "it is one of " + strings.Join(f.allowed, ", ")
}

// keys are the names of all settings.
func keys() []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.key)
	}
	return names
}

// literal is a value as the file writes it, and "" for what is no single value.
func literal(v any) string {
	text, isValue := strings.CutPrefix(line("x", v), "x = ")
	if !isValue {
		return ""
	}
	return strings.TrimSuffix(text, "\n")
}

// line is a setting as the file writes it.
func line(key string, v any) string {
	text, err := toml.Marshal(map[string]any{key: v})
	if err != nil { // no value of a setting: nil, or a list of several kinds
		return ""
	}
	return string(text)
}
