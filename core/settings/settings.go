package settings

import (
	"fmt"
	"strings"

	"github.com/understudy-auth/understudy/core/vault"
)

// FormatVersion is the format of the file that this program reads and writes.
const FormatVersion = 1

// Look is the colours of the window.
type Look string

// The looks. System follows the desktop.
const (
	LookSystem       Look = "system"
	LookLight        Look = "light"
	LookDark         Look = "dark"
	LookHighContrast Look = "high-contrast"
)

// Settings is what can be chosen. The comments of the file say what each means,
// and which values there are.
type Settings struct {
	Version        int        // of the file's format, always FormatVersion
	Vault          vault.Kind // KindKeyring or KindFile
	DataDir        string     // "" is the usual folder
	Look           Look
	Text           int // percent of the usual size
	Motion         bool
	LockAfter      int // minutes
	LockWithScreen bool
	KeepHistory    int    // days
	Camera         string // id of the camera that is looked through; "" is the first one
	CameraWidth    int    // of its pictures, as it is wanted
	CameraMirror   bool
}

// Default is what holds where nothing was chosen.
func Default() Settings {
	return Settings{
		Version:        FormatVersion,
		Vault:          vault.KindKeyring,
		Look:           LookSystem,
		Text:           100,
		Motion:         true,
		LockAfter:      10,
		LockWithScreen: true,
		KeepHistory:    90,
		CameraWidth:    1280,
		CameraMirror:   true,
	}
}

// Check finds a value that does not exist.
func (s Settings) Check() error {
	for _, f := range fields {
		if !f.set(&s, f.get(s)) {
			return fmt.Errorf("the setting %s cannot be %v; %s", f.key, f.get(s), f.choices())
		}
	}
	return nil
}

// text is the whole file.
func (s Settings) text() string {
	var b strings.Builder
	b.WriteString(head)
	for _, f := range fields {
		fmt.Fprintf(&b, "\n# %s\n", strings.ReplaceAll(f.comment, "\n", "\n# "))
		if len(f.allowed) > 1 {
			fmt.Fprintf(&b, "# One of: %s.\n", strings.Join(f.allowed, ", "))
		}
		b.WriteString(line(f.key, f.get(s)))
	}
	return b.String()
}

const head = `# The settings of Understudy. You may edit them. When a setting is changed in the
# program, it writes this file anew: comments of your own are lost then. A setting
# that is missing has its default; one that does not exist is refused.
`
