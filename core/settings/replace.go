package settings

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/understudy-auth/understudy/core/safefile"
)

// Replace moves a file that cannot be used aside and writes the current settings
// into a new one. It returns where the old one lies now, for the person who may
// want it back; "" where the file was in order after all, and was kept. The error
// is a *NotSavedError, and then the old file is where it was.
func (s *Store) Replace(ctx context.Context) (aside string, err error) {
	err = s.withFolder(ctx, func(dir *safefile.Dir) error {
		_, fault := s.read()
		if fault == nil {
			return s.update(dir)
		}
		name, err := moveAside(dir, fault)
		if err != nil {
			return err
		}
		next, changes := s.held()
		if err := dir.WriteFile(fileName, []byte(next.text())); err != nil {
			return errors.Join(err, dir.Rename(name, fileName))
		}
		s.settle(next, len(changes))
		aside = filepath.Join(s.folder, name)
		return nil
	})
	return aside, err
}

// moveAside gives the file the first name that is free.
func moveAside(dir *safefile.Dir, fault error) (name string, err error) {
	kind := "broken"
	if errors.Is(fault, ErrNewerVersion) {
		kind = "newer"
	}
	for n := 1; ; n++ {
		name = fmt.Sprintf("%s.%s-%d", fileName, kind, n)
		if err := dir.Rename(fileName, name); !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}
