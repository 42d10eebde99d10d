package safefile

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Reader opens a file for reading. Anything but a regular file is refused: a
// link would lead elsewhere, and opening a named pipe would hang.
func (d *Dir) Reader(name string) (*os.File, error) {
	return d.open(name, os.O_RDONLY)
}

// ReadFile returns a file's content, or ErrTooLarge where it is longer than
// max bytes. The error for a missing file wraps fs.ErrNotExist.
func (d *Dir) ReadFile(name string, max int64) ([]byte, error) {
	f, err := d.Reader(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if int64(len(data)) > max {
		return nil, fmt.Errorf("%s: %w: more than %d bytes", f.Name(), ErrTooLarge, max)
	}
	return data, nil
}

// WriteFile replaces the file by data: after a crash at any moment it holds
// the old bytes or the new ones. When it returns nil, the new ones are on disk.
func (d *Dir) WriteFile(name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	release, err := d.announceWriter()
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer release()
	temp := tempPrefix + rand.Text()
	if err := d.writeTemp(temp, data); err != nil {
		_ = d.root.Remove(temp)
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := d.root.Rename(temp, name); err != nil {
		_ = d.root.Remove(temp)
		return fmt.Errorf("write %s: %w", name, err)
	}
	d.at("renamed")
	if err := d.sync(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// writeTemp makes a new file with data, flushed and closed.
func (d *Dir) writeTemp(temp string, data []byte) error {
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	d.at("created")
	err = d.writeAndSync(f, data)
	return errors.Join(err, f.Close())
}

// writeAndSync writes data in two parts when a test watches the steps, so that
// it can die with half of it written.
func (d *Dir) writeAndSync(f *os.File, data []byte) error {
	if d.step != nil {
		half := len(data) / 2
		if _, err := f.Write(data[:half]); err != nil {
			return err
		}
		d.at("half")
		data = data[half:]
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	d.at("written")
	if err := f.Sync(); err != nil {
		return err
	}
	d.at("synced")
	return nil
}

// Append adds data to the end of the file, makes the file where it is missing,
// and flushes it. When it fails, part of data may be at the end.
func (d *Dir) Append(name string, data []byte) error {
	f, err := d.open(name, os.O_WRONLY|os.O_APPEND)
	made := false
	if errors.Is(err, fs.ErrNotExist) {
		made = true
		f, err = d.root.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, fileMode)
		if errors.Is(err, fs.ErrExist) { // another process was first
			f, err = d.open(name, os.O_WRONLY|os.O_APPEND)
		}
	}
	if err != nil {
		return err
	}
	if err := d.appendTo(f, data, made); err != nil {
		return fmt.Errorf("append to %s: %w", name, err)
	}
	return nil
}

// appendTo writes to the opened file and closes it.
func (d *Dir) appendTo(f *os.File, data []byte, made bool) (err error) {
	defer func() { err = errors.Join(err, f.Close()) }()
	if hasModes {
		// A file copied here by hand may be readable by others.
		if err := f.Chmod(fileMode); err != nil {
			return err
		}
	}
	if err := d.writeAndSync(f, data); err != nil {
		return err
	}
	if made {
		return d.sync()
	}
	return nil
}

// Remove deletes the file; a missing one is no error. A link is deleted
// itself, not what it points to.
func (d *Dir) Remove(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if err := d.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove: %w", err)
	}
	return d.sync()
}

// Rename gives a file, or whatever has that name, another name of the directory.
// One that is taken is left alone (fs.ErrExist), as long as all who give names
// hold the same lock.
func (d *Dir) Rename(from, to string) error {
	if err := errors.Join(checkName(from), checkName(to)); err != nil {
		return err
	}
	if _, err := d.root.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("rename %s to %s: %w", from, to, cmp.Or(err, fs.ErrExist))
	}
	if err := d.root.Rename(from, to); err != nil {
		return fmt.Errorf("rename: %w", err)
	}
	return d.sync()
}

// open opens an existing regular file. os.Root follows links within the
// directory, hence the look before and the comparison after; they differ where
// another process has just replaced the file, and then the new one is taken.
func (d *Dir) open(name string, flag int) (*os.File, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	for range 10 {
		before, err := d.root.Lstat(name)
		if err != nil {
			return nil, fmt.Errorf("open: %w", err)
		}
		if before.Mode()&fs.ModeSymlink != 0 {
			return nil, fmt.Errorf("%s in %s %w; remove it", name, d.path, ErrSymlink)
		}
		if !before.Mode().IsRegular() {
			return nil, fmt.Errorf("%s in %s is not a regular file; remove it: %w", name, d.path, fs.ErrInvalid)
		}
		f, err := d.root.OpenFile(name, flag, 0)
		if err != nil {
			return nil, fmt.Errorf("open: %w", err)
		}
		after, err := f.Stat()
		if err == nil && os.SameFile(before, after) {
			return f, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, fmt.Errorf("open: %w", err)
		}
	}
	return nil, fmt.Errorf("open %s: it is replaced again and again; end the other program that writes %s", name, d.path)
}

// sync makes a rename, a new name or a removal last.
func (d *Dir) sync() error {
	if !canSyncDirs {
		return nil
	}
	self, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(self.Sync(), self.Close())
}

// at tells a watching test how far a write is.
func (d *Dir) at(step string) {
	if d.step != nil {
		d.step(step)
	}
}
