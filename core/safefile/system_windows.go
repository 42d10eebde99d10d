package safefile

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

const (
	hasModes    = false
	canSyncDirs = false
)

// ownedByUs cannot be told from a FileInfo here; the user's profile directory
// is closed to other users by its access rules.
func ownedByUs(fs.FileInfo) bool { return true }

// tryLock takes the exclusive lock if nobody has it. Closing f releases it.
func tryLock(f *os.File) (free bool, err error) {
	err = lockFile(f, windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

// shareLock waits for the shared lock. Closing f releases it.
func shareLock(f *os.File) error { return lockFile(f, 0) }

func lockFile(f *os.File, flags uint32) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
}
