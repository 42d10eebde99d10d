//go:build unix

package settings

import "golang.org/x/sys/unix"

// What the system calls a full disk, and one that may not be written.
var (
	full      = []error{unix.ENOSPC, unix.EDQUOT}
	protected = []error{unix.EROFS}
)
