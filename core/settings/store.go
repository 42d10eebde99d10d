package settings

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/understudy-auth/understudy/core/safefile"
)

const (
	fileName = "config.toml"
	lockName = "settings"
)

// Store is the settings of one folder. Its methods may be called by several
// goroutines.
type Store struct {
	folder string
	// disk is held while the file is read or written.
	disk sync.Mutex
	// mu guards what follows, and is never held while the disk works: the window
	// asks for settings whenever it draws.
	mu      sync.Mutex
	current Settings
	unsaved []func(*Settings) // changes that hold in memory alone
}

// Open returns the settings in a folder, which need not exist. They are the
// defaults until Load. Where folder is "", as a person without a home has none,
// nothing can be saved.
func Open(folder string) *Store { return &Store{folder: folder, current: Default()} }

// Path is where the file is: for messages.
func (s *Store) Path() string {
	if s.folder == "" {
		return ""
	}
	return filepath.Join(s.folder, fileName)
}

// Current is what holds now.
func (s *Store) Current() Settings {
	now, _ := s.held()
	return now
}

// Load reads the file, again where it was read before. On an error, a
// *BrokenError or ErrNewerVersion, what held before goes on to hold.
func (s *Store) Load() error {
	s.disk.Lock()
	defer s.disk.Unlock()
	loaded, err := s.read()
	if err != nil {
		return err
	}
	s.settle(loaded, 0)
	return nil
}

// Save makes a change and writes it to the file. The change holds at once, and
// also where saving fails, with a *NotSavedError. A value that does not exist is
// an error of the caller; then nothing was changed.
//
// change sets values and does nothing else: it is called for what holds and for
// what stands in the file, and again where saving has failed before.
func (s *Store) Save(ctx context.Context, change func(*Settings)) error {
	if err := s.hold(change); err != nil {
		return err
	}
	return s.withFolder(ctx, s.update)
}

// hold makes a change in memory.
func (s *Store) hold(change func(*Settings)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.current
	change(&next)
	if err := next.Check(); err != nil {
		return err
	}
	s.current, s.unsaved = next, append(s.unsaved, change)
	return nil
}

// update brings the changes that are not saved yet into the file. Another process
// may have changed it meanwhile: it is read again, under the lock.
func (s *Store) update(dir *safefile.Dir) error {
	saved, err := s.read()
	if err != nil {
		return err
	}
	_, changes := s.held()
	next := apply(saved, changes)
	if next != saved {
		if info, err := os.Lstat(s.Path()); err == nil && info.Mode()&os.ModeSymlink != 0 {
			return fmt.Errorf("%s %w; edit the file that it points to", s.Path(), safefile.ErrSymlink)
		}
		if err := dir.WriteFile(fileName, []byte(next.text())); err != nil {
			return err
		}
	}
	s.settle(next, len(changes))
	return nil
}

// held is what holds now, and the changes in it that are not saved yet.
func (s *Store) held() (Settings, []func(*Settings)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, s.unsaved
}

// settle makes what the file holds the current settings. The first n pending
// changes are in it; the others stay on top.
func (s *Store) settle(saved Settings, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved = s.unsaved[n:]
	s.current = apply(saved, s.unsaved)
}

// apply makes changes to settings. One that does not fit them (a text larger than
// the largest, say) leaves them as they are.
func apply(s Settings, changes []func(*Settings)) Settings {
	for _, change := range changes {
		changed := s
		change(&changed)
		if changed.Check() == nil {
			s = changed
		}
	}
	return s
}

// withFolder does work with the folder, which nobody else changes meanwhile.
func (s *Store) withFolder(ctx context.Context, work func(*safefile.Dir) error) (err error) {
	s.disk.Lock()
	defer s.disk.Unlock()
	defer func() {
		if err != nil {
			err = &NotSavedError{Path: s.Path(), Reason: reasonOf(err), Err: err}
		}
	}()
	if s.folder == "" {
		return errNoFolder
	}
	dir, err := safefile.Open(s.folder)
	if err != nil {
		return err
	}
	defer dir.Close()
	unlock, err := dir.LockName(ctx, lockName)
	if err != nil {
		return err
	}
	defer unlock()
	return work(dir)
}

func (s *Store) read() (Settings, error) {
	if s.folder == "" {
		return Default(), nil
	}
	return readFile(s.Path())
}
