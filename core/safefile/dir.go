package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What Open and the file calls refuse. Each arrives wrapped, with the path and
// what to do in its text.
var (
	ErrSymlink  = errors.New("is a symbolic link")
	ErrNotOwned = errors.New("belongs to another user")
	ErrName     = errors.New("not a usable file name")
	ErrTooLarge = errors.New("file is too large")
)

// dirMode lets nobody but the owner in; fileMode lets nobody else read.
const (
	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600
)

// tempPrefix starts the names of files that are still being written.
const tempPrefix = ".tmp-"

// Dir is a private directory. Its methods may be called by several goroutines.
type Dir struct {
	path     string
	root     *os.Root
	repaired bool
	// step is called between the steps of WriteFile and Append. Tests set it
	// to die there; it is nil otherwise.
	step func(name string)
}

// Open opens the directory at path and makes it, and its parents, where they
// are missing. See the package's description for what it demands.
func Open(path string) (*Dir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("data directory %s: %w", path, err)
	}
	before, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(path, dirMode); err == nil {
			before, err = os.Lstat(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if before.Mode()&fs.ModeSymlink != 0 {
		return nil, fmt.Errorf("data directory %s %w; name the directory it points to instead", path, ErrSymlink)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	d := &Dir{path: path, root: root}
	if err := d.secure(before); err != nil {
		_ = root.Close()
		return nil, err
	}
	if err := d.removeLeftovers(); err != nil {
		_ = root.Close()
		return nil, fmt.Errorf("data directory %s: remove unfinished files: %w", path, err)
	}
	return d, nil
}

// secure checks owner and mode on the opened directory itself, not on its
// name, and narrows the mode.
func (d *Dir) secure(before fs.FileInfo) error {
	self, err := d.root.Open(".")
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	defer self.Close()
	info, err := self.Stat()
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	if !os.SameFile(before, info) {
		return fmt.Errorf("data directory %s was replaced while it was opened: %w", d.path, ErrSymlink)
	}
	if !ownedByUs(info) {
		return fmt.Errorf("data directory %s %w; name one of your own", d.path, ErrNotOwned)
	}
	if hasModes && info.Mode().Perm()&^dirMode != 0 {
		if err := self.Chmod(info.Mode().Perm() & dirMode); err != nil {
			return fmt.Errorf("data directory %s is open to other users and cannot be closed: %w", d.path, err)
		}
		d.repaired = true
	}
	return nil
}

// removeLeftovers deletes what a killed writer left. It does nothing while
// another process writes: the next Open will.
func (d *Dir) removeLeftovers() error {
	names, err := d.names()
	if err != nil {
		return err
	}
	var leftovers []string
	for _, name := range names {
		if strings.HasPrefix(name, tempPrefix) {
			leftovers = append(leftovers, name)
		}
	}
	if len(leftovers) == 0 {
		return nil
	}
	lock, err := d.openLock(writersLock)
	if err != nil {
		return err
	}
	defer lock.Close()
	if free, err := tryLock(lock); err != nil || !free {
		return err
	}
	for _, name := range leftovers {
		if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Path is where the directory is, absolute: for messages, not for opening
// files past this package.
func (d *Dir) Path() string { return d.path }

// Repaired reports whether other users could read the directory until Open
// narrowed it. The person should be told: what lay in it may have been seen.
func (d *Dir) Repaired() bool { return d.repaired }

// Close releases the directory. Locks that are held stay held.
func (d *Dir) Close() error { return d.root.Close() }

// names lists everything in the directory, this package's own files too.
func (d *Dir) names() ([]string, error) {
	self, err := d.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer self.Close()
	return self.Readdirnames(-1)
}

// checkName keeps file names to one harmless path element.
func checkName(name string) error {
	ok := name != "" && len(name) <= 100 && filepath.IsLocal(name)
	for i, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		ok = ok && (letter || i > 0 && (r == '.' || r == '_' || r == '-'))
	}
	if !ok {
		return fmt.Errorf("%w: %q", ErrName, name)
	}
	return nil
}
