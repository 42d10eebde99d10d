package settings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/understudy-auth/understudy/core/safefile"
)

// ErrNewerVersion is the cause where a newer version of this program wrote the
// file.
var ErrNewerVersion = errors.New("a newer version of Understudy wrote the settings")

// errNoFolder: without a home there is no place for settings.
var errNoFolder = errors.New("there is no folder for settings, as HOME is not set")

// Fault is what is wrong with a file.
type Fault int

// The faults.
const (
	FaultUnreadable Fault = iota // no file, too large, or without the right to read it
	FaultSyntax                  // a line is no TOML
	FaultUnknown                 // there is no such setting
	FaultValue                   // there is no such value
)

// BrokenError says why a file cannot be used, and where.
type BrokenError struct {
	Path    string
	Line    int // 0 where it is not known
	Fault   Fault
	Key     string   // the setting, for FaultUnknown and FaultValue
	Allowed []string // the settings that exist, or the values; none where any path is one
	Err     error    // the cause, for FaultUnreadable and FaultSyntax
}

func (e *BrokenError) Error() string {
	where := e.Path
	if e.Line > 0 {
		where = fmt.Sprintf("%s, line %d", e.Path, e.Line)
	}
	return fmt.Sprintf("the settings in %s cannot be used: %s", where, e.problem())
}

func (e *BrokenError) problem() string {
	switch {
	case e.Fault == FaultUnknown:
		return fmt.Sprintf("there is no setting %q; there are %s", e.Key, strings.Join(e.Allowed, ", "))
	case e.Fault == FaultValue:
		return e.Key + " has no such value; " + field{allowed: e.Allowed}.choices()
	}
	return e.Err.Error()
}

func (e *BrokenError) Unwrap() error { return e.Err }

// Reason is why settings were not saved.
type Reason int

// The reasons.
const (
	ReasonOther     Reason = iota // see the cause
	ReasonFull                    // the disk, or the person's part of it, is full
	ReasonProtected               // the folder may not be written
	ReasonLink                    // the file or its folder is a link
	ReasonBroken                  // the file cannot be used, see BrokenError
	ReasonNewer                   // a newer version wrote the file
	ReasonBusy                    // the context ended while another process had the file
	ReasonNoFolder                // there is none, as there is no home
)

// NotSavedError says why a change was not saved. It holds in memory.
type NotSavedError struct {
	Path   string
	Reason Reason
	Err    error
}

func (e *NotSavedError) Error() string { return "the settings could not be saved: " + e.Err.Error() }

func (e *NotSavedError) Unwrap() error { return e.Err }

// reasonOf finds the reason in what reading and writing returned.
func reasonOf(err error) Reason {
	_, broken := errors.AsType[*BrokenError](err)
	switch {
	case broken: // also where the cause is a missing right
		return ReasonBroken
	case errors.Is(err, ErrNewerVersion):
		return ReasonNewer
	case errors.Is(err, errNoFolder):
		return ReasonNoFolder
	case errors.Is(err, safefile.ErrSymlink):
		return ReasonLink
	case errors.Is(err, safefile.ErrNotOwned), errors.Is(err, fs.ErrPermission), isAny(err, protected):
		return ReasonProtected
	case isAny(err, full):
		return ReasonFull
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ReasonBusy
	}
	return ReasonOther
}

func isAny(err error, of []error) bool {
	for _, target := range of {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}
