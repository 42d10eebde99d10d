// Package safefile is the one place that writes files. Whatever Understudy
// keeps on disk lies in a [Dir]: a directory of the person's own that nobody
// else may enter, whose files are either the old ones or the new ones after a
// crash, never half of each.
//
// # The directory
//
// [Open] makes the directory with mode 0700 where it is missing. Where it
// exists it must be a real directory (a symbolic link is refused, [ErrSymlink])
// of the user who runs the program ([ErrNotOwned]); a directory that others
// may read or enter is narrowed to 0700, and [Dir.Repaired] says so, because
// files may have been read meanwhile. All access then goes through an
// [os.Root]: swapping the directory's name later leads nowhere.
//
// # Files
//
// A name is one path element of A-Z a-z 0-9 . _ - that starts with a letter or
// digit ([ErrName]). Names that start with a dot are this package's own: locks
// and temporary files.
//
//   - [Dir.WriteFile] replaces a whole file: random name in the same directory
//     (O_EXCL, 0600), write, fsync, close, rename over the old one, fsync of the
//     directory. A symbolic link under that name is replaced, not followed.
//   - [Dir.Append] adds to a file and flushes it. A kill or a full disk in the
//     middle can leave a part of data at the end, and nothing worse: whoever
//     reads such files must expect an unfinished last record.
//   - [Dir.Rename] moves what stands under a name to one that is free.
//   - [Dir.ReadFile] and [Dir.Reader] refuse anything but a regular file.
//
// Errors of the system stay reachable: errors.Is(err, syscall.ENOSPC),
// errors.Is(err, fs.ErrNotExist).
//
// # Two processes
//
// [Dir.Lock] and [Dir.LockName] exclude other processes and other goroutines
// until unlocked; the system releases them when a process dies, however it
// dies. Writes need no lock to be whole. They need one when what is written
// depends on what was read before.
//
// Temporary files that a killed process left are removed by the next Open. A
// shared lock that every writer holds keeps that from hitting a living one.
//
// # Systems
//
// On Windows there are no owners and modes in this sense; the directory
// inherits the access rules of the user's profile, and the checks of both are
// left out. Neither can a directory be flushed there.
package safefile
