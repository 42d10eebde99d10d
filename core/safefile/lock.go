package safefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

const (
	// writersLock is held shared by every WriteFile and exclusively by the
	// removal of leftovers.
	writersLock = ".writers.lock"
	// Waiting for another process means asking again: the system's blocking
	// call could not be cancelled.
	firstRetry = time.Millisecond
	lastRetry  = 50 * time.Millisecond
)

// Lock waits for the directory's lock, which one holder at a time has, in this
// process or another. It is not reentrant. The error is ctx's when ctx ends
// first. Call unlock exactly once.
func (d *Dir) Lock(ctx context.Context) (unlock func(), err error) {
	return d.LockName(ctx, "directory")
}

// LockName is Lock for one of several independent locks, so that the holder of
// one may call code that takes another. Each name is a file that stays.
func (d *Dir) LockName(ctx context.Context, name string) (unlock func(), err error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	f, err := d.openLock("." + name + ".lock")
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		free, err := tryLock(f)
		if err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		if free {
			return func() { _ = f.Close() }, nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			_ = f.Close()
			return nil, fmt.Errorf("another process is using %s; wait for it or end it: %w", d.path, ctx.Err())
		case <-timer.C:
		}
	}
}

// announceWriter keeps removeLeftovers away until release is called.
func (d *Dir) announceWriter() (release func(), err error) {
	f, err := d.openLock(writersLock)
	if err != nil {
		return nil, err
	}
	if err := shareLock(f); err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}

// openLock opens a lock file, which has no content. Each call gives an open
// file of its own, so the goroutines of one process exclude each other too.
func (d *Dir) openLock(name string) (*os.File, error) {
	info, err := d.root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s in %s is not a regular file; remove it: %w", name, d.path, fs.ErrInvalid)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return d.root.OpenFile(name, os.O_RDWR|os.O_CREATE, fileMode)
}
